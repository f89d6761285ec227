import { randomUUID } from 'node:crypto';
import {
  CUSTOMER_FIELDS,
  type CustomerEdit,
  type CustomerField,
  editCustomer,
  GENDERS,
  getCustomer,
  KadeError,
  LANGUAGES,
  readCustomerEdit,
  readCustomerField,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
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
  const choices = CUSTOMER_FIELDS.map((field) =>
    choice(turn.t(`customer.field.${field}`), 'customer.field', `${id}.${field}`),
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
  const field = fieldOf(name);
  const now = readCustomerField(customer, field);
  const mark = randomUUID().slice(0, 8);
  await turn.ask('customer.value', { customerId: id, field, mark });
  const params = { field: turn.t(`customer.field.${field}`), now: valueText(turn, field, now) };
  await turn.say(`customer.edit.ask`, params, {
    choices: [
      ...keysOf(field).map((key) => choice(valueText(turn, field, key), 'customer.pick', `${mark}.${key}`)),
      ...(now === null ? [] : [choice(turn.t('customer.edit.remove'), 'customer.pick', mark)]),
      cancelChoice(turn),
    ],
  });
}

function fieldOf(name: unknown): CustomerField {
  const field = CUSTOMER_FIELDS.find((one) => one === name);
  if (!field) throw new KadeError('choice_expired');
  return field;
}

/** The values of a field that has a closed list. */
function keysOf(field: CustomerField): readonly string[] {
  return field === 'gender' ? GENDERS : field === 'language' ? LANGUAGES : [];
}

function valueText({ t }: Turn, field: CustomerField, value: string | null): string {
  if (value === null) return t('customer.edit.nothing');
  if (field === 'gender') return t(`gender.${value}`);
  if (field === 'language') return t(`customer.card.language.${value}`);
  return field === 'birthday' ? formatDay(t, new Date(value), 'UTC') : oneLine(value, 120);
}

async function takeValue(turn: Turn): Promise<void> {
  const field = fieldOf(turn.data.field);
  const edit = readCustomerEdit(turn.shop, turn.core.clock.now(), field, canonical(turn, field, turn.text));
  await confirmEdit(turn, edit);
}

async function pickValue(turn: Turn, arg: string): Promise<void> {
  const [mark = '', key] = arg.split('.');
  checkMark(turn, mark);
  const field = fieldOf(turn.data.field);
  const edit =
    key === undefined ? { field, value: null } : readCustomerEdit(turn.shop, turn.core.clock.now(), field, key);
  await confirmEdit(turn, edit);
}

/** Days in words become `1990-05-14`, names of languages and genders their keys. */
function canonical({ core }: Turn, field: CustomerField, text: string): string {
  if (field === 'language') return readLanguage(text) ?? text;
  if (field === 'gender') {
    const wanted = text.toLowerCase();
    return (
      GENDERS.find((key) => inEveryLanguage(`gender.${key}`).some((label) => label.toLowerCase() === wanted)) ?? text
    );
  }
  if (field !== 'birthday') return text;
  const day = readPeriod(text, { now: core.clock.now(), timeZone: 'UTC' });
  return day && day.to.getTime() - day.from.getTime() === 86_400_000 ? day.from.toISOString().slice(0, 10) : text;
}

async function confirmEdit(turn: Turn, edit: CustomerEdit): Promise<void> {
  const customer = await customerOf(turn);
  const mark = randomUUID().slice(0, 8);
  await turn.ask(READ_BACK, { customerId: customer._id.toHexString(), ...edit, ready: true, mark });
  const params = {
    name: customerLabel(turn.t, customer),
    field: turn.t(`customer.field.${edit.field}`),
    before: valueText(turn, edit.field, readCustomerField(customer, edit.field)),
    after: valueText(turn, edit.field, edit.value),
  };
  await turn.say('customer.edit.readBack', params, {
    choices: [
      choice(turn.t('customer.edit.save'), 'customer.save', mark),
      choice(turn.t('customer.change'), 'customer.field', `${customer._id.toHexString()}.${edit.field}`),
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
  const edit = { field: fieldOf(turn.data.field), value: value ?? null };
  const saved = await editCustomer(turn.core, turn.shop._id, customer._id, edit, turn.member._id);
  await turn.end();
  const params = { name: customerLabel(turn.t, saved), field: turn.t(`customer.field.${edit.field}`) };
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
