import type { mongo, Types } from 'mongoose';
import { z } from 'zod';
import { recordConsents, settleConsents } from '../consents/recordConsent.ts';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { type ChannelName, LANGUAGES } from '../message.ts';
import { followChanges } from '../segments/followChanges.ts';
import type { Shop } from '../shops/shop.model.ts';
import { type Customer, type CustomerAddress, GENDERS, TOPICS } from './customer.model.ts';
import { getCustomer } from './getCustomer.ts';
import { newAddress } from './newAddress.ts';
import { parsePhone } from './parsePhone.ts';
import { searchWords } from './searchWords.ts';

/** What a member may correct on a customer. */
export const CUSTOMER_FIELDS = ['name', 'phone', 'email', 'city', 'birthday', 'gender', 'language'] as const;
export type CustomerField = (typeof CUSTOMER_FIELDS)[number];

/** A correction in its canonical form: phone E.164, birthday `1990-05-14`, gender and language their keys; null takes the value away. */
export interface CustomerEdit {
  field: CustomerField;
  value: string | null;
}

const OLDEST_BIRTH_YEAR = 1900;
const ATTEMPTS = 10;

/** Reads a typed value of a field; `value_unreadable` when it is none. */
export function readCustomerEdit(
  shop: Pick<Shop, 'country'>,
  now: Date,
  field: CustomerField,
  text: string,
): CustomerEdit {
  const typed = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  const parsed = fieldSchemas(shop, now)[field].safeParse(typed);
  if (!parsed.success) throw new KadeError('value_unreadable', { text: typed.slice(0, 60) });
  return { field, value: parsed.data };
}

function fieldSchemas(shop: Pick<Shop, 'country'>, now: Date): Record<CustomerField, z.ZodType<string>> {
  const phone = (text: string) => parsePhone(text, shop.country) ?? '';
  return {
    name: z.string().min(1).max(120),
    city: z.string().min(1).max(80),
    phone: z.string().transform(phone).pipe(z.string().min(1)),
    email: z.string().toLowerCase().pipe(z.email().max(254)),
    birthday: z.iso.date().refine((day) => Number(day.slice(0, 4)) >= OLDEST_BIRTH_YEAR && new Date(day) <= now),
    gender: z.enum(GENDERS),
    language: z.enum(LANGUAGES),
  };
}

/** What a field holds now, in the same canonical form. */
export function readCustomerField(customer: Customer, field: CustomerField): string | null {
  if (field === 'phone' || field === 'email') {
    const channels = channelsOf(field);
    return customer.addresses.find((address) => channels.includes(address.channel))?.value ?? null;
  }
  if (field === 'birthday') return customer.birthday?.toISOString().slice(0, 10) ?? null;
  return customer[field] ?? null;
}

/**
 * Writes a correction. A new phone or email takes the place of the old one and keeps its refusals, never its grants;
 * `address_taken` when another customer has it. May be repeated.
 */
export async function editCustomer(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  edit: CustomerEdit,
  memberId: Types.ObjectId,
): Promise<Customer> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const customer = await getCustomer(core, shopId, customerId);
    const addresses = isAddressField(edit.field) ? withAddress(customer, edit.field, edit.value) : customer.addresses;
    if (!(await write(core, customer, addresses, edit))) continue;
    await carryRefusals(core, customer, addresses, memberId);
    void followChanges(core, shopId, [customerId], ['profile', 'messages']);
    return getCustomer(core, shopId, customerId);
  }
  throw new Error('The customer was changed again and again meanwhile');
}

/** False, with nothing written, when the addresses are no longer those that were read: a STOP may have come between. */
async function write(
  core: Core,
  customer: Customer,
  addresses: CustomerAddress[],
  edit: CustomerEdit,
): Promise<boolean> {
  const { _id, shopId } = customer;
  const name = edit.field === 'name' ? (edit.value ?? undefined) : customer.name;
  const $set: Partial<Customer> = {
    ...(isAddressField(edit.field) || edit.value === null ? {} : plainField(edit.field, edit.value)),
    ...(isAddressField(edit.field) ? { addresses } : {}),
    searchWords: searchWords({ ...customer, name, addresses }),
    updatedAt: core.clock.now(),
  };
  const $unset = edit.value === null && !isAddressField(edit.field) ? { $unset: { [edit.field]: '' } } : {};
  const filter = { shopId, _id, addresses: { $eq: customer.addresses } };
  try {
    const update = { $set, ...$unset } as mongo.UpdateFilter<Customer>;
    return (await core.db.customers.updateOne(filter, update)).matchedCount > 0;
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error;
    throw new KadeError('address_taken', { address: edit.value ?? '' }, { cause: error });
  }
}

type AddressField = 'phone' | 'email';

function isAddressField(field: CustomerField): field is AddressField {
  return field === 'phone' || field === 'email';
}

function channelsOf(field: AddressField): ChannelName[] {
  return field === 'phone' ? ['sms', 'whatsapp'] : ['email'];
}

function plainField(field: Exclude<CustomerField, AddressField>, value: string): Partial<Customer> {
  return field === 'birthday' ? { birthday: new Date(`${value}T00:00:00Z`) } : { [field]: value };
}

/** The addresses with this one in place of those of its field; one that is there already keeps its consent. */
function withAddress(customer: Customer, field: AddressField, value: string | null): CustomerAddress[] {
  const channels = channelsOf(field);
  const others = customer.addresses.filter((address) => !channels.includes(address.channel));
  if (value === null) return others;
  const added = channels.map((channel): CustomerAddress => {
    const key = `${channel}:${value}` as const;
    return customer.addresses.find((address) => address.key === key) ?? newAddress(key);
  });
  return [...others, ...added];
}

/** Who refused on the old address has refused on the new one; a STOP stays one that START lifts. */
async function carryRefusals(
  core: Core,
  before: Customer,
  after: CustomerAddress[],
  memberId: Types.ObjectId,
): Promise<void> {
  const added = after.filter((address) => !before.addresses.some((one) => one.key === address.key));
  const changes = added.flatMap((address) =>
    before.addresses
      .filter((old) => old.channel === address.channel)
      .flatMap((old) =>
        TOPICS.filter((topic) => old[topic] === 'denied').map((topic) => ({
          customerId: before._id,
          address: address.key,
          topic,
          state: 'denied' as const,
          source: old.stopped && topic === 'marketing' ? ('keyword' as const) : ('member' as const),
          words: old.key,
          evidenceId: memberId.toHexString(),
        })),
      ),
  );
  await recordConsents(core, before.shopId, changes);
  // The ledger may know the new address.
  if (after.length)
    await settleConsents(
      core,
      before.shopId,
      after.map((address) => address.key),
    );
}
