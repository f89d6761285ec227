import type { Connection } from 'mongoose';
import { createIndexes } from './migrations/0001-create-indexes.ts';

interface Migration {
  name: string;
  run(connection: Connection): Promise<void>;
}

const MIGRATIONS: readonly Migration[] = [{ name: '0001-create-indexes', run: createIndexes }];

/** Runs the migrations that this database has not seen, in order, and records each. Every one may run twice. */
export async function migrate(connection: Connection): Promise<string[]> {
  const done = connection.collection<{ _id: string; at: Date }>('migrations');
  const seen = new Set((await done.find().toArray()).map((migration) => migration._id));
  const pending = MIGRATIONS.filter((migration) => !seen.has(migration.name));
  for (const migration of pending) {
    await migration.run(connection);
    await done.updateOne({ _id: migration.name }, { $currentDate: { at: true } }, { upsert: true });
  }
  return pending.map((migration) => migration.name);
}
