import {
  type AddressKey,
  type Core,
  findConversation,
  findSenders,
  gather,
  type Inbound,
  type InboundMessage,
  isDiskFull,
  KadeError,
  listWaiting,
  type Member,
  readInboundChoice,
  receiveInbound,
  refuseAddress,
  replyUnkept,
  type Sender,
  type Shop,
  type Signal,
  settleInbound,
} from '../core/index.ts';
import { answerCustomer } from './customerSide.ts';
import type { Command, Flow, Turn } from './flow.ts';
import { continueOnboarding } from './flows/onboarding.ts';
import { createLanes } from './lanes.ts';
import { takeCode } from './linking.ts';
import { inEveryLanguage, translator } from './translate.ts';
import { createTurn } from './turn.ts';

/** Takes one message in; `onKept` is called once it cannot be lost any more, and not at all when it could not be written down. Resolves when it has been answered; never rejects. */
export type Dispatch = (message: InboundMessage, onKept?: () => void) => Promise<void>;

/** The entrance, and the way to answer what a stopped process left waiting. */
export interface Reception {
  dispatch: Dispatch;
  answerWaiting(): Promise<void>;
}

const WAITING_AT_ONCE = 1000;

/**
 * Customers answered at once: a crowd that writes together keeps no member waiting, and hardly anyone from being taken
 * in, so that few are answered while others come.
 */
const CUSTOMERS_AT_ONCE = 16;
const CUSTOMERS_BESIDE = 4;

/** What messages are answered with. */
interface Desk {
  readonly core: Core;
  readonly getShop: () => Promise<Shop>;
  readonly findSender: (inbound: Inbound) => Promise<Sender>;
  readonly routes: Routes;
  readonly customers: ReturnType<typeof createLanes>;
}

/** Joins the flows to one entrance: repeats dropped, one message at a time per address, members to flows, others to the customer side. */
export function createReception(
  core: Core,
  shopId: Shop['_id'],
  getShop: () => Promise<Shop>,
  flows: readonly Flow[],
): Reception {
  /** messages being written down */
  let keeping = 0;
  const readShop = gather(async (asked: readonly null[]) => new Array<Shop>(asked.length).fill(await getShop()));
  const desk: Desk = {
    core,
    getShop: () => readShop(null),
    findSender: gather((messages: readonly Inbound[]) => findSenders(core, shopId, messages)),
    routes: collectRoutes(flows),
    customers: createLanes(() => (keeping > 0 ? CUSTOMERS_BESIDE : CUSTOMERS_AT_ONCE)),
  };
  const waiting = new Map<AddressKey, Promise<void>>();

  const queue = (from: AddressKey, kept: Promise<Inbound | null>): Promise<void> => {
    const done = core.work.begin(from);
    const turn = (waiting.get(from) ?? Promise.resolve())
      .then(async () => {
        const inbound = await kept;
        if (inbound) await handle(desk, inbound);
      })
      .catch((error) => giveUp(core, getShop, from, error))
      .finally(() => {
        if (waiting.get(from) === turn) waiting.delete(from);
        done();
      });
    waiting.set(from, turn);
    return turn;
  };
  return {
    dispatch(message, onKept) {
      keeping += 1;
      const kept = receiveInbound(core, shopId, message).finally(() => {
        keeping -= 1;
      });
      void kept.then(onKept, () => undefined);
      return queue(message.from, kept);
    },
    async answerWaiting() {
      const left = await listWaiting(core, shopId, WAITING_AT_ONCE);
      for (const inbound of left) void queue(inbound.from, Promise.resolve(inbound));
    },
  };
}

/** No reply could be written down. Where the disk is full, a member learns it all the same. */
async function giveUp(core: Core, getShop: () => Promise<Shop>, from: AddressKey, error: unknown): Promise<void> {
  core.log[isDiskFull(error) ? 'warn' : 'error']('dispatch', { from, error });
  if (!isDiskFull(error)) return;
  const found = await getShop()
    .then(({ _id: shopId }) => core.db.members.findOne({ shopId, addresses: from }))
    .catch(() => null);
  if (!found) return;
  const text = translator(found.language)('error.disk_full');
  await replyUnkept(core, { shopId: found.shopId, to: from }, { text });
}

interface Routes {
  actions: NonNullable<Flow['actions']>;
  steps: NonNullable<Flow['steps']>;
  commands: { words: string; command: Command }[];
  onFile: (turn: Turn) => Promise<void>;
  onText: (turn: Turn) => Promise<boolean>;
  onReply: (turn: Turn, replyTo: string) => Promise<boolean>;
}

/** Longest words first, so that `send me this` wins over `send`. */
function collectRoutes(flows: readonly Flow[]): Routes {
  const commands = flows
    .flatMap((flow) => flow.commands ?? [])
    .flatMap((command) =>
      inEveryLanguage(`command.${command.name}`)
        .flatMap((words) => words.split('|'))
        .map((words) => ({ words: fold(words), command })),
    )
    .sort((a, b) => b.words.length - a.words.length);
  const takesFiles = flows.find((flow) => flow.onFile);
  const takesText = flows.find((flow) => flow.onText);
  const takesReplies = flows.find((flow) => flow.onReply);
  return {
    actions: Object.assign({}, ...flows.map((flow) => flow.actions)),
    steps: Object.assign({}, ...flows.map((flow) => flow.steps)),
    commands,
    onFile: async (turn) => takesFiles?.onFile?.(turn),
    onText: async (turn) => (await takesText?.onText?.(turn)) ?? false,
    onReply: async (turn, replyTo) => (await takesReplies?.onReply?.(turn, replyTo)) ?? false,
  };
}

/** Whatever comes of it, a message is taken up once; but for a full disk, or a database that is gone: then the next start does. */
async function handle(desk: Desk, inbound: Inbound): Promise<void> {
  const { core } = desk;
  try {
    await answer(desk, inbound);
  } catch (error) {
    if (!isDiskFull(error)) await settleInbound(core, inbound);
    throw error;
  }
  await settleInbound(core, inbound);
}

/** A linked member's words are commands; from anyone else only a member's code is. */
async function answer(desk: Desk, inbound: Inbound): Promise<void> {
  const { core, getShop, findSender, routes, customers } = desk;
  const { shopId, from, signal } = inbound;
  if (signal?.kind === 'blocked') return refuseAddress(core, shopId, from, signal.kind, inbound._id);
  const sender = await findSender(inbound);
  // What nobody vouches for is no member's.
  if (sender.kind === 'member' && signal?.kind !== 'unproven')
    return answerMember(core, await getShop(), sender.member, routes, await readInboundChoice(core, inbound));
  return customers(async () => {
    const [shop, message] = await Promise.all([getShop(), readInboundChoice(core, inbound)]);
    const customer = sender.kind === 'customer' ? sender.customer : null;
    if (!(await takeCode(core, shop, message))) await answerCustomer(core, shop, message, customer);
  });
}

async function answerMember(core: Core, shop: Shop, member: Member, routes: Routes, message: Inbound): Promise<void> {
  const conversation = await findConversation(core, shop._id, message.from);
  const turn = createTurn({
    core,
    shop,
    member,
    address: message.from,
    text: (message.text ?? '').trim(),
    ...(message.file ? { file: message.file } : {}),
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    data: conversation?.data ?? {},
  });
  try {
    if (message.signal) await heed(routes, turn, message.signal);
    else await route(routes, turn, message.choiceId, conversation?.step);
  } catch (error) {
    await answerError(turn, error);
  }
}

/** What cannot be taken is refused with its reason; the start button, and one's own number, lead to the menu. */
async function heed(routes: Routes, turn: Turn, signal: Signal): Promise<void> {
  if (signal.kind === 'refused') throw new KadeError(signal.code, signal.params);
  return turn.shop.ready ? runChoice(routes, turn, 'menu') : continueOnboarding(turn);
}

const MAX_TEXT = 10_000;

/** A tap, else an answer to a message, else a waiting step (but for help, menu and cancel), else a file, else a command. */
async function route(
  routes: Routes,
  turn: Turn,
  choiceId: string | undefined,
  step: string | undefined,
): Promise<void> {
  if (!turn.shop.ready && turn.file) return continueOnboarding(turn);
  if (choiceId !== undefined) return runChoice(routes, turn, choiceId);
  if (turn.text.length > MAX_TEXT) throw new KadeError('text_too_long', { limit: MAX_TEXT });
  if (turn.replyTo !== undefined && (await routes.onReply(turn, turn.replyTo))) return;
  const command = findCommand(routes, turn.text);
  const always = command && ALWAYS.has(command.command.name) && !command.rest;
  const waiting = step ? routes.steps[step] : undefined;
  if (waiting && !always && !turn.file) return waiting(turn);
  if (!turn.shop.ready && !always) return continueOnboarding(turn);
  if (turn.file) return routes.onFile(turn);
  if (command) return command.command.run(turn, command.rest);
  if (await routes.onText(turn)) return;
  throw new KadeError('not_understood', { text: turn.text.slice(0, 60) });
}

/** Commands that are heard in the middle of anything. */
const ALWAYS = new Set(['help', 'menu', 'cancel']);

async function runChoice(routes: Routes, turn: Turn, choiceId: string): Promise<void> {
  const colon = choiceId.indexOf(':');
  const name = colon < 0 ? choiceId : choiceId.slice(0, colon);
  const action = Object.hasOwn(routes.actions, name) ? routes.actions[name] : undefined;
  if (!action) throw new KadeError('choice_expired');
  await action(turn, colon < 0 ? '' : choiceId.slice(colon + 1));
}

/** A word before a comparison is a question about customers, `segment = Regulars`, and no command. */
const COMPARISON = /^[=<>!≠≤≥]+ /u;

function findCommand(routes: Routes, text: string): { command: Command; rest: string } | null {
  const folded = fold(text);
  for (const { words, command } of routes.commands) {
    if (folded === words) return { command, rest: '' };
    if (folded.startsWith(`${words} `) && !COMPARISON.test(folded.slice(words.length + 1)))
      return { command, rest: text.trim().split(/\s+/).slice(words.split(' ').length).join(' ') };
  }
  return null;
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().replace(/^\//, '').replace(/\s+/g, ' ').toLowerCase();
}

/** A channel is called by its name. */
function paramsOf({ t }: Turn, { params }: KadeError): KadeError['params'] {
  return params.channel === undefined ? params : { ...params, channel: t(`channel.${params.channel}`) };
}

/** An expected error has a reply of its own; any other is logged under an id that the person can name. */
async function answerError(turn: Turn, error: unknown): Promise<void> {
  if (isDiskFull(error) && !(error instanceof KadeError)) return answerError(turn, new KadeError('disk_full'));
  if (error instanceof KadeError) {
    await turn.say(`error.${error.code}`, paramsOf(turn, error), {
      choices: [{ id: 'menu', label: turn.t('menu.button') }],
    });
    return;
  }
  const id = Math.abs(turn.core.clock.now().getTime() % 1_000_000_000).toString(36);
  turn.core.log.error('turn', { id, address: turn.address, error });
  await turn.say('error.unexpected', { id }, { choices: [{ id: 'menu', label: turn.t('menu.button') }] });
}
