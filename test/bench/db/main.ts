// npm run bench:db: the embedded database against a MongoDB-compatible server at MONGODB_URI, on a made shop.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { atLeast, atMost, beside, type Figure, lineOf } from '../figure.ts';
import { tableOf } from '../results.ts';
import { memoryMb } from '../retailShop.ts';
import { load, p99DuringGroup, type Rates, type Size, scans, short } from './operations.ts';
import { orderOf } from './shop.ts';

const SHOP: Size = { customers: 100_000, orders: 200_000 };
const GROWTH = [10_000, 100_000, 1_000_000];
/** What each operation must reach, times the other engine's rate. */
const BARS: Readonly<Record<string, number>> = {
  'insertMany of orders': 2,
  'bulk upsert of customers': 2,
  findOneAndUpdate: 2,
  'find by _id': 2,
  'find by index, 1 result': 2,
  'find by index, 100 results': 2,
  'count by index': 1,
  'sort by index with limit': 1,
  '$group over all lines': 0.5,
  '$match without an index': 0.5,
};

interface Served {
  readonly uri: string;
  readonly startMs: number;
  readonly pid: number;
  stop(): Promise<void>;
}

async function serve(folder: string): Promise<Served> {
  const script = join(import.meta.dirname, 'serve.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { uri, startMs } = JSON.parse(line.toString()) as { uri: string; startMs: number };
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return { uri, startMs, pid: child.pid ?? 0, stop };
}

async function inDatabase<T>(uri: string, work: (db: mongo.Db) => Promise<T>): Promise<T> {
  const client = await new mongo.MongoClient(uri, { maxPoolSize: 10 }).connect();
  const db = client.db(`bench_${randomUUID().slice(0, 8)}`);
  try {
    return await work(db);
  } finally {
    await db.dropDatabase();
    await client.close();
  }
}

interface Measured {
  readonly rates: Rates;
  readonly p99Ms: number;
}

async function measure(db: mongo.Db): Promise<Measured> {
  const loaded = await load(db, SHOP);
  const rates = { ...loaded, ...(await short(db, SHOP)), ...(await scans(db, SHOP)) };
  return { rates, p99Ms: await p99DuringGroup(db, SHOP) };
}

/** The shop in the embedded database: its rates, memory with all of it open, and the time of a start on it. */
async function embedded(): Promise<Measured & { memory: number; startMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'kade-bench-'));
  try {
    const first = await serve(folder);
    const client = await new mongo.MongoClient(first.uri, { maxPoolSize: 10 }).connect();
    const measured = await measure(client.db('shop'));
    const memory = memoryMb(first.pid, 'VmRSS');
    await client.close();
    await first.stop();
    const again = await serve(folder);
    await again.stop();
    return { ...measured, memory, startMs: again.startMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Orders of one line, more and more of them: bytes on the disk each, memory, and the time of a start. */
async function growth(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const orders of GROWTH) {
    const folder = await mkdtemp(join(tmpdir(), 'kade-bench-'));
    try {
      const server = await serve(folder);
      const client = await new mongo.MongoClient(server.uri).connect();
      const collection = client.db('shop').collection('orders');
      await collection.createIndexes([{ key: { number: 1 }, unique: true }, { key: { customerId: 1, at: -1 } }]);
      const begun = performance.now();
      for (let from = 0; from < orders; from += 1_000) {
        const batch = Array.from({ length: 1_000 }, (_, i) => orderOf(from + i, SHOP.customers, 1));
        await collection.insertMany(batch, { ordered: false });
      }
      const rate = (orders * 1_000) / (performance.now() - begun);
      const { fsUsedSize } = (await client.db('shop').command({ dbStats: 1 })) as { fsUsedSize?: number };
      const { storageSize } = (await client.db('shop').command({ dbStats: 1 })) as { storageSize: number };
      const memory = memoryMb(server.pid, 'VmRSS');
      await client.close();
      await server.stop();
      const again = await serve(folder);
      await again.stop();
      const label = `${orders.toLocaleString('en')} orders of one line`;
      figures.push(
        beside(`${label}, inserted`, rate, 'documents/s'),
        beside(`${label}, on the disk with two indexes`, (fsUsedSize ?? storageSize) / orders, 'bytes a document'),
        beside(`${label}, memory`, memory, 'MB'),
        beside(`${label}, start`, again.startMs / 1000, 's'),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return figures;
}

const uri = process.env.MONGODB_URI;
const own = await embedded();
const peer = uri ? await inDatabase(uri, measure) : null;
const figures: Figure[] = Object.entries(BARS).flatMap(([name, bar]) => {
  const rate = own.rates[name] ?? Number.NaN;
  const theirs = peer?.rates[name];
  return [
    beside(`${name}, embedded`, rate, '/s'),
    ...(theirs === undefined
      ? []
      : [beside(`${name}, server`, theirs, '/s'), atLeast(`${name}, ratio`, rate / theirs, '×', bar)]),
  ];
});
figures.push(
  atMost('find by _id while the $group runs, 99th percentile', own.p99Ms, 'ms', 50),
  beside('the same on the server', peer?.p99Ms ?? null, 'ms'),
  atMost('memory with the whole shop open', own.memory, 'MB', 600),
  atMost('start with it', own.startMs / 1000, 's', 1),
  ...(await growth()),
);
for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`);
writeFileSync(join(import.meta.dirname, 'results.md'), tableOf('npm run bench:db', figures));
process.exit(figures.some(({ bar }) => bar && !bar.ok) ? 1 : 0);
