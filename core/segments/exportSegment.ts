import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type CsvCell, csvFile } from '../csv/writeCsv.ts';
import type { Customer } from '../customers/customer.model.ts';
import type { CustomField, CustomValue } from '../customers/customField.ts';
import type { ChannelName, StoredFile } from '../message.ts';
import { minorDigits } from '../money.ts';
import type { Shop } from '../shops/shop.model.ts';
import { getShop } from '../shops/shops.ts';
import { toLocalTime } from '../time.ts';
import { getSegment } from './getSegment.ts';
import { segmentMembers } from './segmentMembers.ts';

/** The columns of an export, in order. */
export const EXPORT_COLUMNS = [
  'customer_id',
  'name',
  'phone',
  'whatsapp',
  'telegram',
  'email',
  'city',
  'country',
  'gender',
  'language',
  'birthday',
  'customer_type',
  'status',
  'company',
  'industry',
  'orders',
  'total_spent',
  'last_purchase',
  'recency_score',
  'frequency_score',
  'money_score',
  'lifecycle_stage',
  'lead_score',
  'last_contact',
] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number];

/** Streams a segment's members to a CSV file under `name`, biggest spenders first; `header` words each column. `segment_not_found`. */
export async function exportSegment(
  core: Core,
  shopId: Types.ObjectId,
  reference: string,
  name: string,
  header: (column: ExportColumn) => string,
): Promise<StoredFile> {
  const segment = await getSegment(core, shopId, reference);
  const shop = await getShop(core.db, shopId);
  const { currency, timeZone, customFields = [] } = shop;
  const members = core.db.customers
    .find({ shopId, ...(await segmentMembers(core.db, shop, segment.key, core.clock.now())) }, { batchSize: 1_000 })
    .sort({ 'figures.totalSpent': -1 });
  async function* rows(): AsyncGenerator<CsvCell[]> {
    yield [...EXPORT_COLUMNS.map(header), ...customFields.map(({ name }) => name)];
    for await (const customer of members) {
      const cells = exportCells(customer, minorDigits(currency), timeZone);
      yield [
        ...EXPORT_COLUMNS.map((column) => cells[column]),
        ...customFields.map((field) => customCell(field, customer.custom?.[field.key], shop)),
      ];
    }
  }
  return core.files.save(shopId, name, 'text/csv', csvFile(rows()));
}

/** Money in whole currency units with its digits, days as ISO 8601 in the shop's time zone. */
function exportCells(customer: Customer, digits: number, timeZone: string): Record<ExportColumn, CsvCell> {
  const { figures, value, birthday } = customer;
  const by = (channel: ChannelName): CsvCell =>
    customer.addresses
      .filter((address) => address.channel === channel)
      .map((address) => address.value)
      .join(' ');
  return {
    customer_id: customer.externalId,
    name: customer.name,
    phone: by('sms'),
    whatsapp: by('whatsapp'),
    telegram: by('telegram'),
    email: by('email'),
    city: customer.city,
    country: customer.country,
    gender: customer.gender,
    language: customer.language,
    customer_type: customer.customerType,
    status: customer.status,
    company: customer.company,
    industry: customer.industry,
    birthday: birthday?.toISOString().slice(0, 10),
    orders: figures.orderCount,
    total_spent: decimal(figures.totalSpent, digits),
    last_purchase: figures.lastOrderAt && isoDay(figures.lastOrderAt, timeZone),
    recency_score: value?.r,
    frequency_score: value?.f,
    money_score: value?.m,
    lifecycle_stage: customer.lifecycleStage,
    lead_score: customer.leadScore,
    last_contact: customer.lastContactAt && isoDay(customer.lastContactAt, timeZone),
  };
}

function customCell(
  { type }: CustomField,
  value: CustomValue | undefined,
  { currency, timeZone }: Pick<Shop, 'currency' | 'timeZone'>,
): CsvCell {
  if (value instanceof Date) return isoDay(value, timeZone);
  return type === 'money' && typeof value === 'number' ? decimal(value, minorDigits(currency)) : value;
}

function decimal(minor: number, digits: number): string {
  return (minor / 10 ** digits).toFixed(digits);
}

function isoDay(at: Date, timeZone: string): string {
  const { year, month, day } = toLocalTime(at, timeZone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
