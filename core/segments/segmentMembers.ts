import { Types } from 'mongoose';
import { GENDERS } from '../customers/customer.model.ts';
import type { Database } from '../db/database.ts';
import { KadeError } from '../errors.ts';
import { LANGUAGES } from '../message.ts';
import { AGE_BANDS, ageBandName } from './ageBands.ts';
import { type Filter, NOBODY } from './compile/filters.ts';
import { compileRule } from './compileRule.ts';
import { askedOf, type RuleShop } from './countRule.ts';
import { membersOf } from './membership.ts';
import { VALUE_SEGMENTS } from './rfm.ts';
import type { Rule } from './rule.ts';
import type { Segment } from './segment.model.ts';

/** The customers of a segment as of `now`, to be joined with `shopId`: of a kept one its present members. `segment_not_found`. */
export async function segmentMembers(db: Database, shop: RuleShop, key: string, now: Date): Promise<Filter> {
  const [, kept] = KEPT_KEY.exec(key) ?? [];
  if (kept) return membersOf(new Types.ObjectId(kept));
  // What is kept on the customer is one filter, or none where there can be nobody.
  const [only = NOBODY] = await compileRule(db, shop._id, ruleOfKey(key), askedOf(shop, now));
  return only;
}

/** What a segment asks as a condition: a kept one by its name, so that it follows. */
export function ruleOfSegment({ kind, key, label }: Pick<Segment, 'kind' | 'key' | 'label'>): Rule {
  if (kind === 'saved') return { field: 'segment', op: 'eq', value: label };
  return kind === 'list' ? { field: 'list', op: 'eq', value: label } : ruleOfKey(key);
}

/** Throws `segment_not_found` for what is no segment's key: `all`, `value:<name>`, `demographic:age:25-34`, `saved:<id>` … */
export function checkKey(key: string): void {
  if (!KEPT_KEY.test(key)) ruleOfKey(key);
}

const KEPT_KEY = /^(?:saved|list):([0-9a-f]{24})$/;
const DEMOGRAPHICS: readonly string[] = [
  ...AGE_BANDS.map((band) => `age:${ageBandName(band)}`),
  ...GENDERS.map((gender) => `gender:${gender}`),
  ...LANGUAGES.map((language) => `language:${language}`),
];

/** The rule of a computed segment: its key holds what is asked. */
function ruleOfKey(key: string): Rule {
  if (key === 'all') return { all: true };
  const [kind = ''] = key.split(':');
  const value = key.slice(kind.length + 1);
  if (kind === 'value' && (value === 'none' || VALUE_SEGMENTS.some((known) => known === value)))
    return { field: 'rfm_segment', op: 'eq', value };
  if (kind === 'preference' && value !== '' && !value.includes(':')) return { field: kind, op: 'eq', value };
  if (kind === 'demographic' && (DEMOGRAPHICS.includes(value) || /^city:./su.test(value)))
    return { field: kind, op: 'eq', value };
  throw new KadeError('segment_not_found', { name: key.slice(0, 60) });
}
