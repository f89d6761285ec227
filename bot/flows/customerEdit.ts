import { randomUUID } from 'node:crypto';
import {
  CUSTOMER_FIELDS,
  type CustomerEdit,
  type CustomerField,
  customFieldOf,
  editCustomer,
  fieldChoices,
  getCustomer,
  KadeError,
  readCustomerEdit,
  readCustomerField,
  toCustomValue,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { customText } from '../customers/customWords.ts';
import { cancelChoice, cardChoice, checkMark, customerOf, READ_BACK } from '../customers/dialogue.ts';
import { formatDay } from '../days.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { readPeriod } from '../reports/readPeriod.ts';
import { inEveryLanguage } from '../translate.ts';
import { readLanguage } from './onboarding.ts';

async function chooseField(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const own = (turn.shop.customFields ?? []).map(({ key }) => `custom.${key}` as const);
  const choices = [...CUSTOMER_FIELDS, ...own].map((field) =>
    choice(fieldText(turn, field), 'customer.field', `${id}.${codeOf(turn, field)}`),
  );
  await turn.say(
    'customer.edit.which',
    { name: customerLabel(turn.t, customer) },
    { choices: [...choices, cancelChoice(turn)] },
  );
}

async function askValue(turn: Turn, arg: string): Promise<void> {
  turn.require('agent');
  const [id = '', name = ''] = arg.split('.');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  const [, place] = /^own(\d+)$/.exec(name) ?? [];
  const field = fieldOf(turn, place ? `custom.${turn.shop.customFields?.[Number(place)]?.key}` : name);
  const now = readCustomerField(customer, turn.shop, field);
  const mark = randomUUID().slice(0, 8);
  await turn.ask('customer.value', { customerId: id, field, mark });
  const params = { field: fieldText(turn, field), now: valueText(turn, field, now) };
  await turn.say(`customer.edit.ask`, params, {
    choices: [
      ...fieldChoices(turn.shop, field).map((key, place) =>
        choice(valueText(turn, field, key), 'customer.pick', `${mark}.${place}`),
      ),
      ...(now === null ? [] : [choice(turn.t('customer.edit.remove'), 'customer.pick', mark)]),
      cancelChoice(turn),
    ],
  });
}

function fieldOf({ shop }: Turn, name: unknown): CustomerField {
  const known = CUSTOMER_FIELDS.find((one) => one === name);
  const own = customFieldOf(shop.customFields ?? [], String(name));
  if (known) return known;
  if (!own) throw new KadeError('choice_expired');
  return `custom.${own.key}`;
}

/** A field in a button, where long names have no room. */
function codeOf({ shop }: Turn, field: CustomerField): string {
  const place = (shop.customFields ?? []).findIndex(({ key }) => field === `custom.${key}`);
  return place < 0 ? field : `own${place}`;
}

function fieldText({ t, shop }: Turn, field: CustomerField): string {
  const own = customFieldOf(shop.customFields ?? [], field);
  return own ? oneLine(own.name) : t(`customer.field.${field}`);
}

function valueText({ t, shop }: Turn, field: CustomerField, value: string | null): string {
  if (value === null) return t('customer.edit.nothing');
  const own = customFieldOf(shop.customFields ?? [], field);
  if (own) return customText(t, shop, own, toCustomValue(own, value, shop.timeZone));
  if (field === 'customerType' || field === 'status') return t(`rule.choice.${value}`);
  if (field === 'gender') return t(`gender.${value}`);
  if (field === 'language') return t(`customer.card.language.${value}`);
  return field === 'birthday' ? formatDay(t, new Date(value), 'UTC') : oneLine(value, 120);
}

async function takeValue(turn: Turn): Promise<void> {
  const field = fieldOf(turn, turn.data.field);
  const edit = readCustomerEdit(turn.shop, turn.core.clock.now(), field, canonical(turn, field, turn.text));
  await confirmEdit(turn, edit);
}

async function pickValue(turn: Turn, arg: string): Promise<void> {
  const [mark = '', place] = arg.split('.');
  checkMark(turn, mark);
  const field = fieldOf(turn, turn.data.field);
  const value = place === undefined ? null : fieldChoices(turn.shop, field)[Number(place)];
  if (value === undefined) throw new KadeError('choice_expired');
  await confirmEdit(turn, { field, value });
}

/** Days in words become `1990-05-14`, names of languages and genders their keys. */
function canonical({ core, shop }: Turn, field: CustomerField, text: string): string {
  if (field === 'language') return readLanguage(text) ?? text;
  const words = field === 'gender' ? 'gender' : field === 'status' || field === 'customerType' ? 'rule.choice' : null;
  if (words) {
    const wanted = text.toLowerCase();
    const isMeant = (key: string) => inEveryLanguage(`${words}.${key}`).some((label) => label.toLowerCase() === wanted);
    return fieldChoices(shop, field).find(isMeant) ?? text;
  }
  if (field !== 'birthday' && customFieldOf(shop.customFields ?? [], field)?.type !== 'date') return text;
  const day = readPeriod(text, { now: core.clock.now(), timeZone: 'UTC' });
  return day && day.to.getTime() - day.from.getTime() === 86_400_000 ? day.from.toISOString().slice(0, 10) : text;
}

async function confirmEdit(turn: Turn, edit: CustomerEdit): Promise<void> {
  const customer = await customerOf(turn);
  const mark = randomUUID().slice(0, 8);
  await turn.ask(READ_BACK, { customerId: customer._id.toHexString(), ...edit, ready: true, mark });
  const params = {
    name: customerLabel(turn.t, customer),
    field: fieldText(turn, edit.field),
    before: valueText(turn, edit.field, readCustomerField(customer, turn.shop, edit.field)),
    after: valueText(turn, edit.field, edit.value),
  };
  await turn.say('customer.edit.readBack', params, {
    choices: [
      choice(turn.t('customer.edit.save'), 'customer.save', mark),
      choice(turn.t('customer.change'), 'customer.field', `${customer._id.toHexString()}.${codeOf(turn, edit.field)}`),
      cancelChoice(turn),
    ],
  });
}

async function saveEdit(turn: Turn, mark: string): Promise<void> {
  turn.require('agent');
  checkMark(turn, mark);
  const { ready, value } = turn.data as { ready?: boolean; value?: string | null };
  if (!ready) throw new KadeError('choice_expired');
  const customer = await customerOf(turn);
  const edit = { field: fieldOf(turn, turn.data.field), value: value ?? null };
  const saved = await editCustomer(turn.core, turn.shop, customer._id, edit, turn.member._id);
  await turn.end();
  const params = { name: customerLabel(turn.t, saved), field: fieldText(turn, edit.field) };
  await turn.say('customer.edit.saved', params, { choices: [cardChoice(turn, saved)] });
}

/** Correcting what is known of a customer: which field, the new value, read back, saved. */
export const customerEditFlow: Flow = {
  actions: {
    'customer.edit': chooseField,
    'customer.field': askValue,
    'customer.pick': pickValue,
    'customer.save': saveEdit,
  },
  steps: { 'customer.value': takeValue },
};
