import type { Collection } from './collection.ts';
import { CommandError } from './errors.ts';
import type { Doc } from './rawBson.ts';
import type { Stage, Surroundings } from './stage.ts';
import { isPlain } from './values.ts';

/** By what a client wants sizes divided. Throws 51024 for less than 1. */
export function scaleOf({ scale }: Doc): number {
  const value = Math.trunc(Number(scale ?? 1));
  if (!(value >= 1)) throw new CommandError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
  return value;
}

/** What the command collStats tells of a collection; all zero for null. */
export function storageStats(collection: Collection | null, scale: number): Doc {
  const { count = 0, size: bytes = 0 } = collection?.record ?? {};
  const size = Math.floor(bytes / scale);
  return {
    size,
    count,
    avgObjSize: count ? bytes / count : 0,
    storageSize: size,
    nindexes: collection?.indexes.length ?? 0,
    indexSizes: Object.fromEntries((collection?.indexes ?? []).map((index) => [index.name, 0])),
    totalIndexSize: 0,
    totalSize: size,
    scaleFactor: scale,
  };
}

/** $collStats: one document. Throws 26 without a collection, 115 for what is not kept here. */
export function collStats(operand: unknown, { collection }: Surroundings): Stage {
  if (!isPlain(operand)) throw new CommandError(5447000, '$collStats must take a nested object');
  if ('latencyStats' in operand || 'queryExecStats' in operand)
    throw new CommandError(115, 'latencyStats and queryExecStats are not served by the embedded database');
  if (!collection) throw new CommandError(26, 'the collection of $collStats does not exist');
  const { ns, count } = collection.record;
  const doc: Doc = { ns, host: 'localhost', localTime: new Date() };
  if (isPlain(operand.storageStats)) doc.storageStats = storageStats(collection, scaleOf(operand.storageStats));
  if (isPlain(operand.count)) doc.count = count;
  return {
    paths: new Set(),
    closes: true,
    *run() {
      yield doc;
    },
  };
}
