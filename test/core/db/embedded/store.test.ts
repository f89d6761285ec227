import { spawnSync } from 'node:child_process';
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
  () => {
    const script = path.join(import.meta.dirname, 'fullDiskWriter.ts');
    const command = `ulimit -f 2048 && exec "${process.execPath}" --import tsx "${script}" "${newFolder()}"`;
    const { stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    const { code, codeName, written, counted, read, removed } = JSON.parse(stdout);
    expect({ code, codeName, removed }).toEqual({ code: 14031, codeName: 'OutOfDiskSpace', removed: true });
    expect(written).toBeGreaterThan(10);
    expect([counted, read]).toEqual([written, written]);
  },
);

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
