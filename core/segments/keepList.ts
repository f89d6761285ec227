import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import { writeFigures } from './refreshKept.ts';
import { refreshMembers } from './refreshMembers.ts';
import { insertKept, readName } from './saveSegment.ts';
import type { Segment } from './segment.model.ts';

/** People that a member keeps under a name. */
export interface ListInput {
  readonly name: string;
  readonly customerIds: readonly Types.ObjectId[];
  readonly createdBy: AddressKey;
}

/** So many ids fit well into one filter. */
const STEP = 1_000;

/**
 * Keeps exactly these customers of the shop as a list; who is no more is not in it. Throws `value_unreadable` for a name,
 * `segment_name_taken`.
 */
export async function keepList(core: Pick<Core, 'db' | 'clock'>, shopId: Types.ObjectId, input: ListInput) {
  const { createdBy, customerIds } = input;
  const segment = await insertKept(core, shopId, { kind: 'list', name: readName(input.name), createdBy });
  const now = core.clock.now();
  await refreshMembers(core.db, segment, idFilters(customerIds), now, { quiet: true });
  await writeFigures(core.db, segment, now);
  return (await core.db.segments.findOne<Segment>({ shopId, _id: segment._id })) ?? segment;
}

function* idFilters(ids: readonly Types.ObjectId[]) {
  for (let start = 0; start < ids.length; start += STEP) yield { _id: { $in: ids.slice(start, start + STEP) } };
}
