import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';

let db: Embedded;
let folder: string;
let client: mongoose.mongo.MongoClient;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kade-'));
  db = await startEmbedded({ folder });
  client = await mongoose.mongo.MongoClient.connect(db.uri);
});
afterAll(async () => {
  await client?.close();
  await db?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a document goes in and comes out', async () => {
  const c = client.db('x').collection('a');
  await c.createIndex({ name: 1 }, { unique: true });
  await c.insertMany([
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ]);
  expect(await c.countDocuments({})).toBe(2);
  expect((await c.findOne({ name: 'b' }))?.n).toBe(2);
  await c.updateOne({ name: 'b' }, { $inc: { n: 5 }, $set: { z: [1, { q: 2 }] } });
  expect(await c.findOne({ name: 'b' }, { projection: { _id: 0 } })).toEqual({ name: 'b', n: 7, z: [1, { q: 2 }] });
  await expect(c.insertOne({ name: 'a' })).rejects.toThrow(/E11000/);
  expect(await c.aggregate([{ $group: { _id: null, t: { $sum: '$n' } } }]).toArray()).toEqual([{ _id: null, t: 8 }]);
  const e = await c.find({ name: 'a' }).explain();
  expect(JSON.stringify(e)).toContain('name_1');
  expect(
    await c.bulkWrite([
      { updateOne: { filter: { name: 'q' }, update: { $set: { n: 1 } }, upsert: true } },
      { deleteOne: { filter: { name: 'a' } } },
    ]),
  ).toMatchObject({ upsertedCount: 1, deletedCount: 1 });
});
