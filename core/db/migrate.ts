import type { Connection } from 'mongoose';
import { MARK } from './copy/copyDatabase.ts';
import { createIndexes } from './migrations/0001-create-indexes.ts';
import { fillBuckets } from './migrations/0002-fill-buckets.ts';
import { chainConsents } from './migrations/0005-chain-consents.ts';
import { Refusal } from './refusal.ts';

interface Migration {
  name: string;
  run(connection: Connection): Promise<void>;
}

const MIGRATIONS: readonly Migration[] = [
  { name: '0001-create-indexes', run: createIndexes },
  { name: '0002-fill-buckets', run: fillBuckets },
  { name: '0003-join-links', run: createIndexes },
  { name: '0004-incidents', run: createIndexes },
  { name: '0005-chain-consents', run: chainConsents },
  { name: '0006-tried-channels', run: createIndexes },
  { name: '0007-tickets', run: createIndexes },
  { name: '0008-wordings', run: createIndexes },
  { name: '0009-merges', run: createIndexes },
  { name: '0010-channel-status', run: createIndexes },
];

/** Runs the migrations that this database has not seen, in order, and records each. Every one may run twice. Throws a Refusal on an unfinished copy. */
export async function migrate(connection: Connection): Promise<string[]> {
  if (await connection.collection(MARK).findOne())
    throw new Refusal('The database is an unfinished copy. Run the same "npm run db:copy" again to finish it.');
  const done = connection.collection<{ _id: string; at: Date }>('migrations');
  const seen = new Set((await done.find().toArray()).map((migration) => migration._id));
  const pending = MIGRATIONS.filter((migration) => !seen.has(migration.name));
  const ran = new Set<Migration['run']>();
  for (const migration of pending) {
    // What has run now under an earlier name made the indexes of today's schemas already.
    if (!ran.has(migration.run)) await migration.run(connection);
    ran.add(migration.run);
    await done.updateOne({ _id: migration.name }, { $currentDate: { at: true } }, { upsert: true });
  }
  return pending.map((migration) => migration.name);
}
