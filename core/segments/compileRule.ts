import type { Types } from 'mongoose';
import type { Database } from '../db/database.ts';
import { buyers, contacted, membersOf, reachedBy, type Shelf, spenders, stayed } from './compile/eventFilters.ts';
import { allOf, anyOf, EVERYONE, type Filter, NOBODY, noneOf } from './compile/filters.ts';
import { type IdRange, type IdSet, idsOfRange, isAmong, splitIds } from './compile/idSets.ts';
import { dateFilter, numberFilter, presenceFilter } from './compile/profileFilters.ts';
import { Spellings } from './compile/spellings.ts';
import { isNegative, wordFilter, wordsOf } from './compile/wordFilters.ts';
import type { CustomFields } from './fields.ts';
import type { Moment } from './rule/resolvePeriod.ts';
import { conditionOf, isLeaf, type Leaf, leavesOf, type Rule, type WordLeaf } from './rule.ts';
import { BUCKETS, sampleBuckets } from './sample.ts';

/** When and where a rule is asked, and the shop's own fields. */
export interface Asked extends Moment {
  readonly custom: CustomFields;
}

/** So many ids in one filter: some 4 MB of a command's 16. */
const MOST_IDS = 200_000;

/**
 * The customers that a rule means, as filters to be joined with `shopId`. What lies in other collections (orders,
 * messages, interactions) is looked up now and named by id. That is one filter, or none where there can be
 * nobody; a rule that names more than 200,000 people gives several that never overlap, in the order of `_id`, each made
 * when it is its turn. Words of a rule are only ever compared as values.
 */
export async function compileRule(
  db: Database,
  shopId: Types.ObjectId,
  rule: Rule,
  asked: Asked,
  mostIds = MOST_IDS,
): Promise<Iterable<Filter>> {
  const shelf: Shelf = { db, shopId, moment: asked, spellings: new Spellings(db, shopId) };
  const known = new Map<string, Promise<Part>>();
  const parts = new Map<Leaf, Part>();
  const find = async (leaf: Leaf): Promise<void> => {
    const same = JSON.stringify(leaf);
    const part = known.get(same) ?? compileLeaf(leaf, asked, shelf);
    known.set(same, part);
    parts.set(leaf, await part);
  };
  await Promise.all(leavesOf(rule).map(find));
  const sets = [...new Set(parts.values())].flatMap((part) => ('ids' in part ? [part.ids] : []));
  return {
    *[Symbol.iterator]() {
      for (const range of splitIds(sets, mostIds)) {
        const filter = join(rule, (leaf) => filterOf(parts.get(leaf), range));
        if (filter !== NOBODY) yield allOf([idsOfRange(range), filter]);
      }
    },
  };
}

/** A condition compiled: a filter, or the customers that it holds for, or for `except` all but these. */
type Part = { filter: Filter } | { ids: IdSet; except: boolean };

function filterOf(part: Part | undefined, range: IdRange): Filter {
  if (!part) return NOBODY;
  if ('filter' in part) return part.filter;
  const among = isAmong(part.ids, range);
  return part.except ? noneOf(among) : among;
}

function join(rule: Rule, leafFilter: (leaf: Leaf) => Filter): Filter {
  if ('and' in rule) return allOf(rule.and.map((member) => join(member, leafFilter)));
  if ('or' in rule) return anyOf(rule.or.map((member) => join(member, leafFilter)));
  if ('not' in rule) return noneOf(join(rule.not, leafFilter));
  return isLeaf(rule) ? leafFilter(rule) : EVERYONE;
}

async function compileLeaf(given: Leaf, { custom }: Asked, shelf: Shelf): Promise<Part> {
  const { shape, spec, leaf } = conditionOf(given, custom);
  switch (shape) {
    case 'number':
      return leaf.within ? spenders(shelf, leaf, leaf.within) : { filter: numberFilter(leaf, shelf.moment) };
    case 'date':
      return { filter: dateFilter(leaf, spec, shelf.moment) };
    case 'word':
      if (leaf.field !== 'segment' && leaf.field !== 'list')
        return { filter: await wordFilter(leaf, spec, shelf.spellings, shelf.moment) };
      return { filter: await memberFilter(leaf, shelf) };
    case 'presence':
      return { filter: presenceFilter(leaf, spec) };
    case 'purchase':
      return { ids: await buyers(shelf, leaf), except: leaf.op === 'not_bought' };
    case 'campaign':
      return { ids: await reachedBy(shelf, leaf), except: leaf.op.startsWith('not_') };
    case 'interaction':
      return { ids: await contacted(shelf, leaf), except: leaf.op === 'not_had' };
    case 'stay':
      return { filter: await stayed(shelf, leaf) };
    case 'sample':
      return { filter: sampleFilter(sampleBuckets(leaf.value)) };
    default:
      return shape satisfies never;
  }
}

async function memberFilter(leaf: WordLeaf, shelf: Shelf): Promise<Filter> {
  const members = await membersOf(shelf, leaf.field === 'list' ? 'list' : 'saved', wordsOf(leaf));
  return isNegative(leaf) ? noneOf(members) : members;
}

/** The shorter of the two lists. */
function sampleFilter(buckets: readonly number[]): Filter {
  if (buckets.length <= BUCKETS / 2) return { bucket: { $in: [...buckets] } };
  const chosen = new Set(buckets);
  return { bucket: { $nin: Array.from({ length: BUCKETS }, (_, n) => n).filter((n) => !chosen.has(n)) } };
}
