import { randomUUID } from 'node:crypto';
import {
  type AddressKey,
  addInteraction,
  eraseCustomer,
  getCustomer,
  INTERACTION_TYPES,
  type InteractionType,
  isShut,
  KadeError,
  messageCustomer,
  parseAddress,
  reachableAddresses,
  readmitAddresses,
} from '../../core/index.ts';
import { erasureText } from '../consents/erasureText.ts';
import { customerLabel } from '../customerLabel.ts';
import { cancelChoice, cardChoice, checkMark, customerOf, READ_BACK } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { inEveryLanguage } from '../translate.ts';

const LONGEST_MESSAGE = 1500;

async function askNote(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  await turn.ask('customer.noteText', { customerId: id });
  await turn.say('customer.note.ask', { name: customerLabel(turn.t, customer) }, { choices: [cancelChoice(turn)] });
}

/** "call: she wants …" is kept as a call; without a type it is a note. */
async function keepNote(turn: Turn): Promise<void> {
  turn.require('agent');
  const customer = await customerOf(turn);
  if (!turn.text) return askNote(turn, customer._id.toHexString());
  const { type, text } = readNote(turn.text);
  await addInteraction(turn.core, {
    shopId: turn.shop._id,
    customerId: customer._id,
    type,
    text,
    memberId: turn.member._id,
  });
  await turn.end();
  const params = { name: customerLabel(turn.t, customer), type: turn.t(`interaction.${type}`) };
  await turn.say('customer.note.kept', params, { choices: [cardChoice(turn, customer)] });
}

function readNote(text: string): { type: InteractionType; text: string } {
  const [, word = '', rest = ''] = /^([^:\n]{2,30}):\s*([\s\S]+)$/.exec(text) ?? [];
  const wanted = word.trim().toLowerCase();
  const named = (name: InteractionType) =>
    name === wanted || inEveryLanguage(`interaction.${name}`).some((label) => label.toLowerCase() === wanted);
  const type = wanted ? INTERACTION_TYPES.find(named) : undefined;
  return type ? { type, text: rest } : { type: 'note', text };
}

async function chooseAddress(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const reachable = reachableAddresses(turn.core, turn.shop, customer);
  const params = { name: customerLabel(turn.t, customer) };
  if (reachable.length === 0) {
    return void (await turn.say('customer.message.unreachable', params, { choices: [cardChoice(turn, customer)] }));
  }
  const choices = reachable.map(({ key, channel, value }) => {
    const place = customer.addresses.findIndex((address) => address.key === key);
    return choice(`${turn.t(`channel.${channel}`)} ${oneLine(value, 40)}`, 'customer.messageTo', `${id}.${place}`);
  });
  await turn.say('customer.message.where', params, { choices: [...choices, cancelChoice(turn)] });
}

async function askMessage(turn: Turn, arg: string): Promise<void> {
  turn.require('agent');
  const [id = '', place = ''] = arg.split('.');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const address = customer.addresses[Number(place)];
  if (!address) throw new KadeError('choice_expired');
  await turn.ask('customer.messageText', { customerId: id, to: address.key });
  await turn.say(
    'customer.message.ask',
    { name: customerLabel(turn.t, customer), address: oneLine(address.value) },
    { choices: [cancelChoice(turn)] },
  );
}

/** Reads the message back. */
async function previewMessage(turn: Turn): Promise<void> {
  const customer = await customerOf(turn);
  const { to } = turn.data;
  if (typeof to !== 'string') throw new KadeError('choice_expired');
  if (turn.text.length > LONGEST_MESSAGE) throw new KadeError('text_too_long', { limit: LONGEST_MESSAGE });
  const mark = randomUUID().slice(0, 8);
  await turn.ask(READ_BACK, { customerId: customer._id.toHexString(), to, text: turn.text, mark });
  const address = parseAddress(to);
  const place = customer.addresses.findIndex(({ key }) => key === to);
  const params = {
    name: customerLabel(turn.t, customer),
    channel: turn.t(`channel.${address?.channel ?? 'web'}`),
    address: oneLine(address?.value ?? to),
    text: turn.text,
  };
  await turn.say('customer.message.readBack', params, {
    choices: [
      choice(turn.t('customer.message.send'), 'customer.messageSend', mark),
      choice(turn.t('customer.change'), 'customer.messageTo', `${customer._id.toHexString()}.${place}`),
      cancelChoice(turn),
    ],
  });
}

async function sendMessage(turn: Turn, mark: string): Promise<void> {
  turn.require('agent');
  checkMark(turn, mark);
  const customer = await customerOf(turn);
  const { to, text } = turn.data as { to: AddressKey; text: string };
  await turn.end();
  const sent = await messageCustomer(turn.core, turn.shop, { customerId: customer._id, to, text });
  const name = customerLabel(turn.t, customer);
  const choices = [cardChoice(turn, customer)];
  if ('refused' in sent) {
    const reason = turn.t(`reason.${sent.refused}`);
    return void (await turn.say('customer.message.refused', { name, reason }, { choices }));
  }
  await turn.say(sent.status === 'sent' ? 'customer.message.sent' : 'customer.message.failed', { name }, { choices });
}

async function askDelete(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  await turn.say(
    'customer.delete.readBack',
    { name: customerLabel(turn.t, customer), count: customer.figures.orderCount },
    { choices: [choice(turn.t('customer.delete.confirm'), 'customer.erase', id), cancelChoice(turn)] },
  );
}

async function erase(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const name = customerLabel(turn.t, customer);
  const evidenceId = turn.member._id.toHexString();
  const erased = await eraseCustomer(turn.core, turn.shop._id, customer._id, { evidenceId });
  await turn.end();
  const done = [turn.t('customer.delete.done', { name }), ...(erased ? [erasureText(turn.t, erased)] : [])];
  await turn.sayText(done.join('\n'), { choices: [choice(turn.t('menu.button'), 'menu')] });
}

/** A provider told that an address takes no mail, or that its reader calls ours spam: a member may know better. */
async function askReadmit(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const name = customerLabel(turn.t, customer);
  const shut = customer.addresses.filter(isShut);
  if (shut.length === 0)
    return void (await turn.say('customer.readmit.nothing', { name }, { choices: [cardChoice(turn, customer)] }));
  const told = shut.map(
    ({ value, standing }) => `${oneLine(value)} ${turn.t(`customer.card.standing.${standing?.state}`)}`,
  );
  await turn.say(
    'customer.readmit.ask',
    { name, addresses: told.join(', ') },
    { choices: [choice(turn.t('customer.readmit.confirm'), 'customer.readmitNow', id), cancelChoice(turn)] },
  );
}

async function readmit(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const lifted = await readmitAddresses(turn.core, turn.shop._id, id);
  await turn.say(
    lifted.length > 0 ? 'customer.readmit.done' : 'customer.readmit.nothing',
    { name: customerLabel(turn.t, customer) },
    { choices: [cardChoice(turn, customer)] },
  );
}

/** What a member does with one customer: notes, a message, erasure, an address that takes mail again. */
export const customerChangeFlow: Flow = {
  actions: {
    'customer.note': askNote,
    'customer.message': chooseAddress,
    'customer.messageTo': askMessage,
    'customer.messageSend': sendMessage,
    'customer.delete': askDelete,
    'customer.erase': erase,
    'customer.readmit': askReadmit,
    'customer.readmitNow': readmit,
  },
  steps: {
    'customer.noteText': keepNote,
    'customer.messageText': previewMessage,
  },
};
