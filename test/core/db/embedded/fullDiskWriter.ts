import { BSON } from 'bson';
import { asCommandError } from '../../../../core/db/embedded/errors.ts';
import { Store } from '../../../../core/db/embedded/store.ts';

// Run under `ulimit -f`: writes until the file may not grow, then prints what is left as JSON.
process.on('SIGXFSZ', () => undefined);

const raw = (doc: object) => Buffer.from(BSON.serialize(doc));

async function main(folder: string): Promise<void> {
  const store = new Store(folder);
  let written = 0;
  let refused: unknown = null;
  while (!refused && written < 10_000) {
    try {
      store.write(() => store.ensure('x.c').insert(raw({ _id: written, text: 'x'.repeat(5000) })));
      written++;
    } catch (error) {
      refused = error;
    }
  }
  const { code, codeName } = asCommandError(refused);
  const collection = store.collections.get('x.c');
  if (!collection) throw new Error('nothing was written');
  const counted = collection.record.count;
  const places = store.entries(collection.tree, Buffer.alloc(0), null, false, 1e6);
  const [first] = places;
  if (first) store.write(() => store.collections.get('x.c')?.remove(first.key, first.value));
  const removed = first !== undefined && store.get(collection.tree, first.key) === undefined;
  process.stdout.write(JSON.stringify({ code, codeName, written, counted, read: places.length, removed }));
  await store.close();
}

void main(process.argv[2] ?? '');
