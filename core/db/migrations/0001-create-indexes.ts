import type { Connection } from 'mongoose';

/** Builds every index that the schemas name. Repeatable: an index that is there already is left alone. */
export async function createIndexes(connection: Connection): Promise<void> {
  for (const model of Object.values(connection.models)) await model.createIndexes();
}
