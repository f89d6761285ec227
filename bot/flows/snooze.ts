import { fromLocalTime, getCustomer, KadeError, snoozeTicket, toLocalTime } from '../../core/index.ts';
import { readWhen } from '../campaigns/readWhen.ts';
import { customerLabel } from '../customerLabel.ts';
import { cancelChoice, customerOf } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { shortMoment } from '../inbox/ticketWords.ts';
import { backTo } from './inbox.ts';

const HOUR_MS = 3600_000;
const MORNING = 9;
const TIMES = ['hour', 'threeHours', 'tomorrow', 'monday'] as const;
type Time = (typeof TIMES)[number];

async function askWhen(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  await turn.ask('inbox.snoozeWhen', { customerId: id });
  const choices = TIMES.map((time) => choice(turn.t(`inbox.snooze.${time}`), 'inbox.snoozeFor', `${id}.${time}`));
  await turn.say(
    'inbox.snooze.ask',
    { name: customerLabel(turn.t, customer) },
    { choices: [...choices, cancelChoice(turn)] },
  );
}

async function snoozeFor(turn: Turn, arg: string): Promise<void> {
  const [id = '', name] = arg.split('.');
  const time = TIMES.find((known) => known === name);
  if (!time) throw new KadeError('choice_expired');
  await snooze(turn, id, momentOf(turn, time));
}

async function takeWhen(turn: Turn): Promise<void> {
  const customer = await customerOf(turn);
  const until = readWhen(turn.text, turn.core.clock.now(), turn.shop);
  if (!until) throw new KadeError('time_unreadable', { text: turn.text.slice(0, 60) });
  await snooze(turn, customer._id.toHexString(), until);
}

async function snooze(turn: Turn, id: string, until: Date): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  await snoozeTicket(core, shop._id, customer._id, until);
  await turn.end();
  const params = { name: customerLabel(t, customer), when: shortMoment(t, until, shop.timeZone) };
  await turn.say('inbox.snoozed', params, { choices: [choice(t('inbox.back'), 'inbox.list'), backTo(turn, customer)] });
}

/** Mornings are the shop's. */
function momentOf({ core, shop }: Turn, time: Time): Date {
  const now = core.clock.now();
  if (time === 'hour' || time === 'threeHours') return new Date(now.getTime() + (time === 'hour' ? 1 : 3) * HOUR_MS);
  const { year, month, day, weekday } = toLocalTime(now, shop.timeZone);
  const ahead = time === 'tomorrow' ? 1 : 8 - weekday;
  return fromLocalTime({ year, month, day: day + ahead, hour: MORNING }, shop.timeZone);
}

/** Putting away what can wait. */
export const snoozeFlow: Flow = {
  actions: { 'inbox.snooze': askWhen, 'inbox.snoozeFor': snoozeFor },
  steps: { 'inbox.snoozeWhen': takeWhen },
};
