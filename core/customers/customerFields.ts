import { z } from 'zod';
import { KadeError } from '../errors.ts';
import { type ChannelName, LANGUAGES } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { CUSTOMER_STATUSES, CUSTOMER_TYPES, type Customer, GENDERS } from './customer.model.ts';
import { type CustomField, type CustomValue, fromCustomValue, readCustomText, toCustomValue } from './customField.ts';
import { parsePhone } from './parsePhone.ts';

/** What a member may correct on a customer, besides the shop's own fields. */
export const CUSTOMER_FIELDS = [
  'name',
  'phone',
  'email',
  'city',
  'birthday',
  'gender',
  'language',
  'customerType',
  'status',
  'company',
  'industry',
] as const;
type KnownField = (typeof CUSTOMER_FIELDS)[number];
export type CustomerField = KnownField | `custom.${string}`;
export type AddressField = 'phone' | 'email';

/** A correction in its canonical form: phone E.164, birthday `1990-05-14`, closed lists their keys; null takes the value away. */
export interface CustomerEdit {
  field: CustomerField;
  value: string | null;
}

const CLOSED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['gender', GENDERS],
  ['language', LANGUAGES],
  ['customerType', CUSTOMER_TYPES],
  ['status', CUSTOMER_STATUSES],
]);

/** The values of a field that has a closed list. */
export function fieldChoices(
  { customFields = [] }: Pick<Shop, 'customFields'>,
  field: CustomerField,
): readonly string[] {
  const own = customFieldOf(customFields, field);
  if (own) return own.type === 'yesno' ? ['yes', 'no'] : (own.choices ?? []);
  return CLOSED.get(field) ?? [];
}

/** The shop's own field that is meant; undefined for what every shop has. */
export function customFieldOf(fields: readonly CustomField[], field: string): CustomField | undefined {
  return fields.find(({ key }) => field === `custom.${key}`);
}

const OLDEST_BIRTH_YEAR = 1900;

/** Reads a typed value of a field; `value_unreadable` when it is none. */
export function readCustomerEdit(
  shop: Pick<Shop, 'country' | 'currency' | 'customFields'>,
  now: Date,
  field: CustomerField,
  text: string,
): CustomerEdit {
  const typed = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  const own = customFieldOf(shop.customFields ?? [], field);
  const value = own
    ? readCustomText(own, typed, shop.currency)
    : (schemaOf(shop, now, field)?.safeParse(typed).data ?? null);
  if (value === null) throw new KadeError('value_unreadable', { text: typed.slice(0, 60) });
  return { field, value };
}

function schemaOf(shop: Pick<Shop, 'country'>, now: Date, field: CustomerField): z.ZodType<string> | undefined {
  const phone = (text: string) => parsePhone(text, shop.country) ?? '';
  const schemas: Record<KnownField, z.ZodType<string>> = {
    name: z.string().min(1).max(120),
    city: z.string().min(1).max(80),
    phone: z.string().transform(phone).pipe(z.string().min(1)),
    email: z.string().toLowerCase().pipe(z.email().max(254)),
    birthday: z.iso.date().refine((day) => Number(day.slice(0, 4)) >= OLDEST_BIRTH_YEAR && new Date(day) <= now),
    gender: z.enum(GENDERS),
    language: z.enum(LANGUAGES),
    customerType: z.enum(CUSTOMER_TYPES),
    status: z.enum(CUSTOMER_STATUSES),
    company: z.string().min(1).max(120),
    industry: z.string().min(1).max(80),
  };
  const known = CUSTOMER_FIELDS.find((one) => one === field);
  return known && schemas[known];
}

/** What a field holds now, in the same canonical form. */
export function readCustomerField(
  customer: Customer,
  { timeZone }: Pick<Shop, 'timeZone'>,
  field: CustomerField,
): string | null {
  if (isAddressField(field)) {
    const channels = channelsOf(field);
    return customer.addresses.find((address) => channels.includes(address.channel))?.value ?? null;
  }
  if (field === 'birthday') return customer.birthday?.toISOString().slice(0, 10) ?? null;
  if (!isOwn(field)) return customer[field] ?? null;
  const value = customer.custom?.[field.slice('custom.'.length)];
  return value === undefined ? null : fromCustomValue(value, timeZone);
}

/** The value as a customer keeps it; `field_not_found` for a field of the shop's own that is gone. */
export function storedValue(
  { customFields = [], timeZone }: Pick<Shop, 'customFields' | 'timeZone'>,
  field: Exclude<CustomerField, AddressField>,
  value: string,
): CustomValue {
  if (field === 'birthday') return new Date(`${value}T00:00:00Z`);
  if (!isOwn(field)) return value;
  const own = customFieldOf(customFields, field);
  if (!own) throw new KadeError('field_not_found');
  return toCustomValue(own, value, timeZone);
}

function isOwn(field: CustomerField): field is `custom.${string}` {
  return field.startsWith('custom.');
}

export function isAddressField(field: CustomerField): field is AddressField {
  return field === 'phone' || field === 'email';
}

export function channelsOf(field: AddressField): ChannelName[] {
  return field === 'phone' ? ['sms', 'whatsapp'] : ['email'];
}
