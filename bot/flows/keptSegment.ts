import {
  archiveSegment,
  changeRule,
  duplicateSegment,
  getSegment,
  KadeError,
  listKept,
  renameSegment,
  type Segment,
  segmentReference,
} from '../../core/index.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { people } from '../segmentWords.ts';
import { openRule, tellSaved } from './rule.ts';

const SHOWN = 30;

/** The segments and lists that members keep, and the way to a new one. */
async function showKept(turn: Turn): Promise<void> {
  const { core, shop, t, language } = turn;
  const kept = await listKept(core.db, shop._id, SHOWN);
  const lines = kept.map(({ label, size }) => `${label}: ${people(t, language, size)}`);
  await turn.sayText([t('segment.list.kept'), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'), {
    choices: [
      ...kept.map((segment) => choice(segment.label, 'segment.show', segmentReference(segment))),
      choice(t('segment.button.new'), 'rule.new'),
      choice(t('segment.button.back'), 'segment.list'),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

async function askName(turn: Turn, what: 'rename' | 'duplicate', reference: string): Promise<void> {
  turn.require('manager');
  const { label } = await getSegment(turn.core, turn.shop._id, reference);
  await turn.ask(`kept.${what}`, { reference });
  await turn.say(`segment.ask.${what}`, { name: label }, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takeName(turn: Turn, what: 'rename' | 'duplicate'): Promise<void> {
  turn.require('manager');
  const { core, shop, address, text } = turn;
  const { reference } = turn.data;
  if (typeof reference !== 'string') throw new KadeError('choice_expired');
  const segment =
    what === 'rename'
      ? await renameSegment(core, shop, reference, text)
      : await duplicateSegment(core, shop, reference, text, address);
  await turn.end();
  if (what === 'rename') await tellRenamed(turn, segment);
  else await tellSaved(turn, segment);
}

async function tellRenamed({ t, say }: Turn, segment: Segment): Promise<void> {
  const choices = [
    choice(t('builder.button.open'), 'segment.show', segmentReference(segment)),
    choice(t('segment.button.kept'), 'kept.list'),
    choice(t('menu.button'), 'menu'),
  ];
  await say('segment.renamed', { name: segment.label }, { choices });
}

/** Opens the rule for changes; keeping it then changes this segment. */
async function changeKept(turn: Turn, reference: string): Promise<void> {
  turn.require('manager');
  const { rule, key } = await getSegment(turn.core, turn.shop._id, reference);
  if (!rule) throw new KadeError('segment_not_found', { name: reference.slice(0, 60) });
  await openRule(turn, rule, key);
}

async function takeRule(turn: Turn): Promise<void> {
  turn.require('manager');
  const { rule, segment } = turn.data;
  if (typeof rule !== 'string' || typeof segment !== 'string') throw new KadeError('choice_expired');
  const changed = await changeRule(turn.core, turn.shop, segment, JSON.parse(rule));
  await turn.end();
  await tellSaved(turn, changed);
}

async function archive(turn: Turn, reference: string): Promise<void> {
  turn.require('manager');
  const { label } = await archiveSegment(turn.core, turn.shop, reference);
  await turn.say(
    'segment.archived',
    { name: label },
    {
      choices: [choice(turn.t('segment.button.kept'), 'kept.list'), choice(turn.t('menu.button'), 'menu')],
    },
  );
}

/** The segments and lists that members keep: the list, another name, a copy, another rule, put away. */
export const keptSegmentFlow: Flow = {
  actions: {
    'kept.list': showKept,
    'kept.rename': (turn, reference) => askName(turn, 'rename', reference),
    'kept.duplicate': (turn, reference) => askName(turn, 'duplicate', reference),
    'kept.change': changeKept,
    'kept.update': takeRule,
    'kept.archive': archive,
  },
  steps: {
    'kept.rename': (turn) => takeName(turn, 'rename'),
    'kept.duplicate': (turn) => takeName(turn, 'duplicate'),
  },
};
