import {
  formatMoney,
  getSegment,
  KadeError,
  readScoreEdges,
  SCORED,
  type Scored,
  type Shop,
  setScoreEdges,
} from '../../core/index.ts';
import { choice, type Flow, type Turn } from '../flow.ts';

/** Where the scores 1 to 5 begin, the shop's own or as it comes, and the ways to change them. */
async function showLimits(turn: Turn): Promise<void> {
  await sayLimits(turn, turn.shop);
}

async function sayLimits(turn: Turn, shop: Shop, head?: string): Promise<void> {
  const { t } = turn;
  const { edges } = await getSegment(turn.core, shop._id, 'all');
  const lines = SCORED.flatMap((scored) => {
    const own = shop.scoreEdges?.[scored];
    const values = own ?? edges?.[scored];
    const how = own ? 'own' : 'fifths';
    return values ? [t(`segment.limits.${how}.${scored}`, written(turn, scored, values))] : [];
  });
  await turn.sayText([...(head ? [head] : []), t('segment.limits.head'), '', ...lines].join('\n'), {
    choices: [
      ...SCORED.map((scored) => choice(t(`segment.limits.set.${scored}`), 'segment.limit', scored)),
      ...(shop.scoreEdges ? [choice(t('segment.limits.reset'), 'segment.unlimit')] : []),
      choice(t('segment.button.back'), 'segment.list'),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

function written({ language, shop }: Turn, scored: Scored, values: readonly number[]) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const [a, b, c, d] = values.map((value) =>
    scored === 'money' ? formatMoney(Math.round(value), shop.currency) : number.format(value),
  );
  return { a: a ?? '', b: b ?? '', c: c ?? '', d: d ?? '' };
}

async function askLimits(turn: Turn, arg: string): Promise<void> {
  turn.require('owner');
  const scored = SCORED.find((known) => known === arg);
  if (!scored) throw new KadeError('choice_expired');
  await turn.ask('segment.limits', { scored });
  await turn.say(`segment.limits.ask.${scored}`, {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takeLimits(turn: Turn): Promise<void> {
  turn.require('owner');
  const { core, shop, data, text, t } = turn;
  const scored = SCORED.find((known) => known === data.scored);
  if (!scored) throw new KadeError('choice_expired');
  const edges = readScoreEdges(text, scored, shop.currency);
  await turn.end();
  const changed = await setScoreEdges(core, shop._id, { [scored]: edges });
  await sayLimits(turn, changed, t('segment.limits.kept'));
}

async function resetLimits(turn: Turn): Promise<void> {
  turn.require('owner');
  await turn.end();
  const changed = await setScoreEdges(turn.core, turn.shop._id, null);
  await sayLimits(turn, changed, turn.t('segment.limits.kept'));
}

/** The owner's own limits for the value scores instead of fifths, and back. */
export const segmentLimitsFlow: Flow = {
  actions: { 'segment.limits': showLimits, 'segment.limit': askLimits, 'segment.unlimit': resetLimits },
  steps: { 'segment.limits': takeLimits },
};
