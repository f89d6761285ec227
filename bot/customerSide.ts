import {
  type Core,
  type Customer,
  eraseAddress,
  eraseCustomer,
  type Inbound,
  type Keyword,
  keepMessage,
  type Language,
  languageOf,
  readKeyword,
  reply,
  type Shop,
  startMarketing,
  stopMarketing,
} from '../core/index.ts';
import { oneLine } from './oneLine.ts';
import { translator } from './translate.ts';

/** A message of someone who is no member, on its way to an answer. */
interface Heard {
  readonly core: Core;
  readonly shop: Shop;
  readonly inbound: Inbound;
  readonly customer: Customer | null;
  /** Answers with the text of an i18n key. */
  answer(key: string): Promise<void>;
}

/** Answers what a person who is no member wrote: STOP, START, HELP, FORGET ME; anything else is kept for the shop. */
export async function answerCustomer(
  core: Core,
  shop: Shop,
  inbound: Inbound,
  customer: Customer | null,
): Promise<void> {
  const asked = readKeyword(inbound.text ?? '');
  const t = translator(customer?.language ?? spoken(inbound.text ?? '', asked?.language) ?? shop.language);
  const heard: Heard = {
    core,
    shop,
    inbound,
    customer,
    async answer(key) {
      const text = t(`customer.${key}`, { shop: oneLine(shop.name ?? '') });
      await reply(core, { shopId: shop._id, to: inbound.from }, { text });
    },
  };
  await (asked ? ANSWERS[asked.keyword](heard) : keep(heard));
}

/** English words say nothing about the language: STOP is written by everyone. */
function spoken(text: string, keywordLanguage: Language | undefined): Language | null {
  const language = keywordLanguage ?? languageOf(text);
  return language === 'en' ? null : language;
}

const ANSWERS: Record<Keyword, (heard: Heard) => Promise<void>> = {
  async stop({ core, inbound, answer }) {
    const { changed } = await stopMarketing(core, inbound);
    await answer(changed ? 'stopped' : 'stoppedAlready');
  },
  async start({ core, inbound, answer }) {
    const { changed, refused } = await startMarketing(core, inbound);
    if (refused) return answer('startRefused');
    await answer(changed ? 'started' : 'startedAlready');
  },
  help: ({ answer }) => answer('help'),
  async forget({ core, shop, inbound, customer, answer }) {
    if (customer) await eraseCustomer(core, shop._id, customer._id, { evidenceId: inbound._id.toHexString() });
    await answer('forgotten');
    // The answer itself would be a trace of them.
    await eraseAddress(core, shop._id, inbound.from);
  },
};

/** Thanks once a day at most; the shop is told as often. */
async function keep({ core, inbound, answer }: Heard): Promise<void> {
  const { customer, first, shopkeeper } = await keepMessage(core, inbound);
  if (!first) return;
  await answer('received');
  const text = inbound.text ?? inbound.file?.name ?? '';
  if (shopkeeper)
    await core.notifier.notify(shopkeeper, { kind: 'customer.wrote', customerId: customer._id.toHexString(), text });
}
