import { createHash } from 'node:crypto';
import { seeded } from '../seeded.ts';

/** Customers are dealt into so many buckets; a share is a choice of buckets, so the smallest step is 0.01 %. */
export const BUCKETS = 10_000;

/** A share of all customers, %, named by any word. */
interface Sample {
  percent: number;
  seed: string;
}

/**
 * The bucket, 0 to 9,999, that a customer with this id (24 hex digits) is in for good. To be kept on the customer as
 * `bucket` when it is made: every engine can then ask for a share by `$in`, with an index and without arithmetic.
 */
export function bucketOf(customerId: string): number {
  return createHash('sha256').update(customerId).digest().readUInt32BE(0) % BUCKETS;
}

/**
 * The buckets of a share: the first of all buckets as the seed shuffles them. The same for the same seed, those of 10 %
 * among those of 20 %, and unrelated for another seed. Sorted; above half, `$nin` of the others is the shorter list.
 */
export function sampleBuckets({ percent, seed }: Sample): number[] {
  const random = seeded(createHash('sha256').update(seed).digest().readInt32BE(0));
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  const wanted = Math.round((percent / 100) * BUCKETS);
  for (let place = 0; place < wanted; place++) {
    const drawn = place + Math.floor(random() * (BUCKETS - place));
    const bucket = buckets[drawn] ?? 0;
    buckets[drawn] = buckets[place] ?? 0;
    buckets[place] = bucket;
  }
  return buckets.slice(0, wanted).sort((a, b) => a - b);
}

const drawn = new WeakMap<Sample, ReadonlySet<number>>();

/** Whether a customer (24 hex digits) is in the share; the buckets are drawn once for a rule, not for each of its people. */
export function isInSample(sample: Sample, customerId: string): boolean {
  const buckets = drawn.get(sample) ?? new Set(sampleBuckets(sample));
  drawn.set(sample, buckets);
  return buckets.has(bucketOf(customerId));
}
