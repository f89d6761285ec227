import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';
import { MongoClient, newFolder } from './harness.ts';

test('a snapshot under load is one moment: all that was acknowledged before it, and indexes that agree', async () => {
  const folder = newFolder();
  const first = await startEmbedded({ folder });
  const client = await MongoClient.connect(first.uri);
  const collection = client.db('x').collection<{ _id: number; twin: number; tags: string[]; text: string }>('c');
  await collection.createIndexes([{ key: { twin: 1 }, unique: true }, { key: { tags: 1 } }]);
  let acknowledged = 0;
  let writing = true;
  const writers = [0, 1, 2].map(async (lane) => {
    for (let n = lane; writing; n += 3) {
      const tags = [`a${n % 7}`, `b${n % 5}`];
      await collection.insertOne({ _id: n, twin: n, tags, text: 'x'.repeat(2000) });
      if (n > 9) await collection.updateOne({ _id: n - 9 }, { $set: { tags: ['changed'] } });
      acknowledged++;
    }
  });
  const copies: { copy: string; before: number }[] = [];
  while (copies.length < 3) {
    const before = acknowledged;
    await collection.findOne({ twin: before });
    if (before < 100 * (copies.length + 1)) continue;
    const { snapshot } = await client.db('admin').command({ kadeSnapshot: 1 });
    copies.push({ copy: path.join(folder, snapshot as string), before });
  }
  writing = false;
  await Promise.all(writers);
  await client.close();
  for (const { copy, before } of copies) {
    const second = await startEmbedded({ folder: copy });
    const reader = await MongoClient.connect(second.uri);
    const copied = reader.db('x').collection<{ _id: number; twin: number; tags: string[] }>('c');
    const docs = await copied.find().toArray();
    expect(docs.length).toBeGreaterThanOrEqual(before);
    expect(await copied.countDocuments({ twin: { $gte: 0 } })).toBe(docs.length);
    for (const tag of ['a0', 'a1', 'b4', 'changed']) {
      expect(await copied.countDocuments({ tags: tag })).toBe(docs.filter(({ tags }) => tags.includes(tag)).length);
    }
    await reader.close();
    await second.stop();
  }
  await first.stop();
  mkdirSync(path.join(folder, 'snapshot-left'));
  await (await startEmbedded({ folder })).stop();
  expect([...copies.map(({ copy }) => copy), path.join(folder, 'snapshot-left')].filter(existsSync)).toEqual([]);
});
