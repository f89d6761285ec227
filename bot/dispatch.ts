import {
  type AddressKey,
  type Core,
  findConversation,
  type InboundMessage,
  isDiskFull,
  KadeError,
  type Member,
  receiveInbound,
  replyUnkept,
  type Shop,
} from '../core/index.ts';
import { answerCustomer } from './customerSide.ts';
import type { Command, Flow, Turn } from './flow.ts';
import { continueOnboarding } from './flows/onboarding.ts';
import { inEveryLanguage, translator } from './translate.ts';
import { createTurn } from './turn.ts';

/** Takes one message in; resolves when it has been answered. Never rejects. */
export type Dispatch = (message: InboundMessage) => Promise<void>;

/** Joins the flows to one entrance: repeats dropped, one message at a time per address, members to flows, others to the customer side. */
export function createDispatch(core: Core, getShop: () => Promise<Shop>, flows: readonly Flow[]): Dispatch {
  const routes = collectRoutes(flows);
  const waiting = new Map<AddressKey, Promise<void>>();

  return (message) => {
    const done = core.work.begin(message.from);
    const turn = (waiting.get(message.from) ?? Promise.resolve())
      .then(() => handle(core, getShop, routes, message))
      .catch((error) => giveUp(core, getShop, message, error))
      .finally(() => {
        if (waiting.get(message.from) === turn) waiting.delete(message.from);
        done();
      });
    waiting.set(message.from, turn);
    return turn;
  };
}

/** No reply could be written down. Where the disk is full, a member learns it all the same. */
async function giveUp(
  core: Core,
  getShop: () => Promise<Shop>,
  { from }: InboundMessage,
  error: unknown,
): Promise<void> {
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
  return {
    actions: Object.assign({}, ...flows.map((flow) => flow.actions)),
    steps: Object.assign({}, ...flows.map((flow) => flow.steps)),
    commands,
    onFile: async (turn) => takesFiles?.onFile?.(turn),
  };
}

async function handle(
  core: Core,
  getShop: () => Promise<Shop>,
  routes: Routes,
  message: InboundMessage,
): Promise<void> {
  const shop = await getShop();
  const received = await receiveInbound(core, shop._id, message);
  if (!received) return;
  const { sender, inbound } = received;
  if (sender.kind === 'customer') return answerCustomer(core, shop, inbound, sender.customer);
  await answerMember(core, shop, sender.member, routes, message);
}

async function answerMember(
  core: Core,
  shop: Shop,
  member: Member,
  routes: Routes,
  message: InboundMessage,
): Promise<void> {
  const conversation = await findConversation(core, shop._id, message.from);
  const turn = createTurn({
    core,
    shop,
    member,
    address: message.from,
    text: (message.text ?? '').trim(),
    ...(message.file ? { file: message.file } : {}),
    data: conversation?.data ?? {},
  });
  try {
    await route(routes, turn, message.choiceId, conversation?.step);
  } catch (error) {
    await answerError(turn, error);
  }
}

const MAX_TEXT = 10_000;

/** A tap, else a waiting step (but for help, menu and cancel), else a file, else a command. */
async function route(
  routes: Routes,
  turn: Turn,
  choiceId: string | undefined,
  step: string | undefined,
): Promise<void> {
  if (!turn.shop.ready && turn.file) return continueOnboarding(turn);
  if (choiceId !== undefined) return runChoice(routes, turn, choiceId);
  if (turn.text.length > MAX_TEXT) throw new KadeError('text_too_long', { limit: MAX_TEXT });
  const command = findCommand(routes, turn.text);
  const always = command && ALWAYS.has(command.command.name) && !command.rest;
  const waiting = step ? routes.steps[step] : undefined;
  if (waiting && !always && !turn.file) return waiting(turn);
  if (!turn.shop.ready && !always) return continueOnboarding(turn);
  if (turn.file) return routes.onFile(turn);
  if (command) return command.command.run(turn, command.rest);
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

function findCommand(routes: Routes, text: string): { command: Command; rest: string } | null {
  const folded = fold(text);
  for (const { words, command } of routes.commands) {
    if (folded === words) return { command, rest: '' };
    if (folded.startsWith(`${words} `))
      return { command, rest: text.trim().split(/\s+/).slice(words.split(' ').length).join(' ') };
  }
  return null;
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().replace(/^\//, '').replace(/\s+/g, ' ').toLowerCase();
}

/** An expected error has a reply of its own; any other is logged under an id that the person can name. */
async function answerError(turn: Turn, error: unknown): Promise<void> {
  if (isDiskFull(error) && !(error instanceof KadeError)) return answerError(turn, new KadeError('disk_full'));
  if (error instanceof KadeError) {
    await turn.say(`error.${error.code}`, error.params, { choices: [{ id: 'menu', label: turn.t('menu.button') }] });
    return;
  }
  const id = Math.abs(turn.core.clock.now().getTime() % 1_000_000_000).toString(36);
  turn.core.log.error('turn', { id, address: turn.address, error });
  await turn.say('error.unexpected', { id }, { choices: [{ id: 'menu', label: turn.t('menu.button') }] });
}
