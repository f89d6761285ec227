import { mongo } from 'mongoose';

export const DUPLICATE = 11000;
const WRITE_CONFLICT = 112;
export const ATTEMPTS = 5;

/** Inserts what is not there yet by the collection's unique keys; resolves to how many were new. Any other error is thrown. */
export async function insertNew<T extends mongo.Document>(
  collection: mongo.Collection<T>,
  rows: readonly mongo.OptionalUnlessRequiredId<T>[],
): Promise<number> {
  let inserted = 0;
  for (let attempt = 1; rows.length > 0; attempt++) {
    try {
      return inserted + (await collection.insertMany([...rows], { ordered: false })).insertedCount;
    } catch (error) {
      if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
      inserted += error.insertedCount;
      const errors = [error.writeErrors].flat();
      // None: it is the command that failed, on a full disk for one, not single rows.
      if (errors.length === 0) throw error;
      const problems = errors.filter(({ code }) => code !== DUPLICATE);
      if (problems.length === 0) return inserted;
      if (attempt === ATTEMPTS || !problems.every(isConflict)) throw error;
    }
  }
  return 0;
}

/** Of two that insert the same key at once, an engine on PostgreSQL may end one so; when it tries again it is told of the other. */
export function isConflict({ code, errmsg }: Pick<mongo.WriteError, 'code' | 'errmsg'>): boolean {
  return code === WRITE_CONFLICT || errmsg === 'deadlock detected';
}
