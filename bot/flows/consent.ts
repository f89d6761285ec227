import {
  answerDoubt,
  type Customer,
  checkLedger,
  explainConsent,
  findCustomers,
  getCustomer,
  makeEvidence,
  messageCustomer,
  parseAddress,
  parseId,
  reply,
} from '../../core/index.ts';
import { confirmChoices } from '../consentSide.ts';
import { reasonWords } from '../consents/reasonWords.ts';
import { customerLabel } from '../customerLabel.ts';
import { addressLine } from '../customers/cardText.ts';
import { cardChoice } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { translator } from '../translate.ts';

const MAX_FOUND = 8;

/** Opens `action` for the one customer that these words mean; of several, asks which. */
async function forCustomer(
  turn: Turn,
  words: string,
  action: string,
  open: (id: string) => Promise<void>,
): Promise<void> {
  const { core, shop, t } = turn;
  await turn.end();
  if (!words.trim()) return void (await turn.say('consent.how'));
  const { customers, similar } = await findCustomers(core, shop, words, MAX_FOUND);
  const found = customers.length > 0 ? customers : similar;
  const [only] = customers;
  if (only && customers.length === 1) return open(only._id.toHexString());
  const choices = found.map((customer) => choice(nameOf(turn, customer), action, customer._id.toHexString()));
  if (found.length === 0) await turn.say('consent.nobody', { words: oneLine(words) });
  else await turn.sayText(t('consent.which'), { choices });
}

/** A name may be common, so a second mark tells people apart. */
function nameOf({ t }: Turn, customer: Customer): string {
  const mark = customer.name ? (customer.externalId ?? customer.addresses[0]?.value) : undefined;
  return [customerLabel(t, customer), mark].filter(Boolean).join(' · ');
}

async function showWhy(turn: Turn, id: string): Promise<void> {
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  const reasons = await explainConsent(core, shop._id, customer);
  const lines = reasons.map(
    (reason) => `${addressLine(t, reason.address)}\n  ${reasonWords(t, 'sinceThey', reason, shop.timeZone)}`,
  );
  const waits = customer.addresses.some(({ marketing, held }) => marketing === 'pending' && !held);
  await turn.sayText([t('consent.whyHead', { name: customerLabel(t, customer) }), ...lines].join('\n'), {
    choices: [
      ...(waits ? [choice(t('consent.button.ask'), 'consent.ask', id)] : []),
      choice(t('consent.button.evidence'), 'consent.evidence', id),
      cardChoice(turn, customer),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

/** The question goes where something waits to be confirmed, once, as a message in person. */
async function askToConfirm(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  const name = customerLabel(t, customer);
  const waiting = customer.addresses.find(
    ({ marketing, held, channel }) => marketing === 'pending' && !held && core.channels.has(channel),
  );
  const theirs = translator(customer.language ?? shop.language);
  const sent = waiting
    ? await messageCustomer(core, shop, {
        customerId: customer._id,
        to: waiting.key,
        text: theirs('customer.confirmAsk', { shop: oneLine(shop.name ?? '') }),
        choices: confirmChoices({ t: theirs }),
      })
    : { refused: 'no_address' as const };
  const choices = [cardChoice(turn, customer)];
  if ('refused' in sent) await turn.say('consent.askedNot', { name, reason: t(`reason.${sent.refused}`) }, { choices });
  else await turn.say('consent.asked', { name }, { choices });
}

async function settleDoubt(turn: Turn, messageId: string, stop: boolean): Promise<void> {
  turn.require('agent');
  const { core, shop, t, member } = turn;
  const words = t('consent.answered', { name: member.name, answer: t(`consent.doubt.${stop ? 'yes' : 'no'}`) });
  const answered = await answerDoubt(core, shop._id, parseId(messageId), { stop, words });
  if (!answered) return void (await turn.say('consent.doubt.gone'));
  const { customer, late, from } = answered;
  const name = customerLabel(t, customer);
  const choices = [cardChoice(turn, customer)];
  if (late) {
    const state = customer.addresses.find(({ key }) => key === from);
    const words = state ? addressLine(t, state) : t('consent.nothing');
    return void (await turn.say('consent.doubt.late', { name, state: words }, { choices }));
  }
  if (stop) {
    const theirs = translator(customer.language ?? shop.language);
    const text = theirs('customer.stopped', { shop: oneLine(shop.name ?? '') });
    await reply(core, { shopId: shop._id, to: from, customerId: customer._id }, { text });
  }
  await turn.say(stop ? 'consent.doubt.stopped' : 'consent.doubt.goesOn', { name }, { choices });
}

async function giveEvidence(turn: Turn, id: string): Promise<void> {
  turn.require('owner');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const { file, rows } = await makeEvidence(turn.core, turn.shop._id, id);
  const params = { name: customerLabel(turn.t, customer), count: rows };
  await turn.say('consent.evidence', params, { file, choices: [cardChoice(turn, customer)] });
}

async function checkAll(turn: Turn): Promise<void> {
  turn.require('owner');
  const { rows, chains, seal, flaws } = await checkLedger(turn.core, turn.shop._id);
  const lines = flaws.map(({ address, seq, what }) =>
    turn.t(`consent.flaw.${what}`, { address: oneLine(address), seq }),
  );
  const head = turn.t(flaws.length ? 'consent.unsound' : 'consent.sound', { rows, chains, seal });
  await turn.sayText([head, ...lines].join('\n'), { choices: [choice(turn.t('menu.button'), 'menu')] });
}

/** Where consents come from, and messages that may be a STOP. */
export const consentFlow: Flow = {
  commands: [
    { name: 'why', run: (turn, rest) => forCustomer(turn, rest, 'consent.why', (id) => showWhy(turn, id)) },
    {
      name: 'evidence',
      run: (turn, rest) => forCustomer(turn, rest, 'consent.evidence', (id) => giveEvidence(turn, id)),
    },
    { name: 'verifyConsents', run: checkAll },
  ],
  actions: {
    'consent.why': showWhy,
    'consent.evidence': giveEvidence,
    'consent.ask': askToConfirm,
    'consent.stop': (turn, id) => settleDoubt(turn, id, true),
    'consent.goOn': (turn, id) => settleDoubt(turn, id, false),
  },
  notices: {
    async 'consent.doubt'({ core, shop, t }, { customerId, messageId, from, text }) {
      const customer = await getCustomer(core, shop._id, customerId);
      const name = customerLabel(t, customer);
      const channel = t(`channel.${parseAddress(from)?.channel ?? 'web'}`);
      return {
        text: t('consent.doubt.ask', { name, channel, text: oneLine(text, 300) }),
        choices: [
          choice(t('consent.doubt.yes'), 'consent.stop', messageId),
          choice(t('consent.doubt.no'), 'consent.goOn', messageId),
          choice(oneLine(name, 40), 'customer.show', customerId),
        ],
      };
    },
  },
};
