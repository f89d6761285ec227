import {
  compareRules,
  getSegment,
  KadeError,
  listSegments,
  OVERLAP_PARTS,
  overlapRule,
  ruleOfSegment,
  type Segment,
  saveSegment,
  segmentReference,
} from '../../core/index.ts';
import { drawPicture } from '../drawPicture.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { type Compared, countOf, overlapChart, overlapText, partName } from '../segments/overlapReport.ts';
import { findByName, segmentName } from '../segmentWords.ts';
import { inEveryLanguage } from '../translate.ts';
import { tellSaved } from './rule.ts';

const OFFERED = 13;
const LONGEST_NAME = 60;
const LONGEST_BUTTON = 40;
const KEPT = [...OVERLAP_PARTS, 'either'] as const;

/** `compare champions with vip`; what is missing is asked. */
async function openCompare(turn: Turn, rest: string): Promise<void> {
  const { core, shop } = turn;
  const segments = await listSegments(core, shop._id);
  if (!rest) return offer(turn, segments, null);
  const pair = splitNames(rest).flatMap(([one, other]) => {
    const [first, second] = [findByName(segments, one), findByName(segments, other)];
    return first && second ? [[first, second] as const] : [];
  })[0];
  if (pair) return compare(turn, pair);
  const single = findByName(segments, rest);
  if (single) return offer(turn, segments, single);
  const unknown = splitNames(rest)[0]?.find((name) => !findByName(segments, name)) ?? rest;
  throw new KadeError('segment_not_found', { name: unknown.slice(0, LONGEST_NAME) });
}

/** Every way to part a text in two at a word such as "with": names may have such words in them. */
function splitNames(text: string): [string, string][] {
  const words = inEveryLanguage('segment.compare.with').flatMap((list) => list.split('|'));
  const lower = text.toLowerCase();
  return words.flatMap((word) => {
    const found: [string, string][] = [];
    for (let at = lower.indexOf(` ${word} `); at > 0; at = lower.indexOf(` ${word} `, at + 1))
      found.push([text.slice(0, at).trim(), text.slice(at + word.length + 2).trim()]);
    return found;
  });
}

/** Asks for one of the two: those that members keep first, then those with most people. */
async function offer(turn: Turn, segments: readonly Segment[], first: Segment | null): Promise<void> {
  const { t } = turn;
  const others = segments.filter(({ key, kind, size }) => kind !== 'all' && size > 0 && key !== first?.key);
  if (others.length === 0)
    return void (await turn.say('segment.compare.none', {}, { choices: [choice(t('menu.button'), 'menu')] }));
  const isKept = ({ kind }: Segment) => (kind === 'saved' || kind === 'list' ? 1 : 0);
  const best = others.toSorted((a, b) => isKept(b) - isKept(a) || b.size - a.size).slice(0, OFFERED);
  await turn.ask('compare.pick', first ? { first: segmentReference(first) } : {});
  await turn.say(
    first ? 'segment.compare.askSecond' : 'segment.compare.askFirst',
    { name: first ? segmentName(t, first) : '' },
    {
      choices: [
        ...best.map((one) =>
          choice(oneLine(segmentName(t, one), LONGEST_BUTTON), 'compare.pick', segmentReference(one)),
        ),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function pick(turn: Turn, picked: Segment): Promise<void> {
  const { core, shop, data } = turn;
  const { first } = data;
  if (typeof first !== 'string') return offer(turn, await listSegments(core, shop._id), picked);
  await compare(turn, [await getSegment(core, shop._id, first), picked]);
}

async function takeName(turn: Turn): Promise<void> {
  const { core, shop, text } = turn;
  const found = findByName(await listSegments(core, shop._id), text);
  if (!found) throw new KadeError('segment_not_found', { name: text.slice(0, LONGEST_NAME) });
  await pick(turn, found);
}

async function compare(turn: Turn, segments: readonly [Segment, Segment]): Promise<void> {
  const { core, shop, t } = turn;
  const [one, other] = segments;
  if (one.key === other.key) return offer(turn, await listSegments(core, shop._id), one);
  const overlap = await compareRules(core, shop, [ruleOfSegment(one), ruleOfSegment(other)]);
  const compared: Compared = { segments, overlap };
  await turn.ask('compare.open', { first: segmentReference(one), second: segmentReference(other) });
  const { chart, alt } = overlapChart(turn, compared);
  const keepable = KEPT.filter((part) => countOf(overlap, ...(part === 'either' ? OVERLAP_PARTS : [part])) > 0);
  await turn.sayText(overlapText(turn, compared), {
    ...(await drawPicture(turn, chart, alt)),
    choices: [
      ...keepable.map((part) =>
        choice(
          oneLine(t('segment.compare.keep', { name: partName(turn, segments, part) }), LONGEST_BUTTON),
          'compare.keep',
          part,
        ),
      ),
      ...ways(turn),
    ],
  });
}

async function askName(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const part = KEPT.find((one) => one === arg);
  const segments = await openPair(turn);
  if (!part) throw new KadeError('choice_expired');
  await turn.ask('compare.name', { ...turn.data, part });
  const name = oneLine(partName(turn, segments, part), LONGEST_NAME);
  await turn.say(
    'builder.ask.name',
    {},
    { choices: [choice(oneLine(name, LONGEST_BUTTON), 'compare.as'), choice(turn.t('cancel'), 'cancel')] },
  );
}

/** Keeps the part under the name, or under the one that was offered. */
async function keep(turn: Turn, name: string | null): Promise<void> {
  turn.require('manager');
  const part = KEPT.find((one) => one === turn.data.part);
  if (!part) throw new KadeError('choice_expired');
  const { core, shop, address } = turn;
  const segments = await openPair(turn);
  const saved = await saveSegment(core, shop, {
    kind: 'saved',
    name: name ?? oneLine(partName(turn, segments, part), LONGEST_NAME),
    rule: overlapRule(part, [ruleOfSegment(segments[0]), ruleOfSegment(segments[1])]),
    createdBy: address,
  });
  await turn.end();
  await tellSaved(turn, saved);
}

async function openPair({ core, shop, data }: Turn): Promise<[Segment, Segment]> {
  const { first, second } = data;
  if (typeof first !== 'string' || typeof second !== 'string') throw new KadeError('choice_expired');
  return Promise.all([getSegment(core, shop._id, first), getSegment(core, shop._id, second)]);
}

function ways({ t }: Turn) {
  return [
    choice(t('segment.compare.another'), 'compare.new'),
    choice(t('segment.button.back'), 'segment.list'),
    choice(t('menu.button'), 'menu'),
  ];
}

/** Two segments as sets: how far they overlap, and each part kept as a segment. */
export const compareFlow: Flow = {
  commands: [{ name: 'compare', run: openCompare }],
  actions: {
    'compare.new': (turn) => openCompare(turn, ''),
    'compare.with': async (turn, reference) => {
      const { core, shop } = turn;
      await offer(turn, await listSegments(core, shop._id), await getSegment(core, shop._id, reference));
    },
    'compare.pick': async (turn, reference) => pick(turn, await getSegment(turn.core, turn.shop._id, reference)),
    'compare.keep': askName,
    'compare.as': (turn) => keep(turn, null),
  },
  steps: { 'compare.pick': takeName, 'compare.name': (turn) => keep(turn, turn.text) },
};
