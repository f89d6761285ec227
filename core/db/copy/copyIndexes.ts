import { mongo } from 'mongoose';
import { Refusal } from '../refusal.ts';

type Spec = mongo.IndexDescriptionInfo;

/** Makes the indexes of `from` on `to` with all their options, and checks that they are there. Throws a Refusal where the server does not make one. */
export async function copyIndexes(from: mongo.Collection, to: mongo.Collection): Promise<void> {
  const wanted = await indexesOf(from);
  const toMake = wanted.filter(({ name }) => name !== '_id_');
  try {
    if (toMake.length > 0) await to.createIndexes(toMake as unknown as mongo.IndexDescription[]);
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError)) throw error;
    const reason = `The indexes of ${from.collectionName} cannot be made there: ${error.message}.`;
    throw new Refusal(`${reason} Mend that or remove the index from the source, then run the same command again.`, {
      cause: error,
    });
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
