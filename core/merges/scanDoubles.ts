import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import { splitWords } from '../customers/searchWords.ts';
import { type Database, type DatabaseAddress, withDatabase } from '../db/database.ts';

/** What two people have in common, the strongest first. */
export const DOUBLE_REASONS = ['phone', 'email', 'nameBirthday', 'nameDigits', 'nameCity'] as const;
export type DoubleReason = (typeof DOUBLE_REASONS)[number];

/** Two customers who look alike, by their ids in hex, the lesser first. */
export interface Double {
  first: string;
  second: string;
  reasons: DoubleReason[];
}

export interface DoublesTask extends DatabaseAddress {
  shopId: string;
  limit: number;
}

/** Signs kept in memory at once; a larger shop is read several times, each time for a share of the signs. */
const SIGNS_AT_ONCE = 400_000;
const SIGNS_EACH = 3;
/** A sign that more people have than this tells nothing. */
const TOO_COMMON = 5;
const MOST_PAIRS = 5_000;
const WEIGHTS: Readonly<Record<DoubleReason, number>> = {
  phone: 6,
  email: 5,
  nameBirthday: 4,
  nameDigits: 3,
  nameCity: 2,
};

type Person = Pick<Customer, '_id' | 'name' | 'city' | 'birthday' | 'addresses'>;

/**
 * The customers of a shop who look like one person, most alike first, without those whom a member has told apart. Each is
 * put beside those with the same sign only, so the work grows with the number of people. Heavy: runs in a thread.
 */
export function scanDoubles(task: DoublesTask): Promise<Double[]> {
  const { limit } = task;
  const shopId = new Types.ObjectId(task.shopId);
  return withDatabase(task, async (db) => {
    const pairs = new Map<string, Set<DoubleReason>>();
    const people = await db.customers.countDocuments({ shopId });
    const shares = Math.max(1, Math.ceil((people * SIGNS_EACH) / SIGNS_AT_ONCE));
    for (let share = 0; share < shares; share++) await addPairs(db, shopId, { share, shares }, pairs);
    const apart = await listApart(db, shopId, [...pairs.keys()]);
    const alike = [...pairs].filter(([pair]) => !apart.has(pair));
    return alike
      .map(([pair, reasons]) => ({ pair, reasons: DOUBLE_REASONS.filter((reason) => reasons.has(reason)) }))
      .sort((a, b) => weightOf(b.reasons) - weightOf(a.reasons) || (a.pair < b.pair ? -1 : 1))
      .slice(0, limit)
      .map(({ pair, reasons }) => ({ first: pair.slice(0, 24), second: pair.slice(24), reasons }));
  });
}

function weightOf(reasons: readonly DoubleReason[]): number {
  return reasons.reduce((sum, reason) => sum + WEIGHTS[reason], 0);
}

async function addPairs(
  db: Database,
  shopId: Types.ObjectId,
  { share, shares }: { share: number; shares: number },
  pairs: Map<string, Set<DoubleReason>>,
): Promise<void> {
  const holders = new Map<string, { reason: DoubleReason; ids: string[] }>();
  const projection = { name: 1, city: 1, birthday: 1, 'addresses.channel': 1, 'addresses.value': 1 };
  for await (const person of db.customers.find({ shopId }, { projection })) {
    const id = person._id.toHexString();
    for (const { reason, sign } of signsOf(person)) {
      const digest = createHash('md5').update(sign).digest();
      if (digest.readUInt32BE(0) % shares !== share) continue;
      const key = digest.toString('base64url');
      const held = holders.get(key) ?? { reason, ids: [] };
      if (held.ids.length <= TOO_COMMON && !held.ids.includes(id)) held.ids.push(id);
      holders.set(key, held);
    }
  }
  for (const { reason, ids } of holders.values()) {
    if (ids.length < 2 || ids.length > TOO_COMMON) continue;
    for (const [at, one] of ids.entries())
      for (const other of ids.slice(at + 1)) {
        const pair = pairKey(one, other);
        if (pairs.size < MOST_PAIRS || pairs.has(pair)) pairs.set(pair, (pairs.get(pair) ?? new Set()).add(reason));
      }
  }
}

/** What a person may have in common with their double, each sign a text of its own. */
function signsOf({ name, city, birthday, addresses }: Person): { reason: DoubleReason; sign: string }[] {
  const numbers = addresses
    .filter(({ channel }) => channel === 'sms' || channel === 'whatsapp')
    .map(({ value }) => value.replace(/\D/g, ''));
  const emails = addresses.filter(({ channel }) => channel === 'email').map(({ value }) => foldEmail(value));
  const words = splitWords(name ?? '').filter((word) => [...word].length > 1);
  const called = [...words].sort().join(' ');
  const signs: { reason: DoubleReason; sign: string | false | undefined }[] = [
    // Without the country's code, however it is written.
    ...numbers.map((digits) => ({ reason: 'phone' as const, sign: digits.length >= 9 && digits.slice(-9) })),
    ...emails.map((email) => ({ reason: 'email' as const, sign: email })),
    ...[...new Set(numbers.map((digits) => digits.slice(-4)))].map((last) => ({
      reason: 'nameDigits' as const,
      sign: called && `${called} ${last}`,
    })),
    { reason: 'nameBirthday', sign: called && birthday && `${called} ${birthday.toISOString().slice(0, 10)}` },
    { reason: 'nameCity', sign: words.length > 1 && city && `${called} ${splitWords(city).join(' ')}` },
  ];
  return signs.flatMap(({ reason, sign }) => (sign ? [{ reason, sign: `${reason} ${sign}` }] : []));
}

/** Gmail takes dots and what follows a plus for nothing. */
function foldEmail(email: string): string {
  const [local = '', host = ''] = email.toLowerCase().split('@');
  const isGmail = host === 'gmail.com' || host === 'googlemail.com';
  return isGmail ? `${local.replace(/\+.*$/, '').replaceAll('.', '')}@gmail.com` : `${local}@${host}`;
}

/** The pairs that a member has told apart. */
async function listApart(db: Database, shopId: Types.ObjectId, pairs: readonly string[]): Promise<Set<string>> {
  const firsts = [...new Set(pairs.map((pair) => pair.slice(0, 24)))].map((id) => new Types.ObjectId(id));
  const rows = await db.notSame.find({ shopId, first: { $in: firsts } }).toArray();
  return new Set(rows.map(({ first, second }) => pairKey(first.toHexString(), second.toHexString())));
}

export function pairKey(one: string, other: string): string {
  return one < other ? `${one}${other}` : `${other}${one}`;
}
