import { randomUUID } from 'node:crypto';
import {
  type CannedReply,
  deleteCannedReply,
  fillCannedReply,
  getCannedReply,
  getCustomer,
  listCannedReplies,
  parseId,
  saveCannedReply,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { cancelChoice, checkMark, customerOf } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { manyLines, oneLine } from '../oneLine.ts';
import { sendAnswer } from './inboxAnswer.ts';

const SHOWN = 200;

/** `canned`: what there is; `canned hours: we are open …` adds one. */
async function showCanned(turn: Turn, rest = ''): Promise<void> {
  if (rest.includes(':')) return keep(turn, turn.text.slice(turn.text.indexOf(rest.split(/\s/, 1)[0] ?? '')));
  const { core, shop, t } = turn;
  await turn.end();
  const replies = await listCannedReplies(core, shop._id);
  const lines = replies.map(({ title, text }) => `• ${oneLine(title)}: ${oneLine(text, SHOWN)}`);
  const head = t(replies.length > 0 ? 'canned.list' : 'canned.none');
  await turn.sayText([head, ...lines].join('\n'), {
    choices: [
      choice(t('canned.add'), 'canned.add'),
      ...replies.map(({ _id, title }) =>
        choice(t('canned.delete', { title: oneLine(title) }), 'canned.delete', _id.toHexString()),
      ),
      choice(t('inbox.back'), 'inbox.list'),
    ],
  });
}

async function askNew(turn: Turn): Promise<void> {
  turn.require('agent');
  await turn.ask('canned.text', {});
  await turn.say('canned.ask', {}, { choices: [cancelChoice(turn)] });
}

async function takeNew(turn: Turn): Promise<void> {
  if (!turn.text.includes(':')) return askNew(turn);
  await keep(turn, turn.text);
}

async function keep(turn: Turn, said: string): Promise<void> {
  turn.require('agent');
  const colon = said.indexOf(':');
  const saved = await saveCannedReply(turn.core, turn.shop._id, {
    title: said.slice(0, colon),
    text: said.slice(colon + 1),
  });
  await turn.end();
  const params = { title: oneLine(saved.title), text: manyLines(saved.text, 1500) };
  await turn.say('canned.kept', params, {
    choices: [choice(turn.t('canned.add'), 'canned.add'), choice(turn.t('inbox.back'), 'inbox.list')],
  });
}

async function remove(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop } = turn;
  const { title } = await getCannedReply(core, shop._id, parseId(id));
  await deleteCannedReply(core, shop._id, parseId(id));
  await turn.say(
    'canned.deleted',
    { title: oneLine(title) },
    { choices: [choice(turn.t('canned.show'), 'canned.list')] },
  );
}

/** Which of them for this customer. */
async function chooseFor(turn: Turn, customerId: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, customerId);
  const replies = await listCannedReplies(core, shop._id);
  const choices = [
    ...replies.map(({ _id, title }) => choice(oneLine(title), 'canned.use', `${customerId}.${_id.toHexString()}`)),
    ...(replies.length > 0 ? [] : [choice(t('canned.add'), 'canned.add')]),
    cancelChoice(turn),
  ];
  await turn.say(
    replies.length > 0 ? 'canned.which' : 'canned.none',
    { name: customerLabel(t, customer) },
    { choices },
  );
}

/** Filled in for the customer and read back. */
async function fill(turn: Turn, arg: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const [customerId = '', id = ''] = arg.split('.');
  const customer = await getCustomer(core, shop._id, customerId);
  const reply: CannedReply = await getCannedReply(core, shop._id, parseId(id));
  const text = fillCannedReply(reply, customer, shop);
  const name = customerLabel(t, customer);
  if (text === null)
    return void (await turn.say(
      'canned.missing',
      { name, title: oneLine(reply.title) },
      { choices: [choice(t('inbox.button.answer'), 'inbox.answer', customerId)] },
    ));
  const mark = randomUUID().slice(0, 8);
  await turn.ask('canned.waits', { customerId, text, mark });
  await turn.say(
    'canned.readBack',
    { name, text },
    {
      choices: [
        choice(t('customer.message.send'), 'canned.send', mark),
        choice(t('inbox.button.answer'), 'inbox.answer', customerId),
        cancelChoice(turn),
      ],
    },
  );
}

async function send(turn: Turn, mark: string): Promise<void> {
  checkMark(turn, mark);
  const { text } = turn.data as { text: string };
  await sendAnswer(turn, await customerOf(turn), { text });
}

/** Texts that members send often. */
export const cannedFlow: Flow = {
  commands: [{ name: 'canned', run: showCanned }],
  actions: {
    'canned.list': (turn) => showCanned(turn),
    'canned.add': askNew,
    'canned.delete': remove,
    'canned.choose': chooseFor,
    'canned.use': fill,
    'canned.send': send,
  },
  steps: { 'canned.text': takeNew },
};
