import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import type { Database } from '../../db/database.ts';
import type { Plan } from '../plan.ts';
import type { BadRows } from './badRows.ts';

/** What every writer of one import needs. */
export interface Run {
  readonly db: Database;
  readonly shopId: Types.ObjectId;
  readonly importId: Types.ObjectId;
  readonly plan: Plan;
  /** stands on everything that this import creates or changes, whenever it really wrote it */
  readonly startedAt: Date;
  readonly badRows: BadRows;
  /** it was cut off before: what it wrote then is not known here */
  readonly again: boolean;
}

/**
 * The id of the `serial`th document that an import makes in a collection: the same again when it runs again after a
 * crash, so that nothing doubles. Ids of one import sort by their serial.
 */
export function idsOf(run: Pick<Run, 'importId'>, collection: string): (serial: number) => Types.ObjectId {
  const hash = createHash('sha256').update(run.importId.id).update(collection).digest();
  return (serial) => {
    const bytes = Buffer.alloc(12);
    run.importId.id.slice(0, 4).forEach((byte, i) => {
      bytes[i] = byte;
    });
    hash.copy(bytes, 4, 0, 4);
    bytes.writeUInt32BE(serial, 8);
    return new Types.ObjectId(bytes);
  };
}

/** Splits a list into pieces of at most `size`. */
export function* piecesOf<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}
