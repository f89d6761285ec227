import { MOST_MEMORY, tooMuch, weigh } from './memory.ts';
import type { Stream } from './scan.ts';
import { streamOf } from './stage.ts';

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
}

const RUN = 1000;

/** Sorts a list, giving way every few milliseconds: runs of it, which are then merged two by two. */
function* inOrder<T>(list: T[], by: (a: T, b: T) => number): Generator<null, T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < list.length; at += RUN) {
    runs.push(list.slice(at, at + RUN).sort(by));
    yield null;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* merge(runs[i] ?? [], runs[i + 1] ?? [], by));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(left: T[], right: T[], by: (a: T, b: T) => number): Generator<null, T[]> {
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    merged.push(by(left[i] as T, right[j] as T) <= 0 ? (left[i++] as T) : (right[j++] as T));
    if (merged.length % RUN === 0) yield null;
  }
  return merged.concat(left.slice(i), right.slice(j));
}

/** Sorts a stream. With a limit (`most`, 0: none) only about that many items are kept. Throws 292 above 100 MB. */
export function* sortStream<T>(source: Stream<T>, order: Order<T>, most: number): Stream<T> {
  let kept: Kept<T>[] = [];
  let [bytes, full] = [0, MOST_MEMORY / 4];
  let last: unknown[] | null = null;
  const by = (a: Kept<T>, b: Kept<T>) => order.compare(a.key, b.key);
  for (const item of source) {
    if (item === null) {
      yield null;
      continue;
    }
    const key = order.key(item);
    if (last && order.compare(key, last) >= 0) continue; // behind all that are kept
    kept.push({ item, key });
    bytes += order.keep(item) + weigh(key);
    if (most > 0 && kept.length > most && (kept.length >= most * 2 + 100 || bytes > full)) {
      kept = (yield* inOrder(kept, by)).slice(0, most);
      last = kept[most - 1]?.key ?? null;
      bytes = yield* weighAll(kept, order);
      full = Math.min(MOST_MEMORY, Math.max(MOST_MEMORY / 4, bytes * 1.5));
    }
    if (bytes > MOST_MEMORY) {
      if (!order.shed?.()) throw tooMuch('the sort');
      bytes = yield* weighAll(kept, order);
      if (bytes > MOST_MEMORY) throw tooMuch('the sort');
    }
  }
  const sorted = yield* inOrder(kept, by);
  for (const one of streamOf(most > 0 ? sorted.slice(0, most) : sorted)) yield one === null ? null : one.item;
}

function* weighAll<T>(kept: Kept<T>[], order: Order<T>): Generator<null, number> {
  let bytes = 0;
  for (let i = 0; i < kept.length; i++) {
    const { item, key } = kept[i] as Kept<T>;
    bytes += order.keep(item) + weigh(key);
    if (i % RUN === RUN - 1) yield null;
  }
  return bytes;
}
