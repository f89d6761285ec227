import { Types } from 'mongoose';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { refreshKept } from './refreshKept.ts';
import { refuseCircle } from './rule/findCircle.ts';
import { foldText } from './rule/foldText.ts';
import { parseRule, type Rule } from './rule.ts';
import type { KEPT_KINDS, Segment } from './segment.model.ts';

const LONGEST_NAME = 60;
const nameSchema = z
  .string()
  .normalize('NFC')
  .transform((text) => text.replace(/\s+/gu, ' ').trim())
  .refine((text) => text.length <= LONGEST_NAME && /[\p{L}\p{N}]/u.test(text) && !/\p{C}/u.test(text));

/** What a member keeps: a rule from outside, under a name. */
export interface SegmentInput {
  readonly kind: (typeof KEPT_KINDS)[number];
  readonly name: string;
  readonly rule: unknown;
  readonly createdBy: AddressKey;
}

/**
 * Keeps a rule as a segment whose members are followed, or the people who match now as a list. Throws
 * `value_unreadable` for a name, `segment_name_taken`, and what `parseRule` and `refuseCircle` throw.
 */
export async function saveSegment(core: Core, shop: Shop, input: SegmentInput): Promise<Segment> {
  const rule = parseRule(input.rule, shop.customFields);
  const label = readName(input.name);
  await refuseCircle(label, rule, (name) => findRule(core, shop._id, name));
  const segment = await insertKept(core, shop._id, { ...input, rule, name: label });
  await refreshKept(core.db, shop, core.clock.now(), [segment], { quiet: true });
  return (await core.db.segments.findOne({ shopId: shop._id, _id: segment._id })) ?? segment;
}

/** Keeps the name, with nobody in it yet; `segment_name_taken`. */
export async function insertKept(
  core: Pick<Core, 'db' | 'clock'>,
  shopId: Types.ObjectId,
  { kind, name, rule, createdBy }: Omit<SegmentInput, 'rule'> & { rule?: Rule },
): Promise<Segment> {
  const _id = new Types.ObjectId();
  const segment: Segment = {
    _id,
    shopId,
    kind,
    key: `${kind}:${_id.toHexString()}`,
    label: name,
    nameKey: foldText(name),
    ...(rule ? { rule } : {}),
    createdBy,
    position: 0,
    size: 0,
    revenue: 0,
    orders: 0,
    buyers: 0,
    recencyDays: 0,
    topProducts: [],
    cells: [],
    words: [],
    weak: false,
    refreshedAt: core.clock.now(),
  };
  await uniquely(name, () => core.db.segments.insertOne(segment));
  return segment;
}

/** A name as it is kept: one line of at most 60 letters; `value_unreadable`. */
export function readName(text: string): string {
  const parsed = nameSchema.safeParse(text);
  if (!parsed.success) throw new KadeError('value_unreadable', { text: text.slice(0, LONGEST_NAME) });
  return parsed.data;
}

/** Does a write that gives a segment this name; `segment_name_taken` when another one has it. */
export async function uniquely<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error;
    throw new KadeError('segment_name_taken', { name }, { cause: error });
  }
}

/** The rule of the saved segment of this name. */
export async function findRule(
  core: Pick<Core, 'db'>,
  shopId: Types.ObjectId,
  name: string,
): Promise<Rule | undefined> {
  const found = await core.db.segments.findOne({ shopId, nameKey: foldText(name), kind: 'saved' });
  return found?.rule;
}
