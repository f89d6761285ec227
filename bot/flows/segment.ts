import {
  type Choice,
  exportSegment,
  formatMoney,
  getSegment,
  KadeError,
  listSegments,
  refreshSegments,
  type Segment,
  type SegmentDetails,
  segmentFigures,
  segmentReference,
} from '../../core/index.ts';
import { drawPicture } from '../drawPicture.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { GROUPS, type Group, groupChart, preferenceChart } from '../segments/groupChart.ts';
import { findByName, people, segmentMeaning, segmentName, share } from '../segmentWords.ts';

const PAGE = 12;

/** The value segments; from there the other kinds are a tap away. */
async function showSegments(turn: Turn): Promise<void> {
  const segments = await readSegments(turn);
  if (segments.length === 0) {
    await turn.say('segment.empty', {}, { choices: [choice(turn.t('menu.sendFile'), 'import.how')] });
    return;
  }
  await sayGroup(turn, segments, 'value', 0);
}

/** The segments as of the last refresh; made now where a shop has customers and no refresh has come yet. */
async function readSegments(turn: Turn): Promise<Segment[]> {
  const { core, shop } = turn;
  const segments = await listSegments(core, shop._id);
  const known = segments.find(({ kind }) => kind === 'all')?.size ?? 0;
  if (known > 0 || !(await core.db.customers.findOne({ shopId: shop._id }, { projection: { _id: 1 } }))) {
    return known > 0 ? segments : [];
  }
  await refreshSegments(core, shop._id);
  return listSegments(core, shop._id);
}

/** One kind of segments: its chart, a line and a choice each, the other kinds a tap away. */
async function sayGroup(turn: Turn, segments: readonly Segment[], group: Group, page: number): Promise<void> {
  const { t, language, shop } = turn;
  const all = segments.find(({ kind }) => kind === 'all');
  const own = segments.filter(({ kind, size }) => kind === group && size > 0);
  const shown = own.slice(page * PAGE, (page + 1) * PAGE);
  const lines = shown.map((segment) =>
    t('segment.line', {
      name: segmentName(t, segment),
      people: people(t, language, segment.size),
      share: share(language, segment.revenue, all?.revenue ?? 0),
    }),
  );
  const head = [t(`segment.list.${group}`, { people: people(t, language, all?.size ?? 0) })];
  if (own.some(({ weak }) => weak)) head.push(t('segment.list.weak'));
  if (group === 'value' && shop.scoreEdges) head.push(t('segment.list.limits'));
  const others = GROUPS.filter((kind) => kind !== group && segments.some((segment) => segment.kind === kind));
  const { chart, alt } = groupChart(turn, segments, group);
  await turn.sayText([...head, '', ...lines].join('\n'), {
    ...(page === 0 ? await drawPicture(turn, chart, alt) : {}),
    choices: [
      ...shown.map((segment) => choice(segmentName(t, segment), 'segment.show', segmentReference(segment))),
      ...(own.length > (page + 1) * PAGE
        ? [choice(t('segment.button.more'), 'segment.group', `${group}:${page + 1}`)]
        : []),
      ...others.map((kind) => choice(t(`segment.button.${kind}`), 'segment.group', `${kind}:0`)),
      choice(t('segment.button.movements'), 'segment.movements'),
      choice(t('segment.button.cross'), 'segment.cross'),
      choice(t('risk.button.all'), 'risk.list'),
      ...(group === 'value' ? [choice(t('segment.button.limits'), 'segment.limits')] : []),
      choice(t('segment.button.all'), 'segment.show', 'all'),
      choice(t('segment.button.kept'), 'kept.list'),
      choice(t('segment.button.new'), 'rule.new'),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

async function showGroup(turn: Turn, arg: string): Promise<void> {
  const [name, page] = arg.split(':');
  const group = GROUPS.find((known) => known === name);
  if (!group) throw new KadeError('choice_expired');
  const segments = await readSegments(turn);
  if (!segments.some(({ kind }) => kind === group)) return showSegments(turn);
  await sayGroup(turn, segments, group, Number(page) || 0);
}

/** One segment: what it means, its people, money and products, and what can be done with it. */
async function showSegment(turn: Turn, reference: string): Promise<void> {
  const details = await segmentFigures(turn.core, turn.shop, reference);
  const { kind } = details.segment;
  const isKept = kind === 'saved' || kind === 'list';
  const back = kind === 'all' ? 'value' : kind;
  const { t } = turn;
  const own = segmentReference(details.segment);
  const doable = [
    choice(t('segment.button.message'), 'campaign.segment', own),
    choice(t('segment.button.export'), 'segment.export', own),
    ...(kind === 'all'
      ? []
      : [
          choice(t('similar.button.people'), 'similar.show', own),
          choice(t('segment.compare.button'), 'compare.with', own),
        ]),
  ];
  const drawn = preferenceChart(turn, details.segment);
  await turn.sayText(detailLines(turn, details).join('\n'), {
    ...(drawn ? await drawPicture(turn, drawn.chart, drawn.alt) : {}),
    choices: [
      ...(details.segment.size > 0 ? doable : []),
      ...(isKept
        ? keptChoices(turn, details.segment)
        : [choice(t('segment.button.back'), 'segment.group', `${back}:0`)]),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

/** What can be done with a segment that members keep; the people of a list do not follow a rule. */
function keptChoices({ t }: Turn, segment: Segment): Choice[] {
  const own = segmentReference(segment);
  return [
    ...(segment.kind === 'saved' ? [choice(t('segment.button.change'), 'kept.change', own)] : []),
    choice(t('segment.button.rename'), 'kept.rename', own),
    choice(t('segment.button.duplicate'), 'kept.duplicate', own),
    choice(t('segment.button.archive'), 'kept.archive', own),
    choice(t('segment.button.kept'), 'kept.list'),
  ];
}

function detailLines({ t, language, shop }: Turn, { segment, all, names, reach }: SegmentDetails): string[] {
  const { size, revenue, buyers, orders, recencyDays, topProducts } = segment;
  const lines = [
    segmentName(t, segment),
    segmentMeaning({ ...shop, t }, segment),
    '',
    t('segment.details.size', {
      people: people(t, language, size),
      share: share(language, size, all.size),
      revenueShare: share(language, revenue, all.revenue),
      revenue: formatMoney(revenue, shop.currency),
    }),
  ];
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  if (buyers > 0) {
    lines.push(
      t('segment.details.average', {
        spend: formatMoney(Math.round(revenue / buyers), shop.currency),
        orders: number.format(orders / buyers),
        days: number.format(recencyDays / buyers),
      }),
    );
  }
  const kind = buyers > 0 ? 'names' : 'examples';
  if (names.length > 0) lines.push(t(`segment.details.${kind}`, { names: names.join(', ') }));
  const products = topProducts.slice(0, 5).map(({ name }) => name.trim());
  if (products.length > 0) lines.push(t('segment.details.products', { products: products.join(', ') }));
  const channels = reach.map(({ channel, customers }) => `${t(`channel.${channel}`)} ${number.format(customers)}`);
  lines.push(
    channels.length > 0
      ? t('segment.details.reach', { channels: channels.join(', ') })
      : t('segment.details.reachNone'),
  );
  return lines;
}

async function sendExport(turn: Turn, reference: string): Promise<void> {
  turn.require('manager');
  const { core, shop, t, language } = turn;
  const segment = await getSegment(core, shop._id, reference);
  const name = segmentName(t, segment);
  const fileName = `${name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-|-$/g, '')}.csv`;
  const file = await exportSegment(core, shop._id, reference, fileName, (column) => t(`segment.column.${column}`));
  await turn.say(
    'segment.exported',
    { name, people: people(t, language, segment.size) },
    { file, choices: [choice(t('segment.button.back'), 'segment.list')] },
  );
}

/** `segments` alone, or `segment at risk`. */
async function openSegments(turn: Turn, rest: string): Promise<void> {
  if (!rest) return showSegments(turn);
  const segment = findByName(await readSegments(turn), rest);
  if (!segment) throw new KadeError('segment_not_found', { name: rest.slice(0, 60) });
  await showSegment(turn, segmentReference(segment));
}

/** A value segment by its bare name; anything more is some other sentence. */
async function openNamed(turn: Turn): Promise<void> {
  const segment = findByName(await readSegments(turn), turn.text);
  if (!segment) throw new KadeError('not_understood', { text: turn.text.slice(0, 60) });
  await showSegment(turn, segmentReference(segment));
}

/** Segments: the chart, the lists, one segment, its export. */
export const segmentFlow: Flow = {
  commands: [
    { name: 'segments', run: openSegments },
    { name: 'valueSegment', run: openNamed },
  ],
  actions: {
    'segment.list': showSegments,
    'segment.group': showGroup,
    'segment.show': showSegment,
    'segment.export': sendExport,
  },
};
