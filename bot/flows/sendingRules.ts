import {
  CHANNELS,
  type ChannelName,
  dayOf,
  holidayOn,
  KadeError,
  listHolidays,
  type Shop,
  setSendingRules,
  setUpShop,
  toLocalTime,
} from '../../core/index.ts';
import { readWhen } from '../campaigns/readWhen.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { holidayLine, holidayName } from '../shops/holidayWords.ts';
import { inEveryLanguage } from '../translate.ts';

const LISTED = 12;
const MOST_A_WEEK = 50;
const MAX_NAME = 40;

async function showRules(turn: Turn): Promise<void> {
  await turn.end();
  await sayRules(turn, turn.shop);
}

async function sayRules(turn: Turn, shop: Shop, head?: string): Promise<void> {
  const { t } = turn;
  const lines = CHANNELS.flatMap((channel) => {
    const [hours, cap] = [shop.channelHours?.[channel], shop.channelCaps?.[channel]];
    const name = t(`channel.${channel}`);
    return [
      ...(hours ? [t('sending.channelHours', { channel: name, ...hours })] : []),
      ...(cap === undefined ? [] : [t('sending.channelCap', { channel: name, cap })]),
    ];
  });
  const [next] = listHolidays(shop, today(turn), 1);
  await turn.sayText(
    [
      ...(head ? [head] : []),
      t('sending.hours', shop.sendingHours),
      t('sending.cap', { cap: shop.weeklyCap }),
      ...lines,
      next ? t('sending.nextHoliday', { day: holidayLine(t, next) }) : t('sending.noHoliday'),
      t(shop.doubleOptIn ? 'sending.double' : 'sending.single'),
    ].join('\n'),
    {
      choices: [
        choice(t('sending.button.hours'), 'sending.hours'),
        choice(t('sending.button.cap'), 'sending.cap'),
        choice(t('sending.button.holidays'), 'sending.holidays'),
        choice(
          t(shop.doubleOptIn ? 'sending.button.single' : 'sending.button.double'),
          'sending.optIn',
          shop.doubleOptIn ? 'single' : 'double',
        ),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

function today({ core, shop }: Turn): string {
  return dayOf(toLocalTime(core.clock.now(), shop.timeZone));
}

async function ask(turn: Turn, what: 'hours' | 'cap' | 'addHoliday'): Promise<void> {
  turn.require('owner');
  await turn.ask(`sending.${what}`, {});
  await turn.say(`sending.ask.${what}`, {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

/** "9-19" for all, "sms 10-18" for one channel, "sms -" for none of its own. */
async function takeHours(turn: Turn): Promise<void> {
  turn.require('owner');
  const { channel, rest } = readChannel(turn.text);
  const [, from, to] = /^(\d{1,2})(?:[:.]00)?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.]00)?$/iu.exec(rest) ?? [];
  const hours = from && to ? { from: Number(from) % 24, to: Number(to) % 24 } : null;
  if (!hours && !(channel && isNone(rest))) throw new KadeError('value_unreadable', { text: turn.text.slice(0, 60) });
  if (Number(from ?? 0) > 24 || Number(to ?? 0) > 24)
    throw new KadeError('value_unreadable', { text: turn.text.slice(0, 60) });
  const shopId = turn.shop._id;
  const changed = hours
    ? await setSendingRules(turn.core, shopId, { hours, ...(channel ? { channel } : {}) })
    : await setSendingRules(turn.core, shopId, { hours, channel: channel ?? 'sms' });
  await turn.end();
  await sayRules(turn, changed, turn.t('sending.kept'));
}

/** "3" in all, "sms 2" on one channel, "sms -" for none of its own. */
async function takeCap(turn: Turn): Promise<void> {
  turn.require('owner');
  const { channel, rest } = readChannel(turn.text);
  const cap = /^\d{1,2}$/.test(rest) ? Number(rest) : null;
  if ((cap === null && !(channel && isNone(rest))) || (cap ?? 0) > MOST_A_WEEK)
    throw new KadeError('value_unreadable', { text: turn.text.slice(0, 60) });
  const shopId = turn.shop._id;
  const changed =
    cap === null
      ? await setSendingRules(turn.core, shopId, { cap, channel: channel ?? 'sms' })
      : await setSendingRules(turn.core, shopId, { cap, ...(channel ? { channel } : {}) });
  await turn.end();
  await sayRules(turn, changed, turn.t('sending.kept'));
}

function isNone(text: string): boolean {
  return ['-', '–', 'no', 'none', 'නැත', 'නැහැ', 'இல்லை'].includes(text.toLowerCase());
}

/** A channel's name before the rest, in any language. */
function readChannel(text: string): { channel: ChannelName | undefined; rest: string } {
  const said = text.trim();
  const channel = CHANNELS.find((one) =>
    [one, ...inEveryLanguage(`channel.${one}`)].some((name) => said.toLowerCase().startsWith(`${name.toLowerCase()} `)),
  );
  const name =
    channel &&
    [channel, ...inEveryLanguage(`channel.${channel}`)].find((one) =>
      said.toLowerCase().startsWith(`${one.toLowerCase()} `),
    );
  return { channel, rest: said.slice(name?.length ?? 0).trim() };
}

async function showHolidays(turn: Turn): Promise<void> {
  await turn.end();
  await sayHolidays(turn, turn.shop);
}

async function sayHolidays(turn: Turn, shop: Shop, head?: string): Promise<void> {
  const { t } = turn;
  const days = listHolidays(shop, today(turn), LISTED);
  const lines = days.map((day) => holidayLine(t, day));
  await turn.sayText(
    [...(head ? [head] : []), t(days.length ? 'holiday.head' : 'sending.noHoliday'), ...lines].join('\n'),
    {
      choices: [
        ...days.map((day) =>
          choice(
            t('holiday.drop', { day: holidayLine(t, { ...day, estimated: false }) }),
            'sending.dropHoliday',
            day.date,
          ),
        ),
        choice(t('holiday.add'), 'sending.addHoliday'),
        choice(t('sending.button.rules'), 'sending.rules'),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

async function dropHoliday(turn: Turn, date: string): Promise<void> {
  turn.require('owner');
  const { core, shop, t } = turn;
  const day = holidayOn(shop, shop.country, date);
  if (!day) return sayHolidays(turn, shop);
  const changed = await setSendingRules(core, shop._id, { dropHoliday: date });
  await sayHolidays(turn, changed, t('holiday.dropped', { day: holidayName(t, day) }));
}

/** "31 December", or "31 December: stocktaking". */
async function takeHoliday(turn: Turn): Promise<void> {
  turn.require('owner');
  const { core, shop, t, text } = turn;
  const [when = '', name = ''] = text.split(/:\s/u);
  const at = readWhen(when, core.clock.now(), shop);
  if (!at) throw new KadeError('date_unreadable', { text: text.slice(0, 60) });
  const date = dayOf(toLocalTime(at, shop.timeZone));
  if (date < today(turn)) throw new KadeError('date_in_past');
  const addHoliday = { date, name: name.trim().slice(0, MAX_NAME) || t('holiday.own') };
  const changed = await setSendingRules(core, shop._id, { addHoliday });
  await turn.end();
  await sayHolidays(turn, changed, t('holiday.added', { day: holidayLine(t, addHoliday) }));
}

async function setOptIn(turn: Turn, wanted: string): Promise<void> {
  turn.require('owner');
  const changed = await setUpShop(turn.core, turn.shop._id, { doubleOptIn: wanted === 'double' });
  await sayRules(turn, changed, turn.t('sending.kept'));
}

/** When and how often marketing leaves, on which days it waits, and whether a consent is asked twice. */
export const sendingRulesFlow: Flow = {
  commands: [
    { name: 'sendingRules', run: showRules },
    { name: 'holidays', run: showHolidays },
  ],
  actions: {
    'sending.rules': showRules,
    'sending.hours': (turn) => ask(turn, 'hours'),
    'sending.cap': (turn) => ask(turn, 'cap'),
    'sending.holidays': showHolidays,
    'sending.addHoliday': (turn) => ask(turn, 'addHoliday'),
    'sending.dropHoliday': dropHoliday,
    'sending.optIn': setOptIn,
  },
  steps: { 'sending.hours': takeHours, 'sending.cap': takeCap, 'sending.addHoliday': takeHoliday },
};
