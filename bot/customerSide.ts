import {
  type Core,
  type Customer,
  type Inbound,
  isTalking,
  KadeError,
  type Keyword,
  keepMessage,
  type Language,
  languageOf,
  type OutboundMessage,
  readKeyword,
  readYesNo,
  reply,
  type Shop,
  takeAwayTurn,
  tellMembers,
} from '../core/index.ts';
import { answerConfirmation, answerDoubtful, answerStart, answerStop, answerWhy } from './consentSide.ts';
import type { Translate } from './flow.ts';
import { answerForget, answerForgetting, answerMyData } from './forgetSide.ts';
import { awayText } from './inbox/hoursText.ts';
import { answerJoinChoice, answerOpened, answerPhone } from './joinSide.ts';
import { oneLine } from './oneLine.ts';
import { translator } from './translate.ts';

/** Keywords that a provider may answer by itself. */
const PROVIDERS_OWN: ReadonlySet<Keyword> = new Set(['stop', 'start', 'help']);

/** A message of someone who is no member, on its way to an answer. */
export interface Heard {
  readonly core: Core;
  readonly shop: Shop;
  readonly inbound: Inbound;
  readonly customer: Customer | null;
  /** they are answered in */
  readonly language: Language;
  readonly t: Translate;
  /** The text of an i18n key under `customer`. */
  words(key: string): string;
  /** Answers with a message made by the caller. */
  say(message: OutboundMessage): Promise<void>;
  /** Answers with the text of such a key. */
  answer(key: string, more?: Omit<OutboundMessage, 'text'>): Promise<void>;
}

/** Answers what a person who is no member wrote: STOP and the other keywords, a yes or no to what they were asked; anything else is kept for the shop. */
export async function answerCustomer(
  core: Core,
  shop: Shop,
  inbound: Inbound,
  customer: Customer | null,
): Promise<void> {
  // A tapped button says what it stands for, STOP on a template in any language, else what stands on it.
  const asked = readKeyword(inbound.choiceId ?? '') ?? readKeyword(inbound.text ?? inbound.choiceLabel ?? '');
  const language = customer?.language ?? spoken(inbound.text ?? '', asked?.language) ?? shop.language;
  const t = translator(language);
  const words = (key: string) => t(`customer.${key}`, { shop: oneLine(shop.name ?? '') });
  const say = async (message: OutboundMessage): Promise<void> => {
    // One answer is enough; what is no keyword of ours the provider has not understood either.
    if (inbound.answered && asked && PROVIDERS_OWN.has(asked.keyword)) return;
    await reply(core, { shopId: shop._id, to: inbound.from }, message);
  };
  const heard: Heard = {
    core,
    shop,
    inbound,
    customer,
    language,
    t,
    words,
    say,
    answer: (key, more) => say({ text: words(key), ...more }),
  };
  try {
    await respond(heard, asked?.keyword);
  } catch (error) {
    if (!(error instanceof KadeError)) throw error;
    await say({ text: t(`error.${error.code}`, error.params) });
  }
}

async function respond(heard: Heard, keyword: Keyword | undefined): Promise<void> {
  const { signal, choiceId, text } = heard.inbound;
  // Nobody grants, or is erased, by another's words that they pass on; a STOP is heeded wherever it comes from.
  if (keyword && (!signal || keyword === 'stop')) return ANSWERS[keyword](heard);
  if (signal?.kind === 'opened') return answerOpened(heard, signal.token);
  if (signal?.kind === 'phone') return answerPhone(heard, signal);
  if (signal?.kind === 'refused' && signal.code !== 'forwarded') throw new KadeError(signal.code, signal.params);
  const said = signal ? null : readYesNo(text ?? '');
  if (await answerForgetting(heard, said)) return;
  if (await answerConfirmation(heard, said)) return;
  if (choiceId !== undefined && (await answerJoinChoice(heard, choiceId))) return;
  if (await answerDoubtful(heard)) return;
  await keep(heard);
}

/** English words say nothing about the language: STOP is written by everyone. */
function spoken(text: string, keywordLanguage: Language | undefined): Language | null {
  const language = keywordLanguage ?? languageOf(text);
  return language === 'en' ? null : language;
}

const ANSWERS: Record<Keyword, (heard: Heard) => Promise<void>> = {
  stop: answerStop,
  start: answerStart,
  help: ({ answer }) => answer('help'),
  why: answerWhy,
  mydata: answerMyData,
  forget: answerForget,
};

/** Thanks once a day at most, says so when the shop is away, and is silent while a member talks with them, or where the sender may be forged; the shop is told every time. */
async function keep({ core, shop, inbound, language, answer, say }: Heard): Promise<void> {
  const { ticket, first } = await keepMessage(core, inbound);
  if (inbound.signal?.kind !== 'unproven' && !isTalking(ticket, core.clock.now())) {
    if (await takeAwayTurn(core, shop, ticket)) await say({ text: awayText(language, shop, core.clock.now()) });
    else if (first) await answer('received');
  }
  await tellMembers(core, ticket, inbound);
}
