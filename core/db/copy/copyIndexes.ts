import { mongo } from 'mongoose';
import { Refusal } from '../refusal.ts';

type Spec = mongo.IndexDescriptionInfo;

/** Makes the indexes of `from` on `to` with all their options, and checks that they are there. Throws a Refusal for one that the server does not make. */
export async function copyIndexes(from: mongo.Collection, to: mongo.Collection): Promise<void> {
  const wanted = await indexesOf(from);
  for (const spec of wanted) {
    try {
      if (spec.name !== '_id_') await to.createIndexes([spec as unknown as mongo.IndexDescription]);
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError)) throw error;
      const reason = `The index ${spec.name} of ${from.collectionName} cannot be made there: ${error.message}.`;
      throw new Refusal(`${reason} Remove it from the source, or choose another server.`, { cause: error });
    }
  }
  const made = new Set((await indexesOf(to)).map(textOf));
  const missing = wanted.filter((spec) => !made.has(textOf(spec))).map(({ name }) => name);
  if (missing.length > 0)
    throw new Refusal(
      `These indexes of ${from.collectionName} came out otherwise on the server: ${missing.join(', ')}.`,
    );
}

/** The indexes without what a server adds for itself. */
async function indexesOf(collection: mongo.Collection): Promise<Spec[]> {
  return (await collection.listIndexes().toArray()).map(
    ({ v: _v, ns: _ns, background: _background, storageEngine: _engine, ...spec }) => spec as Spec,
  );
}

/** Options in one order; the fields of the key in theirs. */
function textOf(spec: Spec): string {
  const options = Object.entries(spec).map(([name, value]) => mongo.BSON.EJSON.stringify({ [name]: value }));
  return options.sort().join();
}
