import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import type { Clock } from '../../ports.ts';
import { holdFolder, startEmbedded } from '../embedded/startEmbedded.ts';
import { Refusal } from '../refusal.ts';
import { DATABASE, isData, REPLACED, STAGING } from './format.ts';
import { unpackBackup } from './unpackBackup.ts';

/** What came back: the backup's moment, how much, and where the data lie that were there before (null: none were). */
export interface Restored {
  createdAt: Date;
  files: number;
  documents: number;
  replaced: string | null;
}

const LOCK = 'kade.pid';

/**
 * Puts a backup in a data folder's place; what was there is moved into a dated folder in it, never removed. Nothing is
 * changed before the whole backup is unpacked, checked and opened. Throws FolderInUse while Kade runs on the folder.
 */
export async function restoreData(options: { dataDir: string; file: string; clock: Clock }): Promise<Restored> {
  const { dataDir, file, clock } = options;
  const release = await holdFolder(join(dataDir, DATABASE));
  const staging = join(dataDir, STAGING);
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { mode: 0o700 });
    const unpacked = await unpackBackup(file, staging);
    const documents = await countDocuments(join(staging, DATABASE), file);
    const replaced = await moveAside(
      dataDir,
      `${REPLACED}${clock.now().toISOString().slice(0, 19).replaceAll(':', '-')}`,
    );
    await moveAll(staging, dataDir);
    return { ...unpacked, documents, replaced };
  } finally {
    await rm(staging, { recursive: true, force: true });
    release();
  }
}

/** Opens the unpacked database as Kade would. */
async function countDocuments(folder: string, file: string): Promise<number> {
  try {
    const { uri, stop } = await startEmbedded({ folder });
    try {
      const client = await mongo.MongoClient.connect(uri);
      const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
      const stats = await Promise.all(databases.map(({ name }) => client.db(name).stats()));
      await client.close();
      return stats.reduce((sum, { objects }) => sum + Number(objects), 0);
    } finally {
      await stop();
    }
  } catch (error) {
    throw new Refusal(`The database in ${file} cannot be opened. Nothing was changed; take another backup.`, {
      cause: error,
    });
  }
}

/** Moves the data that are there into a new folder beside them; the lock stays, so that no Kade starts meanwhile. */
async function moveAside(dataDir: string, name: string): Promise<string | null> {
  const database = join(dataDir, DATABASE);
  const inDatabase = (await readdir(database)).filter((one) => one !== LOCK);
  const others = (await readdir(dataDir)).filter((one) => one !== DATABASE && isData(one));
  if (inDatabase.length + others.length === 0) return null;
  const aside = join(dataDir, name);
  await mkdir(join(aside, DATABASE), { recursive: true, mode: 0o700 });
  for (const one of inDatabase) await rename(join(database, one), join(aside, DATABASE, one));
  for (const one of others) await rename(join(dataDir, one), join(aside, one));
  return aside;
}

/** The database comes last: with it everything is there. */
async function moveAll(from: string, dataDir: string): Promise<void> {
  for (const one of await readdir(from)) if (one !== DATABASE) await rename(join(from, one), join(dataDir, one));
  for (const one of await readdir(join(from, DATABASE))) {
    await rename(join(from, DATABASE, one), join(dataDir, DATABASE, one));
  }
}
