import { randomUUID } from 'node:crypto';
import {
  answerTicket,
  type Customer,
  findAnswerAddress,
  findCustomers,
  findRepliedTo,
  getCustomer,
  KadeError,
  type OutboundMessage,
  type StoredFile,
  TALKING_HOURS,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { cancelChoice, cardChoice, checkMark, customerOf } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { memberName, placeName } from '../inbox/ticketWords.ts';
import { oneLine } from '../oneLine.ts';
import { translator } from '../translate.ts';
import { backTo } from './inbox.ts';

const LONGEST_ANSWER = 1500;
const MOST_MEANT = 8;
/** Keeps words that are not sent yet until a button answers. */
const WAITS = 'inbox.waits';

/** What a member has to say to one customer. */
interface Words {
  readonly text: string;
  readonly file?: StoredFile | undefined;
}

/** Sends a member's words, or tells why not; with neither text nor file they only take the ticket. */
export async function sendAnswer(
  turn: Turn,
  customer: Customer,
  { text, file }: Words,
  takeOver = false,
): Promise<void> {
  turn.require('agent');
  if (text.length > LONGEST_ANSWER) throw new KadeError('text_too_long', { limit: LONGEST_ANSWER });
  const { core, shop, member, t } = turn;
  const name = customerLabel(t, customer);
  const handOver = translator(customer.language ?? shop.language)('customer.handOver', {
    shop: oneLine(shop.name ?? ''),
  });
  const taking = text === '' && !file;
  const answered = await answerTicket(core, shop, member, {
    customerId: customer._id,
    text,
    handOver,
    takeOver,
    ...(file ? { file } : {}),
  });
  if (answered.taken) return askTakeOver(turn, customer, { text, file }, memberName(t, answered.by));
  await turn.end();
  const choices = [backTo(turn, customer), choice(t('inbox.button.close'), 'inbox.close', customer._id.toHexString())];
  if ('refused' in answered) {
    const params = { name, reason: t(`reason.${answered.refused}`) };
    return void (await turn.say('customer.message.refused', params, { choices: [cardChoice(turn, customer)] }));
  }
  const place = placeName(t, answered.address.key);
  if (answered.failed !== undefined) {
    const params = { name, place, reason: t(`reason.${answered.failed}`) };
    return void (await turn.say('inbox.failed', params, { choices: [cardChoice(turn, customer), ...choices] }));
  }
  const said = t(taking ? 'inbox.taken' : 'inbox.sent', { name, place });
  const silent = answered.began ? t('inbox.silent', { name, hours: TALKING_HOURS }) : '';
  await turn.sayText([said, silent].filter(Boolean).join('\n'), { choices });
}

/** Another member has this customer: the words wait until it is clear who answers. */
async function askTakeOver(turn: Turn, customer: Customer, { text, file }: Words, member: string): Promise<void> {
  const mark = randomUUID().slice(0, 8);
  await turn.ask(WAITS, { customerId: customer._id.toHexString(), text, mark, ...(file ? { file } : {}) });
  const params = { name: customerLabel(turn.t, customer), member };
  await turn.say('inbox.takenByOther', params, {
    choices: [
      choice(turn.t('inbox.button.takeOver'), 'inbox.takeOver', mark),
      backTo(turn, customer),
      cancelChoice(turn),
    ],
  });
}

async function takeOver(turn: Turn, mark: string): Promise<void> {
  checkMark(turn, mark);
  await sendAnswer(turn, await customerOf(turn), turn.data as unknown as Words, true);
}

async function take(turn: Turn, id: string): Promise<void> {
  await sendAnswer(turn, await getCustomer(turn.core, turn.shop._id, id), { text: '' });
}

async function askText(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  const name = customerLabel(t, customer);
  const address = await findAnswerAddress(core, shop, customer);
  if (!address)
    return void (await turn.say('customer.message.unreachable', { name }, { choices: [cardChoice(turn, customer)] }));
  await turn.ask('inbox.text', { customerId: id });
  await turn.say(
    'inbox.ask',
    { name, place: placeName(t, address.key) },
    { choices: [backTo(turn, customer), cancelChoice(turn)] },
  );
}

async function takeText(turn: Turn): Promise<void> {
  const customer = await customerOf(turn);
  if (!turn.text) return askText(turn, customer._id.toHexString());
  await sendAnswer(turn, customer, turn);
}

/** An answer to a message about one customer goes to them. One to a message that nobody knows is for somebody, and no command. */
async function takeReply(turn: Turn, replyTo: string): Promise<boolean> {
  const answered = await findRepliedTo(turn.core, turn.shop._id, turn.address, replyTo);
  if (!answered) throw new KadeError('reply_unknown');
  const about = customerTold(answered.message);
  if (!about || (!turn.text && !turn.file)) return false;
  await sendAnswer(turn, await getCustomer(turn.core, turn.shop._id, about), turn);
  return true;
}

/** The one customer that a message is about by its buttons; a list has several. */
function customerTold({ choices = [] }: OutboundMessage): string | null {
  const ids = choices.flatMap(({ id }) => /^inbox\.(?:answer|open):([0-9a-f]{24})$/.exec(id)?.[1] ?? []);
  const [only, ...others] = new Set(ids);
  return only !== undefined && others.length === 0 ? only : null;
}

/** `to nimal: your rice is here`; whom it is for is asked where several may be meant. */
async function writeTo(turn: Turn, rest: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const [whom = ''] = rest.split(':', 1);
  // The command's own rest has lost its line breaks.
  const text = turn.text.includes(':') ? turn.text.slice(turn.text.indexOf(':') + 1).trim() : '';
  if (!whom.trim()) return void (await turn.say('inbox.how', {}, { choices: [choice(t('inbox.back'), 'inbox.list')] }));
  await turn.end();
  const { customers, similar } = await findCustomers(core, shop, whom, MOST_MEANT);
  const [only] = customers;
  if (only && customers.length === 1)
    return text ? sendAnswer(turn, only, { text }) : askText(turn, only._id.toHexString());
  const meant = customers.length > 0 ? customers : similar;
  const params = { words: oneLine(whom) };
  if (meant.length === 0)
    return void (await turn.say('customer.nobody', params, { choices: [choice(t('menu.button'), 'menu')] }));
  const mark = randomUUID().slice(0, 8);
  await turn.ask(WAITS, { text, mark });
  const choices = meant.map((customer) =>
    choice(nameAndPlace(turn, customer), 'inbox.pick', `${mark}.${customer._id.toHexString()}`),
  );
  await turn.say('inbox.whom', params, { choices: [...choices, cancelChoice(turn)] });
}

function nameAndPlace({ t }: Turn, customer: Customer): string {
  const [address] = customer.addresses;
  return [oneLine(customerLabel(t, customer), 40), customer.name && address ? oneLine(address.value, 30) : '']
    .filter(Boolean)
    .join(' · ');
}

async function pick(turn: Turn, arg: string): Promise<void> {
  const [mark = '', id = ''] = arg.split('.');
  checkMark(turn, mark);
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const { text } = turn.data as unknown as Words;
  return text ? sendAnswer(turn, customer, { text }) : askText(turn, id);
}

/** Members' answers to customers: by replying, by the button, by name. */
export const inboxAnswerFlow: Flow = {
  commands: [{ name: 'to', run: writeTo }],
  actions: {
    'inbox.answer': askText,
    'inbox.take': take,
    'inbox.takeOver': takeOver,
    'inbox.pick': pick,
  },
  steps: { 'inbox.text': takeText },
  onReply: takeReply,
};
