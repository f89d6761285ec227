import { BSON } from 'bson';
import { asCommandError, CommandError } from '../../../../core/db/embedded/errors.ts';
import { Scheduler } from '../../../../core/db/embedded/scheduler.ts';
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
  await new Promise((resolve) => setImmediate(resolve));
  const collection = store.collections.get('x.c');
  if (!collection) throw new Error('nothing was written');
  const read = store.entries(collection.tree, Buffer.alloc(0), null, false, 1e6).length;
  await store.commit();
  const insert = (function* () {
    store.ensure('x.c').insert(raw({ _id: 'later' }));
    yield null;
    return { ok: 1 };
  })();
  const later = await new Scheduler(store).run(insert, true);
  const refusedLater = later instanceof CommandError ? later.code : 0;
  const counted = collection.record.count;
  process.stdout.write(JSON.stringify({ code, codeName, written, counted, read, refusedLater }));
  await store.close();
}

void main(process.argv[2] ?? '');
