import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type AddressKey, parseAddress } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Customer } from './customer.model.ts';
import { editDistance } from './editDistance.ts';
import { callingCode, parsePhone } from './parsePhone.ts';
import { splitWords } from './searchWords.ts';

/** What a search brought: best first. `exact`: the one customer with this id, phone or address; `similar`: who may be meant when nobody was found. */
export interface FoundCustomers {
  customers: Customer[];
  exact: boolean;
  more: boolean;
  similar: Customer[];
}

/** Most that are read to find the best among them. */
const CANDIDATES = 100;
const MAX_WORDS = 8;

/** Finds customers by id, phone in any spelling, email, or beginnings of the words of their name; at most `limit`. */
export async function findCustomers(
  core: Core,
  shop: Pick<Shop, '_id' | 'country'>,
  words: string,
  limit: number,
): Promise<FoundCustomers> {
  const known = await findByIdentity(core, shop, words.trim());
  if (known) return { customers: [known], exact: true, more: false, similar: [] };
  const wanted = wordsToFind(words, shop.country);
  if (wanted.length === 0) return { customers: [], exact: false, more: false, similar: [] };
  const found = await findByWords(core, shop._id, wanted, limit + 1);
  const customers = found.slice(0, limit);
  const similar = customers.length === 0 ? await findSimilar(core, shop._id, wanted.flat(), limit) : [];
  return { customers, exact: false, more: found.length > limit, similar };
}

async function findByIdentity(core: Core, shop: Pick<Shop, '_id' | 'country'>, text: string): Promise<Customer | null> {
  if (!text) return null;
  const shopId = shop._id;
  const byId =
    (await core.db.customers.findOne({ shopId, externalId: text })) ??
    (await core.db.customers.findOne({ shopId, otherIds: text }));
  if (byId) return byId;
  const keys = addressesMeant(text, shop.country);
  return keys.length ? core.db.customers.findOne({ shopId, 'addresses.key': { $in: keys } }) : null;
}

function addressesMeant(text: string, country: string): AddressKey[] {
  const written = parseAddress(text);
  if (written) return [`${written.channel}:${written.value}`];
  if (text.includes('@')) return [`email:${text.toLowerCase()}`];
  const phone = parsePhone(text, country);
  return phone ? [`sms:${phone}`, `whatsapp:${phone}`] : [];
}

/** The words to look for, each with its other spellings: the beginning of a phone may lack the country's code. */
function wordsToFind(text: string, country: string): string[][] {
  if (/^\s*[+(]?\d[\d\s().-]*$/.test(text)) {
    const [digits = ''] = splitWords(text.replace(/\D/g, ''));
    const national = digits.replace(/^0+/, '');
    return [[digits, ...(national ? [`${callingCode(country)}${national}`] : [])]];
  }
  return splitWords(text)
    .slice(0, MAX_WORDS)
    .map((word) => [word]);
}

/** Those with the very words first, most spent first; then, if there is room, those whose words only begin so. */
async function findByWords(core: Core, shopId: Types.ObjectId, wanted: string[][], limit: number): Promise<Customer[]> {
  const { customers } = core.db;
  const whole = await customers
    .find({ shopId, $and: longestFirst(wanted).map(either) })
    .sort({ 'figures.totalSpent': -1 })
    .limit(limit)
    .toArray();
  if (whole.length === limit) return whole;
  const begun = await customers
    .find({ shopId, $and: longestFirst(wanted).map(beginning) })
    .limit(CANDIDATES)
    .toArray();
  const unique = new Map([...whole, ...begun].map((customer) => [customer._id.toHexString(), customer]));
  return [...unique.values()].sort((a, b) => wholeWords(b, wanted) - wholeWords(a, wanted) || bySpend(a, b));
}

function either(spellings: string[]): mongo.Filter<Customer> {
  const [first] = spellings;
  return spellings.length === 1 && first ? { searchWords: first } : { searchWords: { $in: spellings } };
}

/** The rarest word is most likely the longest: its index range is read, the others are checked. */
function longestFirst(wanted: string[][]): string[][] {
  return [...wanted].sort((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0));
}

/** Words are letters, marks and digits only, so that none is a pattern. */
function beginning(spellings: string[]): mongo.Filter<Customer> {
  const patterns = spellings.map((word) => new RegExp(`^${word}`));
  const [first] = patterns;
  return patterns.length === 1 && first ? { searchWords: first } : { searchWords: { $in: patterns as never[] } };
}

function wholeWords(customer: Customer, wanted: string[][]): number {
  return wanted.filter((spellings) => spellings.some((word) => customer.searchWords.includes(word))).length;
}

function bySpend(a: Customer, b: Customer): number {
  return b.figures.totalSpent - a.figures.totalSpent || (a.name ?? '').localeCompare(b.name ?? '');
}

/** Customers with a word a slip or two away from one of these: the first two letters must be right. */
async function findSimilar(core: Core, shopId: Types.ObjectId, words: string[], limit: number): Promise<Customer[]> {
  const longest = [...words].sort((a, b) => b.length - a.length)[0] ?? '';
  const slips = longest.length < 4 ? 0 : longest.length < 6 ? 1 : 2;
  if (slips === 0 || /^\d/.test(longest)) return [];
  const near = await core.db.customers
    .find({ shopId, searchWords: new RegExp(`^${longest.slice(0, 2)}`) })
    .limit(CANDIDATES * 5)
    .toArray();
  const distance = (customer: Customer) =>
    Math.min(...customer.searchWords.map((word) => editDistance(longest, word.slice(0, longest.length + slips))));
  return near
    .map((customer) => ({ customer, distance: distance(customer) }))
    .filter((one) => one.distance <= slips)
    .sort((a, b) => a.distance - b.distance || bySpend(a.customer, b.customer))
    .slice(0, limit)
    .map((one) => one.customer);
}
