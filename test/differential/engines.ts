import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { startEmbedded } from '../../core/index.ts';

const { MongoClient } = mongoose.mongo;
export type Collection = mongoose.mongo.Collection<Record<string, unknown>>;

/** The embedded database and the engine at a uri, each with a database of a random name. */
export interface Engines {
  /** A new empty collection on each: the embedded one's first. */
  pair(): [Collection, Collection];
  close(): Promise<void>;
}

export async function openEngines(uri: string): Promise<Engines> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kade-differential-'));
  const embedded = await startEmbedded({ folder });
  const clients = await Promise.all([embedded.uri, uri].map((at) => MongoClient.connect(at)));
  const name = `differential_${randomBytes(6).toString('hex')}`;
  const [own, real] = clients.map((client) => client.db(name)) as [mongoose.mongo.Db, mongoose.mongo.Db];
  let made = 0;
  return {
    pair() {
      made++;
      return [own.collection(`c${made}`), real.collection(`c${made}`)];
    },
    async close() {
      await real.dropDatabase();
      for (const client of clients) await client.close();
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
