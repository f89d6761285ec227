import { spawnSync } from 'node:child_process';
import { copyFileSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { BSON } from 'bson';
import { expect, test } from 'vitest';
import { Store } from '../../../../core/db/embedded/store.ts';
import { sweepExpired } from '../../../../core/db/embedded/ttl.ts';
import { newFolder } from './harness.ts';

const raw = (doc: object) => Buffer.from(BSON.serialize(doc));
const run = (work: Generator<null, unknown>) => {
  for (;;) if (work.next().done) return;
};

test.skipIf(process.platform === 'win32')(
  'a full disk refuses the write with 14031 OutOfDiskSpace, keeps what there is, and goes on reading',
  async () => {
    const script = path.join(import.meta.dirname, 'fullDiskWriter.ts');
    const folder = newFolder();
    const command = `ulimit -f 2048 && exec "${process.execPath}" --import tsx "${script}" "${folder}"`;
    const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    const { code, codeName, written, counted, read, refusedLater } = JSON.parse(stdout);
    expect({ code, codeName, refusedLater }).toEqual({ code: 14031, codeName: 'OutOfDiskSpace', refusedLater: 14031 });
    expect(written).toBeGreaterThan(10);
    expect([counted, read]).toEqual([written, written]);
    const again = new Store(folder); // with room, all that was acknowledged is there
    expect(again.collections.get('x.c')?.record.count).toBe(written);
    await again.close();
  },
);

test('what the journal holds of a killed process is taken over, a torn record at its end is not', async () => {
  const folder = newFolder();
  const first = new Store(folder);
  first.write(() => first.ensure('x.c').insert(raw({ _id: 1 })));
  await first.flush();
  first.write(() => first.ensure('x.c').insert(raw({ _id: 2 })));
  first.write(() => first.ensure('x.c').insert(raw({ _id: 3 })));
  const copy = newFolder();
  for (const name of ['data.mdb', 'journal']) copyFileSync(path.join(folder, name), path.join(copy, name));
  truncateSync(path.join(copy, 'journal'), statSync(path.join(copy, 'journal')).size - 5);
  await first.close();
  const second = new Store(copy);
  expect(second.collections.get('x.c')?.record.count).toBe(2);
  second.write(() => second.ensure('x.c').insert(raw({ _id: 4 })));
  await second.close();
  const third = new Store(copy);
  expect(third.collections.get('x.c')?.record.count).toBe(3);
  await third.close();
});

test('a write that fails midway leaves nothing, and what came before it stays', async () => {
  const store = new Store(newFolder());
  store.write(() => store.ensure('x.c').insert(raw({ _id: 1 })));
  const failing = () =>
    store.write(() => {
      store.ensure('x.c').insert(raw({ _id: 2 }));
      throw new Error('on purpose');
    });
  expect(failing).toThrow('on purpose');
  await new Promise((resolve) => setImmediate(resolve));
  const collection = store.collections.get('x.c');
  expect([
    collection?.record.count,
    store.entries(collection?.tree ?? 0, Buffer.alloc(0), null, false, 9).length,
  ]).toEqual([1, 1]);
  await store.close();
});

test('what a TTL index covers goes when its time has come, and nothing else', async () => {
  const store = new Store(newFolder());
  store.write(() => {
    const collection = store.ensure('x.c');
    const index = collection.addIndex({ v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 });
    run(collection.build(index));
    index.record.ready = true;
    for (const at of [new Date(0), new Date(30_000), new Date(90_000), 'text', null]) collection.insert(raw({ at }));
  });
  store.write(() => run(sweepExpired(store, new Date(95_000))));
  expect(store.collections.get('x.c')?.record.count).toBe(3);
  await store.close();
});
