import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { startEmbedded } from '../embedded/startEmbedded.ts';
import { Refusal } from '../refusal.ts';
import { copyDatabase, type Side } from './copyDatabase.ts';

const ANSWER_WITHIN_MS = 10_000;

/**
 * Copies the embedded database of a data folder to the server at `uri`, or that server's into the folder. Throws
 * FolderInUse while Kade runs on it, a Refusal for what a person can mend; neither tells the uri's password.
 */
export async function copyEmbedded(options: {
  dataDir: string;
  database: string;
  uri: string;
  direction: 'to' | 'from';
  say: (line: string) => void;
}): Promise<void> {
  const { dataDir, database, uri, direction, say } = options;
  const folder = join(dataDir, 'database');
  if (direction === 'to' && !existsSync(join(folder, 'data.mdb')))
    throw new Refusal(`There is no database in ${dataDir}. Set DATA_DIR to the folder that Kade keeps its data in.`);
  const server = await connect(uri);
  try {
    const remote: Side = { db: server.db(database), label: `the database ${database} on ${hostsOf(server)}` };
    const embedded = await startEmbedded({ folder });
    try {
      const client = await mongo.MongoClient.connect(embedded.uri);
      const own: Side = {
        db: client.db(database),
        label: `the embedded database ${database} in ${hostname()}:${folder}`,
      };
      const [from, to] = direction === 'to' ? [own, remote] : [remote, own];
      await copyDatabase(from, to, say).finally(() => client.close());
    } finally {
      await embedded.stop();
    }
  } catch (error) {
    if (!(error instanceof mongo.MongoError)) throw error;
    const goOn = 'What has arrived stays: mend that, then run the same command again to go on.';
    throw new Refusal(`The copy was interrupted: ${error.message}. ${goOn}`, { cause: error });
  } finally {
    await server.close();
  }
}

/** The driver's own words can hold the address, so they are not told. */
async function connect(uri: string): Promise<mongo.MongoClient> {
  let client: mongo.MongoClient;
  try {
    client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: ANSWER_WITHIN_MS });
  } catch {
    throw new Refusal(
      'The address of the server cannot be read. It looks like mongodb://name:password@host:27017/; in a password write @ as %40, : as %3A, / as %2F.',
    );
  }
  try {
    await client.connect();
    await client.db('admin').command({ ping: 1 });
    return client;
  } catch (error) {
    await client.close();
    const refused = error instanceof mongo.MongoServerError && (error.code === 18 || error.code === 13);
    throw new Refusal(
      refused
        ? `The server ${hostsOf(client)} refused the sign-in. Check the name and password, and what that user may do.`
        : `The server ${hostsOf(client)} does not answer. Start it, or mend the address.`,
    );
  }
}

function hostsOf({ options }: mongo.MongoClient): string {
  return options.srvHost ?? options.hosts.map(String).join(',');
}
