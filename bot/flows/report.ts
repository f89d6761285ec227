import { DateTime } from 'luxon';
import {
  addSchedule,
  cancelSchedule,
  findLastOrderAt,
  getSchedule,
  KadeError,
  listSchedules,
  type Notice,
  type OutboundMessage,
  type Period,
} from '../../core/index.ts';
import { type Attachments, choice, type Flow, type NoticeContext, type Turn } from '../flow.ts';
import { composeReport } from '../reports/composeReport.ts';
import { staleLine, staleText } from '../reports/dashboardText.ts';
import { lastDays, type Moment, readPeriod } from '../reports/readPeriod.ts';
import { readSchedule, type ScheduleWish } from '../reports/readSchedule.ts';
import { readScheduleCode, scheduleCode, scheduleText, spanText } from '../reports/scheduleText.ts';

const USUAL_DAYS = 30;
const OFFERED_DAYS = [7, 30, 90, 365];
const MAX_SCHEDULES = 20;

const momentOf = (turn: Turn): Moment => ({ now: turn.core.clock.now(), timeZone: turn.shop.timeZone });

/** `report`, with a period or a schedule in words after it, or nothing: then the last 30 days that have orders to show. */
async function askedFor(turn: Turn, rest: string): Promise<void> {
  if (!rest) return showUsual(turn);
  const period = readPeriod(rest, momentOf(turn));
  if (period) return showPeriod(turn, period);
  const wish = readSchedule(rest);
  if (wish) return readBack(turn, wish);
  throw new KadeError('date_unreadable', { text: rest.slice(0, 60) });
}

async function showUsual(turn: Turn): Promise<void> {
  await turn.end();
  const today = lastDays(USUAL_DAYS, momentOf(turn));
  const lastOrderAt = await findLastOrderAt(turn.core, turn.shop._id);
  const old = lastOrderAt && lastOrderAt < today.from ? lastOrderAt : undefined;
  const period = old ? lastDays(USUAL_DAYS, { now: old, timeZone: turn.shop.timeZone }) : today;
  const { message } = await composeReport(turn, period);
  const head = old ? `${staleText(turn, old)} ${turn.t('report.upToLast')}\n\n` : '';
  await send(turn, { ...message, text: head + message.text }, periodChoices(turn, period, old));
}

async function showPeriod(turn: Turn, period: Period): Promise<void> {
  await turn.end();
  const { dashboard, message } = await composeReport(turn, period);
  const stale = staleLine(turn, dashboard);
  if (!stale) return send(turn, message, periodChoices(turn, period));
  const days = Math.round((period.to.getTime() - period.from.getTime()) / 86_400_000);
  const upTo = lastDays(days, { now: dashboard.lastOrderAt ?? period.from, timeZone: turn.shop.timeZone });
  const offer = choice(turn.t('report.offerUpToLast', { count: days }), 'report.dates', datesCode(turn, upTo));
  await send(turn, { ...message, text: `${stale}\n\n${message.text}` }, [offer, ...periodChoices(turn, period)]);
}

async function send(turn: Turn, message: OutboundMessage, choices: Attachments['choices']): Promise<void> {
  const { text, picture } = message;
  await turn.sayText(text, { ...(picture ? { picture } : {}), choices });
}

/** Other periods; `end` where they shall end with the latest order. */
function periodChoices(turn: Turn, shown: Period, end?: Date): NonNullable<Attachments['choices']> {
  const { t } = turn;
  const days = Math.round((shown.to.getTime() - shown.from.getTime()) / 86_400_000);
  const others = OFFERED_DAYS.filter((count) => count !== days).map((count) => {
    const label = count === 365 ? t('report.aYear') : t('report.days', { count });
    if (!end) return choice(label, 'report.days', String(count));
    return choice(label, 'report.dates', datesCode(turn, lastDays(count, { now: end, timeZone: turn.shop.timeZone })));
  });
  return [
    ...others,
    choice(t('report.otherDates'), 'report.other'),
    choice(t('report.sendRegularly'), 'report.every', `d${days}`),
    choice(t('menu.button'), 'menu'),
  ];
}

function datesCode({ shop }: Turn, { from, to }: Period): string {
  const day = (at: Date) => DateTime.fromJSDate(at, { zone: shop.timeZone }).toFormat('yyyyMMdd');
  return `${day(from)}-${day(new Date(to.getTime() - 1))}`;
}

async function showDays(turn: Turn, arg: string): Promise<void> {
  if (!OFFERED_DAYS.includes(Number(arg))) throw new KadeError('choice_expired');
  await showPeriod(turn, lastDays(Number(arg), momentOf(turn)));
}

async function showDates(turn: Turn, arg: string): Promise<void> {
  const [from, to] = arg.split('-').map((day) => DateTime.fromFormat(day, 'yyyyMMdd', { zone: turn.shop.timeZone }));
  if (!from?.isValid || !to?.isValid || from > to) throw new KadeError('choice_expired');
  await showPeriod(turn, { from: from.toJSDate(), to: to.plus({ days: 1 }).toJSDate() });
}

async function askDates(turn: Turn): Promise<void> {
  await turn.ask('report.dates', {});
  await turn.say('report.askDates', {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

/** `send me this every Monday at 9`: the words say when; else buttons ask. */
async function askedRegularly(turn: Turn): Promise<void> {
  const wish = readSchedule(turn.text.replace(/^\//, ''));
  return wish ? readBack(turn, wish) : offerTimes(turn, 'd7');
}

async function offerTimes(turn: Turn, span: string): Promise<void> {
  const wishes = [`0900.w1.${span}`, `0900.e.${span}`, `0900.m1.${span}`].map((code) => readScheduleCode(code));
  const choices = wishes.flatMap((wish) =>
    wish ? [choice(scheduleText(turn.t, wish), 'report.readBack', scheduleCode(wish))] : [],
  );
  if (choices.length === 0) throw new KadeError('choice_expired');
  await turn.say('report.schedule.when', {}, { choices: [...choices, choice(turn.t('cancel'), 'cancel')] });
}

/** Says what was understood; nothing is kept before Confirm. */
async function readBack(turn: Turn, wish: ScheduleWish): Promise<void> {
  await turn.end();
  const spans = ([7, 30, 90] as const)
    .map((count) => ({ unit: 'day' as const, count }))
    .filter(({ unit, count }) => unit !== wish.span.unit || count !== wish.span.count);
  await turn.say(
    'report.schedule.readBack',
    { line: scheduleText(turn.t, wish) },
    {
      choices: [
        choice(turn.t('report.schedule.confirm'), 'report.keep', scheduleCode(wish)),
        ...spans.map((span) => choice(spanText(turn.t, span), 'report.readBack', scheduleCode({ ...wish, span }))),
        choice(turn.t('cancel'), 'cancel'),
      ],
    },
  );
}

function wishOf(code: string): ScheduleWish {
  const wish = readScheduleCode(code);
  if (!wish) throw new KadeError('choice_expired');
  return wish;
}

async function keep(turn: Turn, code: string): Promise<void> {
  const wish = wishOf(code);
  await addSchedule(turn.core, turn.shop, { to: turn.address, ...wish });
  await turn.say(
    'report.schedule.kept',
    { line: scheduleText(turn.t, wish) },
    { choices: [choice(turn.t('report.schedule.list'), 'report.schedules'), choice(turn.t('menu.button'), 'menu')] },
  );
}

async function showSchedules(turn: Turn): Promise<void> {
  const schedules = await listSchedules(turn.core, turn.shop._id, turn.address, MAX_SCHEDULES);
  if (schedules.length === 0) {
    return void (await turn.say(
      'report.schedule.none',
      {},
      {
        choices: [choice(turn.t('report.sendRegularly'), 'report.every', 'd7'), choice(turn.t('menu.button'), 'menu')],
      },
    ));
  }
  const lines = schedules.map((schedule, i) => `${i + 1}. ${scheduleText(turn.t, schedule)}`);
  const choices = schedules.map((schedule, i) =>
    choice(turn.t('report.schedule.stop', { number: i + 1 }), 'report.stop', schedule._id.toHexString()),
  );
  await turn.sayText([turn.t('report.schedule.head'), ...lines].join('\n'), {
    choices: [...choices, choice(turn.t('menu.button'), 'menu')],
  });
}

async function stop(turn: Turn, id: string): Promise<void> {
  const cancelled = await cancelSchedule(turn.core, turn.shop._id, id);
  if (!cancelled) throw new KadeError('choice_expired');
  await turn.say('report.schedule.stopped', { line: scheduleText(turn.t, cancelled) });
}

/** The report that was due: whole days, or months, before that day. */
async function writeScheduled(
  context: NoticeContext,
  notice: Extract<Notice, { kind: 'report.scheduled' }>,
): Promise<OutboundMessage> {
  const { rule, span } = await getSchedule(context.core, context.shop._id, notice.scheduleId);
  const to = DateTime.fromJSDate(notice.dueAt, { zone: context.shop.timeZone }).startOf('day');
  const period = { from: to.minus({ [`${span.unit}s`]: span.count }).toJSDate(), to: to.toJSDate() };
  const { dashboard, message } = await composeReport(context, period);
  const head = context.t('report.schedule.arrived', { line: scheduleText(context.t, { rule, span }) });
  return {
    ...message,
    text: [head, staleLine(context, dashboard), message.text].filter(Boolean).join('\n\n'),
    choices: [choice(context.t('report.schedule.list'), 'report.schedules'), choice(context.t('menu.button'), 'menu')],
  };
}

/** The dashboard for any period, in a picture and in words, now or regularly. */
export const reportFlow: Flow = {
  commands: [
    { name: 'report', run: askedFor },
    { name: 'scheduleReport', run: askedRegularly },
    { name: 'schedules', run: showSchedules },
  ],
  actions: {
    'report.show': showUsual,
    'report.days': showDays,
    'report.dates': showDates,
    'report.other': askDates,
    'report.every': offerTimes,
    'report.readBack': (turn, code) => readBack(turn, wishOf(code)),
    'report.keep': keep,
    'report.schedules': showSchedules,
    'report.stop': stop,
  },
  steps: { 'report.dates': (turn) => askedFor(turn, turn.text) },
  notices: { 'report.scheduled': writeScheduled },
};
