import type { ConsentState, Customer, Gender } from '../../customers/customer.model.ts';
import type { CustomValue } from '../../customers/customField.ts';
import type { AddressKey, ChannelName, Language } from '../../message.ts';
import { readDay } from '../cells/readDate.ts';
import { phoneReader } from '../cells/readPhone.ts';
import {
  readCustomerType,
  readEmail,
  readGender,
  readId,
  readLanguage,
  readStatus,
  readText,
  readYesNo,
} from '../cells/readWord.ts';
import { asOrder, columnsOf, type Plan, type PlanColumn } from '../plan.ts';
import type { Problem, Reason } from './problem.ts';
import { customReader } from './readCustom.ts';

/** A person's word on marketing for one address, as a file states it. */
export interface Wish {
  address: AddressKey;
  state: Exclude<ConsentState, 'unknown'>;
  /** the cell, or the member's answer for the whole file */
  words: string;
}

/** What one row says of a person; '' and null where it says nothing. */
export interface Person {
  /** `id:17850`, else the first address: what tells people of one file apart. '' where nothing does */
  key: string;
  externalId: string;
  name: string;
  city: string;
  country: string;
  gender: Gender | null;
  language: Language | null;
  birthday: Date | null;
  customerType: Customer['customerType'] | null;
  status: Customer['status'] | null;
  company: string;
  industry: string;
  /** the shop's own fields by their key, those that the row fills */
  custom: Record<string, CustomValue>;
  addresses: AddressKey[];
  wishes: Wish[];
}

type Cells = readonly string[];

/** Makes the reader of a plan's person columns. `latest`: no birthday lies after it. */
export function personReader(plan: Plan, latest: Date): (row: Cells, problems: Problem[]) => Person {
  const text = (field: PlanColumn['field']) => {
    const index = columnsOf(plan, field)[0]?.index;
    return (row: Cells): string => (index === undefined ? '' : readText(row[index] ?? ''));
  };
  const [name, first, last, city, country, company, industry] = [
    text('name'),
    text('firstName'),
    text('lastName'),
    text('city'),
    text('country'),
    text('company'),
    text('industry'),
  ];
  const idColumn = columnsOf(plan, 'customerId')[0]?.index;
  const readAddresses = addressReader(plan);
  const readWishes = wishReader(plan);
  const gender = wordReader(plan, 'gender', readGender, 'gender_unreadable');
  const language = wordReader(plan, 'language', readLanguage, 'language_unreadable');
  const customerType = wordReader(plan, 'customerType', readCustomerType, 'type_unreadable');
  const status = wordReader(plan, 'status', readStatus, 'status_unreadable');
  const custom = customReader(plan);
  const birthday = wordReader(plan, 'birthday', dayReader(plan, latest), 'birthday_unreadable');
  return (row, problems) => {
    const externalId = idColumn === undefined ? '' : readId(row[idColumn] ?? '');
    const addresses = readAddresses(row, problems);
    return {
      key: externalId ? `id:${externalId}` : (addresses[0] ?? ''),
      externalId,
      name: name(row) || [first(row), last(row)].filter(Boolean).join(' '),
      city: city(row),
      country: country(row),
      gender: gender(row, problems),
      language: language(row, problems),
      birthday: birthday(row, problems),
      customerType: customerType(row, problems),
      status: status(row, problems),
      company: company(row),
      industry: industry(row),
      custom: custom(row, problems),
      addresses,
      wishes: readWishes(row, addresses, problems),
    };
  };
}

/** A phone is reached by SMS and by WhatsApp, an email by email. */
function addressReader(plan: Plan): (row: Cells, problems: Problem[]) => AddressKey[] {
  const phones = columnsOf(plan, 'phone');
  const emails = columnsOf(plan, 'email');
  const readPhone = phoneReader(plan.shop.country);
  return (row, problems) => {
    const keys = new Set<AddressKey>();
    for (const { index, name } of phones) {
      const cell = row[index] ?? '';
      if (cell.trim() === '') continue;
      const read = readPhone(cell);
      if ('problem' in read) problems.push({ reason: read.problem, column: name, cell });
      else for (const phone of read.phones) keys.add(`sms:${phone}`).add(`whatsapp:${phone}`);
    }
    for (const { index, name } of emails) {
      const cell = row[index] ?? '';
      if (cell.trim() === '') continue;
      const email = readEmail(cell);
      if (email) keys.add(`email:${email}`);
      else problems.push({ reason: 'email_unreadable', column: name, cell });
    }
    return [...keys];
  };
}

const WISH_CHANNELS: readonly [PlanColumn['field'], readonly ChannelName[]][] = [
  ['marketing', ['sms', 'whatsapp', 'email']],
  ['marketingSms', ['sms']],
  ['marketingWhatsapp', ['whatsapp']],
  ['marketingEmail', ['email']],
];

function wishReader(plan: Plan): (row: Cells, addresses: readonly AddressKey[], problems: Problem[]) => Wish[] {
  const columns = WISH_CHANNELS.flatMap(([field, channels]) =>
    columnsOf(plan, field).map(({ index, name }) => ({ index, name, channels })),
  );
  const agreed = plan.agreed === true ? (plan.words.agreed ?? '') : null;
  const granted = plan.shop.doubleOptIn ? 'pending' : 'granted';
  return (row, addresses, problems) => {
    if (columns.length === 0) {
      return agreed === null ? [] : addresses.map((address) => ({ address, state: granted, words: agreed }));
    }
    const wishes = new Map<AddressKey, Wish>();
    for (const { index, name, channels } of columns) {
      const cell = row[index] ?? '';
      if (cell.trim() === '') continue;
      const yes = readYesNo(cell);
      if (yes === null) problems.push({ reason: 'wish_unreadable', column: name, cell });
      else {
        const state = yes ? granted : 'denied';
        for (const address of addresses) {
          const [channel] = address.split(':', 1) as [ChannelName];
          // The narrower column has the last word.
          if (channels.includes(channel)) wishes.set(address, { address, state, words: `${name}: ${readText(cell)}` });
        }
      }
    }
    return [...wishes.values()];
  };
}

function wordReader<T>(
  plan: Plan,
  field: PlanColumn['field'],
  read: (cell: string) => T | null,
  reason: Reason,
): (row: Cells, problems: Problem[]) => T | null {
  const column = columnsOf(plan, field)[0];
  if (!column) return () => null;
  return (row, problems) => {
    const cell = row[column.index] ?? '';
    if (cell.trim() === '') return null;
    const value = read(cell);
    if (value === null) problems.push({ reason, column: column.name, cell });
    return value;
  };
}

function dayReader(plan: Plan, latest: Date): (cell: string) => Date | null {
  const order = columnsOf(plan, 'birthday')[0]?.dateOrder;
  return (cell) => {
    const at = readDay(cell, asOrder(order), latest.getTime());
    return Number.isNaN(at) ? null : new Date(at);
  };
}
