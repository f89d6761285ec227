import { MOST_MEMORY, tooMuch, weigh } from './memory.ts';
import type { Stream } from './scan.ts';

/** How items are sorted: their keys, and what it takes to keep one. */
export interface Order<T> {
  key: (item: T) => unknown[];
  compare: (a: unknown[], b: unknown[]) => number;
  /** Makes an item ready to be kept; its bytes. */
  keep: (item: T) => number;
  /** Called once there is too much: makes what `keep` returns from now on less; false where it cannot. */
  shed?: () => boolean;
}

interface Kept<T> {
  item: T;
  key: unknown[];
  place: number;
}

/** Sorts a stream. With a limit (`most`, 0: none) only about that many items are kept. Throws 292 above 100 MB. */
export function* sortStream<T>(source: Stream<T>, order: Order<T>, most: number): Stream<T> {
  let kept: Kept<T>[] = [];
  let [bytes, place, full] = [0, 0, MOST_MEMORY / 4];
  let last: unknown[] | null = null;
  const by = (a: Kept<T>, b: Kept<T>) => order.compare(a.key, b.key) || a.place - b.place;
  const weighAll = () => kept.reduce((sum, { item, key }) => sum + order.keep(item) + weigh(key), 0);
  for (const item of source) {
    if (item === null) {
      yield null;
      continue;
    }
    const key = order.key(item);
    if (last && order.compare(key, last) >= 0) continue; // behind all that are kept
    kept.push({ item, key, place: place++ });
    bytes += order.keep(item) + weigh(key);
    if (most > 0 && kept.length > most && (kept.length >= most * 2 + 100 || bytes > full)) {
      kept = kept.sort(by).slice(0, most);
      last = kept[most - 1]?.key ?? null;
      bytes = weighAll();
      full = Math.min(MOST_MEMORY, Math.max(MOST_MEMORY / 4, bytes * 1.5));
    }
    if (bytes > MOST_MEMORY) {
      if (!order.shed?.()) throw tooMuch('the sort');
      bytes = weighAll();
      if (bytes > MOST_MEMORY) throw tooMuch('the sort');
    }
  }
  kept.sort(by);
  for (const { item } of most > 0 ? kept.slice(0, most) : kept) yield item;
}
