import {
  CROSSED,
  type Crossed,
  crossTable,
  findMovements,
  KadeError,
  listSegments,
  type Segment,
  toLocalTime,
} from '../../core/index.ts';
import { formatMonth } from '../days.ts';
import { drawPicture } from '../drawPicture.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { crossChart, crossedName, crossText } from '../segments/crossReport.ts';
import { movementChart, movementText } from '../segments/movementReport.ts';

/** Who went from which value segment to which in a month, `2026-11`; without one, in that of the latest purchase. */
async function showMovements(turn: Turn, arg: string): Promise<void> {
  const { core, shop, t } = turn;
  const found = await findMovements(core, shop, arg ? monthOf(turn, arg) : undefined);
  const { year, month } = toLocalTime(found.from, shop.timeZone);
  const written = formatMonth(t, found.from, shop.timeZone);
  const near = [month - 1, month + 1].map((other) => ({
    code: new Date(Date.UTC(year, other - 1)).toISOString().slice(0, 7),
    at: new Date(Date.UTC(year, other - 1, 2)),
  }));
  const months = near
    .filter(({ at }, place) => (place === 0 ? found.earlier : at <= core.clock.now()))
    .map(({ code, at }) => choice(formatMonth(t, at, 'UTC'), 'segment.movements', code));
  const choices = [...months, ...ways(turn)];
  if (!found.earlier) return void (await turn.say('segment.movements.none', { month: written }, { choices }));
  const { chart, alt } = movementChart(turn, found);
  await turn.sayText(movementText(turn, found), { ...(await drawPicture(turn, chart, alt)), choices });
}

function monthOf({ core, shop }: Turn, arg: string): { year: number; month: number } {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(arg) ?? [];
  const now = toLocalTime(core.clock.now(), shop.timeZone);
  const asked = { year: Number(year), month: Number(month) };
  if (!year || asked.year < 1970 || asked.year * 12 + asked.month > now.year * 12 + now.month) {
    throw new KadeError('choice_expired');
  }
  return asked;
}

/** The longest list becomes the rows. */
const ROWS_FIRST: readonly Crossed[] = ['value', 'preference', 'city', 'age', 'gender', 'language'];

/** `city:value`: that table; `city`: by what else; nothing: by what. */
async function showCross(turn: Turn, arg: string): Promise<void> {
  const { core, shop, t } = turn;
  const segments = await listSegments(core, shop._id);
  const offered = CROSSED.filter((by) => segments.some((segment) => isOf(segment, by)));
  if (offered.length < 2) return void (await turn.say('segment.cross.none', {}, { choices: ways(turn) }));
  const asked = arg.split(':').filter(Boolean);
  const [first, second] = ROWS_FIRST.filter((by) => asked.includes(by));
  if (asked.length > 2 || [first, second].filter(Boolean).length < asked.length) throw new KadeError('choice_expired');
  if (!first || !second) {
    const rest = offered.filter((by) => by !== first);
    const choices = rest.map((by) => choice(crossedName(turn, by), 'segment.cross', first ? `${first}:${by}` : by));
    const key = first ? 'segment.cross.askSecond' : 'segment.cross.askFirst';
    return void (await turn.say(
      key,
      { first: first ? crossedName(turn, first) : '' },
      { choices: [...choices, ...ways(turn)] },
    ));
  }
  const by = { rows: first, columns: second };
  const crossing = { ...by, table: await crossTable(core, shop, by) };
  const { chart, alt } = crossChart(turn, crossing, segments);
  await turn.sayText(crossText(turn, crossing, segments), {
    ...(await drawPicture(turn, chart, alt)),
    choices: [choice(t('segment.cross.another'), 'segment.cross'), ...ways(turn)],
  });
}

function isOf({ kind, key, size }: Segment, by: Crossed): boolean {
  return size > 0 && (kind === by || (kind === 'demographic' && key.split(':')[1] === by));
}

function ways({ t }: Turn) {
  return [choice(t('segment.button.back'), 'segment.list'), choice(t('menu.button'), 'menu')];
}

/** Charts over all segments: movements between them, and customers counted by two things. */
export const segmentChartsFlow: Flow = {
  commands: [
    { name: 'movements', run: (turn) => showMovements(turn, '') },
    { name: 'crossTable', run: (turn) => showCross(turn, '') },
  ],
  actions: { 'segment.movements': showMovements, 'segment.cross': showCross },
};
