import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { MongoClient, newFolder } from './harness.ts';
import { BULK, INDEXES, inspect, isGone, SINGLE, type Slots, writeBulk, writeOne } from './killedWork.ts';

/** `npm run test:durability` asks for 200. */
const KILLS = Number(process.env.KADE_KILLS ?? 20);
const LOAD_MS = 300;
const OPENING_MS = 150;
const STEPS_A_ROUND = 6_000_000;

/** What is known of a slot: the last step that was acknowledged, and the one that had begun. */
interface Slot {
  done: number;
  begun: number;
}

/** Starts a server; resolves with its address, or with null when it was killed while it opened its folder. */
function startServer(folder: string, killsAtStart: boolean): { child: ChildProcess; address: Promise<string | null> } {
  const script = path.join(import.meta.dirname, 'killedServer.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = new Promise<string | null>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      if (killsAtStart) setTimeout(() => child.kill('SIGKILL'), Math.random() * OPENING_MS);
      else if (/mongodb:.*\n/.test(text)) resolve(/mongodb:.*/.exec(text)?.[0] ?? null);
    });
    child.once('close', () => resolve(null));
  });
  return { child, address };
}

/** Writes to some slots until the server is killed; returns how many writes were acknowledged. */
async function load(
  child: ChildProcess,
  collection: Slots,
  slots: readonly number[],
  known: Slot[],
  first: number,
): Promise<number> {
  for (let step = first; ; step++) {
    for (const slot of slots) (known[slot] as Slot).begun = step;
    try {
      if (slots.length > 1) await writeBulk(collection, slots, step);
      else await writeOne(collection, slots[0] as number, step);
    } catch (error) {
      if (!child.killed) throw error;
      return (step - first) * slots.length;
    }
    for (const slot of slots) (known[slot] as Slot).done = step;
  }
}

/** What is there must be what was acknowledged last, or the write behind it that had begun. */
function compare(found: Record<string, number>, known: Slot[]): string[] {
  return known.flatMap(({ done, begun }, slot) => {
    const at = found[slot];
    const right = [done, begun].some((step) => (at === undefined ? isGone(slot, step) : at === step));
    return right ? [] : [`slot ${slot}: ${done} was acknowledged, ${begun} had begun, found ${at}`];
  });
}

/** One round: looks at what the last kill left, writes, kills. Returns how many writes were acknowledged. */
async function killOnce(folder: string, round: number, known: Slot[]): Promise<number> {
  const { child, address } = startServer(folder, false);
  const uri = await address;
  const client = await MongoClient.connect(uri ?? '', { retryWrites: false, serverSelectionTimeoutMS: 2000 });
  try {
    const collection: Slots = client.db('kill').collection('slots');
    await collection.createIndexes(INDEXES);
    const found = await inspect(collection);
    expect(compare(found, known)).toEqual([]);
    for (const [slot, one] of known.entries()) one.done = one.begun = found[slot] ?? -1;
    const first = (slot: number) => (found[slot] === undefined ? round * STEPS_A_ROUND : found[slot] + 1);
    const bulk = Math.max(-1, ...BULK.map((slot) => found[slot] ?? -1)) + 1;
    setTimeout(() => child.kill('SIGKILL'), Math.random() * LOAD_MS);
    const loads = SINGLE.map((slot) => load(child, collection, [slot], known, first(slot)));
    const counts = await Promise.all([...loads, load(child, collection, BULK, known, bulk)]);
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    child.kill('SIGKILL');
    await client.close();
  }
}

test(`after kill -9 at ${KILLS} random moments every acknowledged write is there, whole, and in every index`, async () => {
  const folder = newFolder();
  const known: Slot[] = [...SINGLE, ...BULK].map(() => ({ done: -1, begun: -1 }));
  let acknowledged = 0;
  for (let round = 0; round < KILLS; round++) {
    if (round % 5 === 4) await startServer(folder, true).address;
    else acknowledged += await killOnce(folder, round, known);
  }
  expect(acknowledged).toBeGreaterThan(KILLS);
  await killOnce(folder, KILLS, known);
  process.stdout.write(`${KILLS} kills, ${acknowledged} acknowledged writes, all there\n`);
}, 1_200_000);
