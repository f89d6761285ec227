import type { Types } from 'mongoose';
import { z } from 'zod';
import type { Core } from '../core.ts';
import type { Database } from '../db/database.ts';
import { KadeError } from '../errors.ts';
import { foldText } from '../segments/rule/foldText.ts';
import { leavesOf } from '../segments/rule.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { CustomField, CustomType } from './customField.ts';

/** Each has an index of its own, and a collection holds few. */
export const MOST_CUSTOM_FIELDS = 20;
export const LONGEST_FIELD_NAME = 40;
const LONGEST_KEY = 30;
const MOST_CHOICES = 30;

const line = z
  .string()
  .normalize('NFC')
  .transform((text) => text.replace(/\s+/gu, ' ').trim())
  .refine((text) => text.length <= LONGEST_FIELD_NAME && /[\p{L}\p{N}]/u.test(text) && !/\p{C}/u.test(text));

/** What a member declares. */
export interface CustomFieldInput {
  readonly name: string;
  readonly type: CustomType;
  readonly choices?: readonly string[];
}

type Fields = Pick<Core, 'db'>;

/** Declares a field of the shop's own. Throws `value_unreadable`, `field_name_taken`, `fields_too_many`. */
export async function addCustomField(
  core: Fields,
  shopId: Types.ObjectId,
  input: CustomFieldInput,
): Promise<CustomField> {
  const name = readFieldLine(input.name);
  const known = await read(core, shopId);
  if (known.length >= MOST_CUSTOM_FIELDS) throw new KadeError('fields_too_many', { most: MOST_CUSTOM_FIELDS });
  refuseTaken(known, name);
  const choices = input.type === 'choice' ? readChoices(input.choices ?? []) : undefined;
  const field = { key: keyOf(name, known), name, type: input.type, ...(choices ? { choices } : {}) };
  const free = { _id: shopId, 'customFields.key': { $ne: field.key } };
  await core.db.shops.updateOne(free, { $push: { customFields: field } as never });
  await indexCustomFields(core.db, [field]);
  return field;
}

/** Gives a field another name; its key, and so every rule, stays. Throws `field_not_found` and as `addCustomField` does. */
export async function renameCustomField(
  core: Fields,
  shopId: Types.ObjectId,
  key: string,
  typed: string,
): Promise<string> {
  const name = readFieldLine(typed);
  const known = await read(core, shopId);
  if (!known.some((field) => field.key === key)) throw new KadeError('field_not_found');
  refuseTaken(
    known.filter((field) => field.key !== key),
    name,
  );
  await core.db.shops.updateOne(
    { _id: shopId, 'customFields.key': key },
    { $set: { 'customFields.$.name': name } as never },
  );
  return name;
}

/** Takes a field and all its values away. `field_in_use` while a segment's rule asks for it, `field_not_found`. */
export async function removeCustomField(core: Fields, shopId: Types.ObjectId, key: string): Promise<CustomField> {
  const field = (await read(core, shopId)).find((one) => one.key === key);
  if (!field) throw new KadeError('field_not_found');
  const path = `custom.${key}`;
  const saved = core.db.segments.find({ shopId, kind: 'saved', nameKey: { $exists: true } });
  for await (const { rule, label } of saved)
    if (rule && leavesOf(rule).some((leaf) => leaf.field === path))
      throw new KadeError('field_in_use', { name: field.name, by: label });
  await core.db.shops.updateOne({ _id: shopId }, { $pull: { customFields: { key } } as never });
  await core.db.customers.updateMany({ shopId, [path]: { $exists: true } }, { $unset: { [path]: '' } });
  return field;
}

/** Has rules find by the fields, in one command; what is there already stays. */
export async function indexCustomFields(db: Database, fields: readonly Pick<CustomField, 'key'>[]): Promise<void> {
  if (fields.length === 0) return;
  const indexes = fields.map(({ key }) => {
    const path = `custom.${key}`;
    return { key: { shopId: 1, [path]: 1 }, partialFilterExpression: { [path]: { $exists: true } } };
  });
  await db.customers.createIndexes(indexes);
}

async function read({ db }: Fields, shopId: Types.ObjectId): Promise<readonly CustomField[]> {
  const shop = await db.shops.findOne<Pick<Shop, 'customFields'>>({ _id: shopId }, { projection: { customFields: 1 } });
  return shop?.customFields ?? [];
}

/** A field's name, or one of its choices, as it is kept; `value_unreadable`. */
export function readFieldLine(text: string): string {
  const parsed = line.safeParse(text);
  if (!parsed.success) throw new KadeError('value_unreadable', { text: text.slice(0, LONGEST_FIELD_NAME) });
  return parsed.data;
}

/** Two or more different words to choose from. */
function readChoices(typed: readonly string[]): string[] {
  const lines = typed.map(readFieldLine);
  const choices = lines.filter((one, place) => lines.findIndex((other) => foldText(other) === foldText(one)) === place);
  if (choices.length < 2 || choices.length > MOST_CHOICES)
    throw new KadeError('value_unreadable', { text: typed.join(', ').slice(0, LONGEST_FIELD_NAME) });
  return choices;
}

function refuseTaken(known: readonly CustomField[], name: string): void {
  if (known.some((field) => foldText(field.name) === foldText(name))) throw new KadeError('field_name_taken', { name });
}

/** A key that stands in a path and in a query as it is, and is nothing that every object has. */
function keyOf(name: string, known: readonly CustomField[]): string {
  const words = name.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '_');
  const plain = [...words.replace(/^[_\p{M}]+|_+$/gu, '')].slice(0, LONGEST_KEY).join('') || 'field';
  const isFree = (key: string) => !(key in {}) && !known.some((field) => field.key === key);
  if (isFree(plain)) return plain;
  for (let n = 2; ; n++) if (isFree(`${plain}_${n}`)) return `${plain}_${n}`;
}
