import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type Database, migrate, startEmbedded } from '../core/index.ts';

/** A database of a test's own with every index: the embedded one in a temporary folder, or MONGODB_URI under a random name. */
export async function openTestDatabase(): Promise<{ db: Database; close(): Promise<void> }> {
  const uri = process.env.MONGODB_URI;
  if (uri) {
    const db = await connectDatabase(uri, `test_${randomBytes(6).toString('hex')}`);
    await migrate(db.connection);
    return {
      db,
      async close() {
        await db.connection.close();
        await dropDatabase(uri, db.connection.name);
      },
    };
  }
  const folder = await mkdtemp(join(tmpdir(), 'kade-'));
  const embedded = await startEmbedded({ folder });
  const db = await connectDatabase(embedded.uri);
  await migrate(db.connection);
  return {
    db,
    async close() {
      await db.connection.close();
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Removes a database that nobody writes to any more: a late write would bring it back. */
export async function dropDatabase(uri: string, name: string): Promise<void> {
  const { connection } = await connectDatabase(uri, name);
  await connection.dropDatabase();
  await connection.close();
}
