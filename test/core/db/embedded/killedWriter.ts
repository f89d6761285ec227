import mongoose from 'mongoose';
import { startEmbedded } from '../../../../core/db/embedded/startEmbedded.ts';

// Writes documents one after another and prints each number once it is acknowledged, until it is killed.
async function main(folder: string, from: number): Promise<void> {
  const { uri } = await startEmbedded({ folder });
  const client = await mongoose.mongo.MongoClient.connect(uri);
  const collection = client.db('kill').collection('c');
  await collection.createIndexes([{ key: { n: 1 }, unique: true }, { key: { tags: 1 } }]);
  for (let n = from; ; n++) {
    await collection.insertOne({ n, tags: [`a${n}`, `b${n}`], text: 'x'.repeat(3000) });
    process.stdout.write(`${n}\n`);
  }
}

void main(process.argv[2] ?? '', Number(process.argv[3]));
