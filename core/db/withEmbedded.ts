import { mongo } from 'mongoose';
import { FolderInUse } from './embedded/folderLock.ts';
import { socketUri, startEmbedded } from './embedded/startEmbedded.ts';
import { Refusal } from './refusal.ts';

const ANSWER_WITHIN_MS = 5_000;

/** Does `work` on the embedded database of a folder: on the server that has it open, or on one started for this. */
export async function withEmbedded<T>(folder: string, work: (client: mongo.MongoClient) => Promise<T>): Promise<T> {
  const own = await startEmbedded({ folder }).catch((error) => {
    if (error instanceof FolderInUse) return null;
    throw error;
  });
  try {
    const client = await connect(own?.uri ?? socketUri(folder));
    return await work(client).finally(() => client.close());
  } finally {
    await own?.stop();
  }
}

/** A server that is starting or stopping does not answer; nor, on Windows, one of another process. */
async function connect(uri: string): Promise<mongo.MongoClient> {
  try {
    return await mongo.MongoClient.connect(uri, { serverSelectionTimeoutMS: ANSWER_WITHIN_MS });
  } catch (error) {
    throw new Refusal('Kade has the data folder open and does not answer. Try again in a minute, or stop Kade first.', {
      cause: error,
    });
  }
}
