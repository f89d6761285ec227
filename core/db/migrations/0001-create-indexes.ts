import type { Connection, mongo } from 'mongoose';

/** Builds every index that the schemas name. Repeatable: an index that is there already is left alone. */
export async function createIndexes(connection: Connection): Promise<void> {
  for (const { collection, schema } of Object.values(connection.models)) {
    const indexes = schema.indexes().map(([key, options]) => ({ ...options, key }) as mongo.IndexDescription);
    // One command for all: there are engines that build the indexes of a new collection at once, and later ones one by one.
    if (indexes.length > 0) await collection.createIndexes(indexes);
  }
}
