import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll } from 'vitest';
import { startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';

export const { MongoClient, ObjectId, Long, Double, Decimal128, Binary, Int32 } = mongoose.mongo;
export type Doc = Record<string, unknown>;
export type Collection = mongoose.mongo.Collection<{
  _id?: number | string | mongoose.mongo.ObjectId;
  [name: string]: unknown;
}>;

/** A new empty folder, removed when the file's tests are done. */
export function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kade-db-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One embedded server for a test file, and a client of it. Fields are set before the first test. */
export function withDatabase() {
  const context = {} as { client: mongoose.mongo.MongoClient; uri: string; folder: string; stop: () => Promise<void> };
  let made = 0;
  beforeAll(async () => {
    context.folder = mkdtempSync(path.join(tmpdir(), 'kade-db-'));
    const { uri, stop } = await startEmbedded({ folder: context.folder });
    Object.assign(context, { uri, stop, client: await MongoClient.connect(uri) });
  });
  afterAll(async () => {
    await context.client?.close();
    await context.stop?.();
    rmSync(context.folder, { recursive: true, force: true });
  });
  return {
    context,
    db: () => context.client.db('test'),
    /** An empty collection that no other test uses. */
    fresh: (): Collection => context.client.db('test').collection(`c${++made}`) as unknown as Collection,
  };
}

/** What a promise is refused with. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ code?: number; codeName?: string; message: string } & Doc> {
  try {
    await work;
  } catch (error) {
    return error as { message: string } & Doc;
  }
  throw new Error('it was not refused');
}
