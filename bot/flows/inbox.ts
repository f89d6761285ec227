import {
  assigneeOf,
  assignTicket,
  type Customer,
  closeTicket,
  findTicket,
  getCustomer,
  KadeError,
  listTakers,
  listTicketLines,
  listTickets,
  listWritten,
  readTicket,
  TICKET_VIEWS,
  type Ticket,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { cardChoice } from '../customers/dialogue.ts';
import { choice, type Flow, type NoticeContext, type Turn } from '../flow.ts';
import { lineText, memberName, saidText, shortMoment, ticketChoices, whoWrote } from '../inbox/ticketWords.ts';
import { oneLine } from '../oneLine.ts';

const LISTED = 8;
const LINES = 10;
const NOTICE_LINES = 10;

async function showInbox(turn: Turn, arg = ''): Promise<void> {
  const [name, shown = '0'] = arg.split('.');
  const view = TICKET_VIEWS.find((known) => known === name) ?? 'all';
  const skip = Math.max(0, Number.parseInt(shown, 10) || 0);
  const { core, shop, member, t } = turn;
  await turn.end();
  const { tickets, counts } = await listTickets(core, shop._id, member._id, { view, skip, limit: LISTED });
  const total = counts[view];
  const lines = tickets.map(({ ticket, customer }, i) => ticketLine(turn, ticket, customer, skip + i + 1));
  const head = t(`inbox.head.${view}`, { count: total });
  const others = TICKET_VIEWS.filter((other) => other !== view && counts[other] > 0);
  const more = total > skip + LISTED ? [choice(t('inbox.more'), 'inbox.list', `${view}.${skip + LISTED}`)] : [];
  await turn.sayText([head, ...lines].join('\n'), {
    choices: [
      ...tickets.map(({ customer }) =>
        choice(oneLine(customerLabel(t, customer), 40), 'inbox.open', customer._id.toHexString()),
      ),
      ...more,
      ...others.map((other) => choice(t(`inbox.view.${other}`, { count: counts[other] }), 'inbox.list', other)),
      ...(member.role === 'viewer' ? [] : [choice(t(member.quiet ? 'inbox.tellMe' : 'inbox.quietMe'), 'inbox.tell')]),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

function ticketLine({ t, shop, core }: Turn, ticket: Ticket, customer: Customer, place: number): string {
  const { unread, lastAt, lastText, lastFrom, snoozedUntil } = ticket;
  const isNew = unread > 0 ? t('inbox.unread', { count: unread }) : '';
  const until =
    snoozedUntil && snoozedUntil > core.clock.now()
      ? t('inbox.until', { when: shortMoment(t, snoozedUntil, shop.timeZone) })
      : '';
  const last = `${lastFrom === 'shop' ? '↩ ' : ''}${oneLine(lastText, 60)}`;
  const facts = [customerLabel(t, customer), isNew, until, shortMoment(t, lastAt, shop.timeZone), last];
  return `${place}. ${facts.filter(Boolean).join(' · ')}`;
}

async function openOne(turn: Turn, id: string): Promise<void> {
  const { core, shop, member, t } = turn;
  await turn.end();
  const customer = await getCustomer(core, shop._id, id);
  const ticket = await findTicket(core, shop._id, customer._id);
  const about = { shopId: shop._id, customerId: customer._id };
  const [lines, members, assignee] = await Promise.all([
    listTicketLines(core, { ...about, limit: LINES }),
    core.db.members.find({ shopId: shop._id }).limit(100).toArray(),
    assigneeOf(core, ticket),
  ]);
  if (member.role !== 'viewer') await readTicket(core, shop._id, customer._id);
  const state = t(`inbox.state.${ticket?.state ?? 'closed'}`);
  const who = ticket ? whoWrote(t, customer, ticket.address) : customerLabel(t, customer);
  const has = assignee ? t('inbox.hasIt', { member: memberName(t, assignee) }) : t('inbox.nobodyHasIt');
  const shown = lines.map((line) => lineText(turn, customer, members, line));
  await turn.sayText([[who, state, has].join(' · '), '', ...shown].join('\n'), {
    choices: [
      ...(member.role === 'viewer' ? [] : actionChoices(turn, customer, ticket)),
      cardChoice(turn, customer),
      choice(t('inbox.back'), 'inbox.list'),
    ],
  });
}

function actionChoices({ t, member }: Turn, customer: Customer, ticket: Ticket | null) {
  const id = customer._id.toHexString();
  const all = ticketChoices(t, id, Boolean(ticket?.assignee?.equals(member._id)));
  const open = ticket && ticket.state !== 'closed';
  const choices = open ? all : all.filter((one) => !/^inbox\.(?:take|snooze|close):/.test(one.id));
  return open ? [...choices, choice(t('inbox.button.assign'), 'inbox.assign', id)] : choices;
}

async function askAssignee(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  const members = await listTakers(core, shop._id);
  await turn.say(
    'inbox.assignWhom',
    { name: customerLabel(t, customer) },
    {
      choices: [
        ...members.map((one) => choice(memberName(t, one), 'inbox.give', `${id}.${one._id.toHexString()}`)),
        choice(t('inbox.nobody'), 'inbox.give', `${id}.`),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function give(turn: Turn, arg: string): Promise<void> {
  turn.require('agent');
  const { core, shop, member, t } = turn;
  const [id = '', memberId = ''] = arg.split('.');
  const customer = await getCustomer(core, shop._id, id);
  const to = memberId ? (await listTakers(core, shop._id)).find(({ _id }) => _id.equals(memberId)) : null;
  if (to === undefined) throw new KadeError('choice_expired');
  await assignTicket(core, member, customer._id, to);
  const name = customerLabel(t, customer);
  const params = { name, member: to ? memberName(t, to) : '' };
  await turn.say(to ? 'inbox.given' : 'inbox.givenBack', params, { choices: [backTo(turn, customer)] });
}

async function close(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  await closeTicket(core, shop._id, customer._id);
  await turn.end();
  const choices = [choice(t('inbox.back'), 'inbox.list'), backTo(turn, customer)];
  await turn.say('inbox.closed', { name: customerLabel(t, customer) }, { choices });
}

export function backTo({ t }: Turn, customer: Customer) {
  return choice(
    t('inbox.look', { name: oneLine(customerLabel(t, customer), 30) }),
    'inbox.open',
    customer._id.toHexString(),
  );
}

/** Whether this member is told of what nobody answers yet. */
async function switchNotices(turn: Turn): Promise<void> {
  turn.require('agent');
  const { core, shop, member, t } = turn;
  const quiet = !member.quiet;
  await core.db.members.updateOne({ _id: member._id, shopId: shop._id }, { $set: { quiet } });
  await turn.say(quiet ? 'inbox.quiet' : 'inbox.told', {}, { choices: [choice(t('inbox.back'), 'inbox.list')] });
}

/** What they wrote since a moment, with everything that can be done about it. */
async function wroteNotice({ core, shop, t }: NoticeContext, customerId: string, since: Date) {
  const customer = await getCustomer(core, shop._id, customerId);
  const about = { shopId: shop._id, customerId: customer._id };
  const [ticket, lines] = await Promise.all([
    findTicket(core, shop._id, customer._id),
    listWritten(core, { ...about, since, limit: NOTICE_LINES }),
  ]);
  const from = ticket?.address ?? lines.at(-1)?.address;
  const said = lines.map(saidText);
  const file = lines.at(-1)?.file;
  const head = t('inbox.wrote', { who: from ? whoWrote(t, customer, from) : customerLabel(t, customer) });
  return {
    text: [head, ...said].join('\n'),
    choices: ticketChoices(t, customer._id.toHexString(), ticket?.assignee != null),
    ...(file ? { file } : {}),
  };
}

async function stateNotice({ core, shop, t }: NoticeContext, customerId: string, key: string, by = '') {
  const customer = await getCustomer(core, shop._id, customerId);
  const ticket = await findTicket(core, shop._id, customer._id);
  const params = {
    name: customerLabel(t, customer),
    by: oneLine(by, 40) || t('inbox.somebody'),
    text: oneLine(ticket?.lastText ?? '', 200),
  };
  return { text: t(key, params), choices: ticketChoices(t, customer._id.toHexString(), ticket?.assignee != null) };
}

/** The inbox: what customers wrote, who answers, and when. */
export const inboxFlow: Flow = {
  commands: [
    { name: 'inbox', run: (turn) => showInbox(turn) },
    { name: 'inboxMine', run: (turn) => showInbox(turn, 'mine') },
    { name: 'inboxUnassigned', run: (turn) => showInbox(turn, 'unassigned') },
  ],
  actions: {
    'inbox.list': showInbox,
    'inbox.open': openOne,
    'inbox.assign': askAssignee,
    'inbox.give': give,
    'inbox.close': close,
    'inbox.tell': switchNotices,
  },
  notices: {
    'customer.wrote': (context, { customerId, since }) => wroteNotice(context, customerId, since),
    'ticket.assigned': (context, { customerId, by }) => stateNotice(context, customerId, 'inbox.assignedToYou', by),
    'ticket.woke': (context, { customerId }) => stateNotice(context, customerId, 'inbox.woke'),
  },
};
