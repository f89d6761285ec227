import { Searcher } from './scan.ts';
import type { Work } from './server.ts';
import type { Store } from './store.ts';

/** Removes what has expired by its TTL indexes, in slices. `now` is for tests. */
export function* sweepExpired(store: Store, now = new Date()): Work {
  let removed = 0;
  for (const collection of [...store.collections.values()]) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === null) continue;
      const [field = ''] = index.fields;
      const before = new Date(now.getTime() - index.expireAfterSeconds * 1000);
      const filter = { [field]: { $lte: before }, ...index.partial };
      const searcher = new Searcher(store, collection, { filter });
      for (const found of searcher.matching()) {
        if (found === null) {
          yield null;
          continue;
        }
        const raw = collection.get(found.idKey);
        if (!raw || !searcher.accepts(raw) || store.collections.get(collection.record.ns) !== collection) continue;
        collection.remove(found.idKey, raw);
        removed++;
      }
    }
  }
  return { removed, ok: 1 };
}
