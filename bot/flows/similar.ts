import {
  type Choice,
  type Customer,
  FEWEST_SEEDS,
  findSimilar,
  formatWholeMoney,
  KadeError,
  keepList,
  listSegments,
  parseId,
  parseRule,
  printQuery,
  type Ranking,
  type Segment,
  type SimilarReason,
  segmentReference,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { findByName, people, segmentName, share } from '../segmentWords.ts';
import { openQuery, tellSaved } from './rule.ts';

const SIZES = [25, 50, 100, 250] as const;
const USUAL_SIZE = 50;
const NAMED = 5;
const OFFERED = 12;
const LONGEST_NAME = 60;

type Found = Ranking & { segment: Segment };

/** `value:champions`, or with how many are wanted `100.value:champions`. */
async function showSimilar(turn: Turn, arg: string): Promise<void> {
  const [, asked = String(USUAL_SIZE), reference = ''] = /^(?:(\d+)\.)?(.*)$/su.exec(arg) ?? [];
  const size = SIZES.find((one) => one === Number(asked));
  if (!size) throw new KadeError('choice_expired');
  const found = await findSimilar(turn.core, turn.shop, reference, size);
  if (!found.people) return decline(turn, found);
  if (found.people.length === 0) return tellNobody(turn, found);
  await tellPeople(turn, found, found.people, size);
}

async function tellPeople(
  turn: Turn,
  { segment }: Found,
  found: NonNullable<Ranking['people']>,
  size: number,
): Promise<void> {
  const { t, language } = turn;
  const name = segmentName(t, segment);
  const arg = `${size}.${segmentReference(segment)}`;
  await turn.ask('similar.open', { arg, name, ids: found.map(({ customerId }) => customerId) });
  const best = found.slice(0, NAMED);
  const customers = await readCustomers(
    turn,
    best.map(({ customerId }) => customerId),
  );
  const lines = best.map(({ customerId, reasons }, place) => {
    const customer = customers.get(customerId);
    const label = customer ? customerLabel(t, customer) : t('customer.unnamed');
    return `${place + 1}. ${label}: ${reasons.map((reason) => sayReason(turn, reason)).join(', ')}`;
  });
  const fewer = found.length < size;
  const head = t('similar.head', { name, people: people(t, language, found.length) });
  const text = [head, '', ...lines, '', ...(fewer ? [t('similar.fewer')] : []), t('similar.leftOut', { name })].join(
    '\n',
  );
  const sizes = SIZES.filter((one) => one !== size && (!fewer || one < found.length));
  await turn.sayText(text, {
    choices: [
      choice(t('similar.button.keep'), 'similar.keep', arg),
      ...sizes.map((one) =>
        choice(t('similar.button.size', { size: one }), 'similar.show', `${one}.${segmentReference(segment)}`),
      ),
      ...ways(turn, segment),
    ],
  });
}

async function readCustomers(turn: Turn, ids: readonly string[]): Promise<Map<string, Customer>> {
  const customers = await turn.core.db.customers
    .find({ shopId: turn.shop._id, _id: { $in: ids.map(parseId) } })
    .toArray();
  return new Map(customers.map((customer) => [customer._id.toHexString(), customer]));
}

function sayReason({ t, language, shop }: Turn, { trait, high, family = '', value }: SimilarReason): string {
  const written = {
    money: () => formatWholeMoney(value, shop.currency),
    frequency: () => new Intl.NumberFormat(language).format(value),
    recency: () => '',
    tenure: () => '',
    family: () => share(language, value, 1),
  }[trait]();
  return t(`similar.reason.${trait}.${high ? 'high' : 'low'}`, { value: written, family: oneLine(family, 40) });
}

/** Too small a seed, or nobody else: why, and what can be done instead. */
async function decline(turn: Turn, { segment, seeds, buyers, rule }: Found): Promise<void> {
  const { t, language } = turn;
  const name = segmentName(t, segment);
  const isAll = seeds > 0 && seeds === buyers;
  const offers = rule && !isAll ? [choice(t('similar.button.rule'), 'similar.rule')] : [];
  if (rule) await turn.ask('similar.open', { rule: JSON.stringify(rule) });
  await turn.say(
    isAll ? 'similar.everyone' : 'similar.tooFew',
    { name, people: people(t, language, seeds), fewest: FEWEST_SEEDS },
    { choices: [...offers, choice(t('segment.button.new'), 'rule.new'), ...ways(turn, segment)] },
  );
}

async function tellNobody(turn: Turn, { segment }: Found): Promise<void> {
  await turn.say('similar.nobody', { name: segmentName(turn.t, segment) }, { choices: ways(turn, segment) });
}

function ways({ t }: Turn, segment: Segment): Choice[] {
  return [
    choice(t('similar.button.segment'), 'segment.show', segmentReference(segment)),
    choice(t('menu.button'), 'menu'),
  ];
}

async function openRuleInstead(turn: Turn): Promise<void> {
  const { rule } = turn.data;
  if (typeof rule !== 'string') throw new KadeError('choice_expired');
  await openQuery(turn, printQuery(parseRule(JSON.parse(rule)), turn.shop));
}

/** The people shown last, and after whom they were sought; a button of an earlier search has expired. */
function shownOf({ data }: Turn, button?: string): { arg: string; name: string; ids: string[] } {
  const { arg, name, ids } = data;
  if (typeof arg !== 'string' || typeof name !== 'string' || !Array.isArray(ids)) throw new KadeError('choice_expired');
  if (button !== undefined && button !== arg) throw new KadeError('choice_expired');
  return { arg, name, ids };
}

async function askName(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const shown = shownOf(turn, arg);
  await turn.ask('similar.name', shown);
  await turn.say(
    'similar.askName',
    {},
    {
      choices: [choice(suggestedName(turn, shown.name), 'similar.as', arg), choice(turn.t('cancel'), 'cancel')],
    },
  );
}

function suggestedName({ t }: Turn, name: string): string {
  return oneLine(t('similar.listName', { name }), LONGEST_NAME);
}

async function keep(turn: Turn, name: string): Promise<void> {
  turn.require('manager');
  const { core, shop, address } = turn;
  const customerIds = shownOf(turn).ids.map(parseId);
  const list = await keepList(core, shop._id, { name, customerIds, createdBy: address });
  await turn.end();
  await tellSaved(turn, list);
}

/** `people like champions`; without a name, like whom. */
async function openSimilar(turn: Turn, rest: string): Promise<void> {
  const { core, shop, t } = turn;
  const segments = await listSegments(core, shop._id);
  if (rest) {
    const segment = findByName(segments, rest);
    if (!segment) throw new KadeError('segment_not_found', { name: rest.slice(0, LONGEST_NAME) });
    return showSimilar(turn, segmentReference(segment));
  }
  const offered = segments.filter(
    ({ kind, buyers }) => kind !== 'all' && kind !== 'demographic' && buyers >= FEWEST_SEEDS,
  );
  await turn.say(
    'similar.which',
    {},
    {
      choices: [
        ...offered
          .slice(0, OFFERED)
          .map((segment) => choice(segmentName(t, segment), 'similar.show', segmentReference(segment))),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

/** People like those of a segment: ranked with reasons, more or fewer of them, kept as a list. */
export const similarFlow: Flow = {
  commands: [{ name: 'similar', run: openSimilar }],
  actions: {
    'similar.show': showSimilar,
    'similar.rule': openRuleInstead,
    'similar.keep': askName,
    'similar.as': (turn, arg) => keep(turn, suggestedName(turn, shownOf(turn, arg).name)),
  },
  steps: { 'similar.name': (turn) => keep(turn, turn.text) },
};
