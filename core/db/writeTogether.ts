import { mongo } from 'mongoose';
import { gather } from './gather.ts';
import { ATTEMPTS, isConflict } from './insertNew.ts';

/** Of a collection whose documents' shape is of no matter here. */
type Write = mongo.AnyBulkWriteOperation<mongo.Document>;
const writers = new WeakMap<object, (write: Write) => Promise<void>>();

/** One insert or update, written together with what else is written to the collection in the same moment, in no order. Rejects with an error of its own (`code`), or with that of the whole command. */
export async function writeTogether<T extends mongo.Document>(
  collection: mongo.Collection<T>,
  write: mongo.AnyBulkWriteOperation<T>,
): Promise<void> {
  const plain = collection as unknown as mongo.Collection;
  const writer = writers.get(plain) ?? gather((writes: readonly Write[]) => writeAll(plain, writes));
  writers.set(plain, writer);
  for (let attempt = 1; ; attempt++) {
    try {
      return await writer(write as Write);
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error as mongo.WriteError)) throw error;
    }
  }
}

async function writeAll(collection: mongo.Collection, writes: readonly Write[]): Promise<(Error | undefined)[]> {
  const outcomes: (Error | undefined)[] = writes.map(() => undefined);
  try {
    await collection.bulkWrite([...writes], { ordered: false });
  } catch (error) {
    const errors = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
    // None: it is the command that failed, on a full disk for one.
    if (errors.length === 0) throw error;
    for (const { index, code, errmsg = '' } of errors)
      outcomes[index] = Object.assign(new Error(errmsg), { code, errmsg });
  }
  return outcomes;
}
