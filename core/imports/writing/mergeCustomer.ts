import type { Types } from 'mongoose';
import { type DerivedConsent, withMarketing } from '../../consents/deriveConsent.ts';
import { type Customer, NO_FIGURES } from '../../customers/customer.model.ts';
import { newAddress } from '../../customers/newAddress.ts';
import { searchWords } from '../../customers/searchWords.ts';
import type { AddressKey } from '../../message.ts';
import { bucketOf } from '../../segments/sample.ts';
import type { Person, Wish } from '../rows/readPerson.ts';

/** A file of customers has the last word on what it says; a file of sales only fills what is empty. */
export type MergeMode = 'overwrite' | 'fill';

/** A customer that an import is working on. */
export interface Draft {
  customer: Customer;
  /** as it was read; null: made by this import now */
  before: Customer | null;
  /** consents that this file gives or takes, for the ledger */
  wishes: Wish[];
}

const PLAIN = [
  'name',
  'city',
  'country',
  'gender',
  'language',
  'birthday',
  'customerType',
  'status',
  'company',
  'industry',
] as const;

/** Someone new, with nothing but an id. */
export function newCustomer(_id: Types.ObjectId, shopId: Types.ObjectId, at: Date): Customer {
  const bucket = bucketOf(_id.toHexString());
  return {
    _id,
    shopId,
    bucket,
    searchWords: [],
    addresses: [],
    tags: [],
    figures: NO_FIGURES,
    createdAt: at,
    updatedAt: at,
  };
}

/**
 * Adds to a customer what a row says: blank never overwrites, addresses are added, an opt-out is never lifted. `ledger`
 * is what was said before about addresses that the customer does not have now.
 */
export function mergePerson(
  draft: Draft,
  person: Person,
  mode: MergeMode,
  addresses: readonly AddressKey[],
  ledger: ReadonlyMap<AddressKey, DerivedConsent>,
): void {
  const { customer } = draft;
  if (person.externalId && !customer.externalId) customer.externalId = person.externalId;
  for (const field of PLAIN) {
    const value = person[field];
    if (!value) continue;
    if (mode === 'fill' && customer[field] !== undefined) continue;
    if (sameValue(customer[field], value)) continue;
    (customer as unknown as Record<string, unknown>)[field] = value;
  }
  for (const [key, value] of Object.entries(person.custom)) {
    if (mode === 'fill' && customer.custom?.[key] !== undefined) continue;
    customer.custom = { ...customer.custom, [key]: value };
  }
  for (const key of addresses) {
    if (customer.addresses.some((address) => address.key === key)) continue;
    customer.addresses = [...customer.addresses, withMarketing(newAddress(key), ledger.get(key))];
  }
  for (const wish of person.wishes) applyWish(draft, wish);
  customer.searchWords = searchWords(customer);
}

/** The fields in which a draft differs from what was read; empty: nothing changed. */
export function changedFields(draft: Draft): Record<string, unknown> {
  const before = draft.before as unknown as Record<string, unknown> | null;
  const after = draft.customer as unknown as Record<string, unknown>;
  const fields = ['externalId', ...PLAIN, 'custom', 'addresses', 'searchWords'].filter(
    (field) => !sameValue(before?.[field], after[field]),
  );
  return Object.fromEntries(fields.map((field) => [field, after[field]]));
}

/** Deep equality of what documents hold: plain values, dates, lists and plain objects. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), b as Record<string, unknown>];
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(b, key) && sameValue(value, right[key]))
  );
}

/** As deriveConsent counts a file: it turns `unknown` into something and may add a refusal, never lift one. */
function applyWish(draft: Draft, wish: Wish): void {
  const { customer } = draft;
  const address = customer.addresses.find(({ key }) => key === wish.address);
  if (!address || address.stopped || address.marketing === 'denied' || address.marketing === wish.state) return;
  if (wish.state !== 'denied' && address.marketing !== 'unknown') return;
  customer.addresses = customer.addresses.map((one) => (one === address ? { ...one, marketing: wish.state } : one));
  draft.wishes.push(wish);
}
