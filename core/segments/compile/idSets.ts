import { Types } from 'mongoose';
import { type Filter, NOBODY } from './filters.ts';

/** Customers found elsewhere, as hex: a quarter of the memory of ObjectIds. */
export type IdSet = string[];

/** Ids above `after`, up to and with `upTo`; open where empty. Hex sorts as ids do. */
export interface IdRange {
  after: string;
  upTo: string;
}

const ALL_IDS: IdRange = { after: '', upTo: '' };

/** The customers that an aggregation groups by. */
export async function collectIds(groups: AsyncIterable<{ _id: Types.ObjectId | null }>): Promise<IdSet> {
  const ids: IdSet = [];
  for await (const { _id } of groups) if (_id) ids.push(_id.toHexString());
  return ids;
}

/** Whoever of this range is in the set. */
export function isAmong(ids: IdSet, range: IdRange): Filter {
  const here =
    range === ALL_IDS ? ids : ids.filter((id) => id > range.after && (range.upTo === '' || id <= range.upTo));
  return here.length === 0 ? NOBODY : { _id: { $in: here.map((id) => new Types.ObjectId(id)) } };
}

/**
 * Ranges, in the order of the ids, in each of which all sets together have at most `most`, so that a filter naming them
 * is never too large for a command. One range where that is so from the start.
 */
export function splitIds(sets: readonly IdSet[], most: number): IdRange[] {
  if (sets.reduce((sum, ids) => sum + ids.length, 0) <= most) return [ALL_IDS];
  const step = Math.max(1, Math.floor(most / sets.length));
  const edges = new Set(
    sets.flatMap((ids) => ids.toSorted().filter((_id, place) => place % step === step - 1 && place + 1 < ids.length)),
  );
  const sorted = [...edges].sort();
  return [...sorted, ''].map((upTo, place) => ({ after: sorted[place - 1] ?? '', upTo }));
}

export function idsOfRange({ after, upTo }: IdRange): Filter {
  if (after === '' && upTo === '') return {};
  return {
    _id: {
      ...(after === '' ? {} : { $gt: new Types.ObjectId(after) }),
      ...(upTo === '' ? {} : { $lte: new Types.ObjectId(upTo) }),
    },
  };
}
