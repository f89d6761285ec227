import {
  findCountry,
  formatPrice,
  KadeError,
  listPrices,
  minorDigits,
  numberReader,
  PRICED_CHANNELS,
  type PricedChannel,
  priceOf,
  setPrice,
  toMinorUnits,
  westernDigits,
} from '../../core/index.ts';
import { countryName } from '../countryName.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { inEveryLanguage } from '../translate.ts';

/** What stands before an amount, and the amount: `australia rs 12.50`. */
const AMOUNT = /^(.*?)\s*((?:rs\.?|lkr|රු\.?|ரூ\.?|\p{Sc})?\s*-?\d[\d.,]*)$/iu;
const HIGHEST = 1_000_000;

/** The table, with a way to change each of its parts. */
async function showPrices({ shop, language, t, sayText }: Turn): Promise<void> {
  const lines = listPrices(shop).map(({ channel, country, price, estimated }) =>
    t(estimated ? 'prices.estimate' : 'prices.own', {
      channel: t(`channel.${channel}`),
      country: countryName(language, country),
      price: formatPrice(price, shop.currency),
    }),
  );
  await sayText([t('prices.head'), ...lines, '', t('prices.how')].join('\n'), {
    choices: [
      ...PRICED_CHANNELS.map((channel) => choice(t(`channel.${channel}`), 'prices.ask', channel)),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

async function askPrice(turn: Turn, wanted: string): Promise<void> {
  turn.require('manager');
  const channel = PRICED_CHANNELS.find((one) => one === wanted);
  if (!channel) throw new KadeError('choice_expired');
  const { t, shop, language } = turn;
  await turn.ask('prices.amount', { channel });
  const params = { channel: t(`channel.${channel}`), country: countryName(language, shop.country) };
  await turn.say('prices.ask', params, { choices: [choice(t('cancel'), 'cancel')] });
}

async function takePrice(turn: Turn): Promise<void> {
  const channel = PRICED_CHANNELS.find((one) => one === turn.data.channel);
  if (channel) await change(turn, channel, turn.text);
}

/** `sms australia 12.50`, `whatsapp 20`, `sms australia off`; nothing shows the table. */
async function readLine(turn: Turn, line: string): Promise<void> {
  if (!line) return showPrices(turn);
  const [first = '', ...rest] = line.split(/\s+/);
  const channel = PRICED_CHANNELS.find((one) => inEveryLanguage(`channel.${one}`).some((name) => isSame(name, first)));
  if (!channel) throw new KadeError('value_unreadable', { text: line.slice(0, 40) });
  await change(turn, channel, rest.join(' '));
}

async function change(turn: Turn, channel: PricedChannel, typed: string): Promise<void> {
  turn.require('manager');
  const { core, shop, t, language } = turn;
  const { place, price } = readAmount(typed, shop.currency);
  // A mailbox is in no country.
  const country = place === '' || channel === 'email' ? shop.country : findCountry(place)?.code;
  if (!country) throw new KadeError('country_unknown', { text: place.slice(0, 40) });
  await setPrice(core, shop._id, channel, country, price);
  await turn.end();
  const names = { channel: t(`channel.${channel}`), country: countryName(language, country) };
  const left = price === null ? priceOf({ ...shop, prices: {} }, channel, country) : { price };
  const choices = [choice(t('prices.show'), 'prices.show'), choice(t('menu.button'), 'menu')];
  if (!left) return void (await turn.say('prices.gone', names, { choices }));
  const key = price === null ? 'prices.back' : 'prices.set';
  await turn.say(key, { ...names, price: formatPrice(left.price, shop.currency) }, { choices });
}

/** An amount in minor units, or null for "off", with the words before it. */
function readAmount(typed: string, currency: string): { place: string; price: number | null } {
  const line = westernDigits(typed.normalize('NFKC').trim());
  const last = line.split(/\s+/).at(-1) ?? '';
  const isOff = inEveryLanguage('prices.off').some((words) => words.split('|').some((word) => isSame(word, last)));
  if (isOff) return { place: line.slice(0, -last.length).trim(), price: null };
  const [, place = '', amount = ''] = AMOUNT.exec(line) ?? [];
  const value = numberReader('.')(amount);
  if (!amount || !(value >= 0 && value <= HIGHEST))
    throw new KadeError('value_unreadable', { text: typed.slice(0, 40) });
  return { place, price: toMinorUnits(value, minorDigits(currency)) };
}

function isSame(name: string, typed: string): boolean {
  return name.toLowerCase() === typed.normalize('NFC').toLowerCase();
}

/** What a message to each country costs the shop, by which campaigns tell their cost. */
export const pricesFlow: Flow = {
  commands: [{ name: 'prices', run: readLine }],
  actions: { 'prices.show': showPrices, 'prices.ask': askPrice },
  steps: { 'prices.amount': takePrice },
};
