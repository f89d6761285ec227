import { mongo } from 'mongoose';

const DUPLICATE = 11000;

/** Inserts what is not there yet by the collection's unique keys; resolves to how many were new. Any other error is thrown. */
export async function insertNew<T extends mongo.Document>(
  collection: mongo.Collection<T>,
  rows: readonly mongo.OptionalUnlessRequiredId<T>[],
): Promise<number> {
  if (rows.length === 0) return 0;
  try {
    return (await collection.insertMany([...rows], { ordered: false })).insertedCount;
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    const problems = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    if (problems.some((problem) => problem.code !== DUPLICATE)) throw error;
    return error.insertedCount;
  }
}
