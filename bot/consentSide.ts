import {
  confirmMarketing,
  endConversation,
  explainConsent,
  findConversation,
  keepMessage,
  listReaders,
  raiseDoubt,
  readDoubt,
  saveConversation,
  startMarketing,
  stopMarketing,
} from '../core/index.ts';
import { reasonWords } from './consents/reasonWords.ts';
import type { Heard } from './customerSide.ts';
import { choice } from './flow.ts';

const CONFIRM = 'customer.confirm';
const YES = 'confirm.yes';
const NO = 'confirm.no';

export async function answerStop({ core, inbound, answer }: Heard): Promise<void> {
  const { changed } = await stopMarketing(core, inbound);
  await answer(changed ? 'stopped' : 'stoppedAlready');
}

/** Where the shop asks twice, a new consent waits for the answer to a question. */
export async function answerStart(heard: Heard): Promise<void> {
  const { core, inbound, answer } = heard;
  const { changed, refused, pending } = await startMarketing(core, inbound);
  if (refused) return answer('startRefused');
  if (!pending) return answer(changed ? 'started' : 'startedAlready');
  await saveConversation(core, inbound.shopId, inbound.from, CONFIRM, { asked: heard.words('confirmAsk') });
  await answer('confirmAsk', { choices: confirmChoices(heard) });
}

/** The two answers to the question whether they want what was noted of them. */
export function confirmChoices({ t }: Pick<Heard, 't'>) {
  return [choice(t('customer.yes'), YES), choice(t('customer.no'), NO)];
}

/** Takes a yes or no to that question, tapped, or typed (`said`) while it is open; false: it is about something else. */
export async function answerConfirmation(heard: Heard, said: boolean | null): Promise<boolean> {
  const { core, inbound, words, answer } = heard;
  const open = await findConversation(core, inbound.shopId, inbound.from);
  const asked = open?.step === CONFIRM ? String(open.data.asked) : null;
  const tapped = inbound.choiceId === YES ? true : inbound.choiceId === NO ? false : null;
  const yes = tapped ?? (asked === null ? null : said);
  if (yes === null) return false;
  const given = { yes, asked: asked ?? words('confirmAsk'), words: inbound.text ?? inbound.choiceLabel ?? '' };
  const taken = await confirmMarketing(core, inbound, given);
  if (asked !== null) await endConversation(core, inbound.shopId, inbound.from);
  await answer(taken ? (yes ? 'confirmed' : 'notJoined') : 'confirmNothing');
  return true;
}

/** Says where their consent comes from. */
export async function answerWhy({ core, shop, customer, t, say, answer }: Heard): Promise<void> {
  const reasons = customer ? await explainConsent(core, shop._id, customer) : [];
  if (!reasons.some(({ since }) => since)) return answer('whyNothing');
  const lines = reasons.map((reason) => {
    const { channel, marketing } = reason.address;
    const state = t(`consent.you.${marketing}`, { channel: t(`channel.${channel}`) });
    return reason.since ? `${state} ${reasonWords(t, 'because', reason, shop.timeZone)}` : state;
  });
  await say({ text: [...new Set(lines)].join('\n') });
}

/** What may be a STOP goes to a member, and is kept like any message; false: it is none, or nothing could be stopped. */
export async function answerDoubtful({ core, inbound, answer }: Heard): Promise<boolean> {
  if (!readDoubt(inbound.text ?? '') || !(await raiseDoubt(core, inbound))) return false;
  const { customer, ticket } = await keepMessage(core, inbound);
  await answer('doubtHeard');
  const about = { customerId: customer._id.toHexString(), messageId: inbound._id.toHexString(), from: inbound.from };
  for (const to of await listReaders(core, ticket))
    await core.notifier.notify(to, { kind: 'consent.doubt', ...about, text: inbound.text ?? '' });
  return true;
}
