import { kmeans } from 'ml-kmeans';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../core/seeded.ts';
import { exchange } from '../../../core/segments/exchange.ts';
import { hamerly } from '../../../core/segments/hamerly.ts';
import { assign, flatten, rowsOf } from '../../../core/segments/points.ts';
import { drawNormal } from '../../madeHistories.ts';

/** Points around `k` places, the more they overlap the wider; the first k are the start. */
function made(count: number, width: number, k: number, wide: number, seed: number): number[][] {
  const random = seeded(seed);
  const places = Array.from({ length: k }, () => Array.from({ length: width }, () => drawNormal(random)));
  return Array.from({ length: count }, () => {
    const place = places[Math.floor(random() * k)] ?? [];
    return place.map((one) => one + wide * drawNormal(random));
  });
}

const UNTIL = { maxIterations: 300, tolerance: 1e-12 };
const WORLDS = [
  [500, 2, 3, 0.2, 1],
  [1_000, 5, 8, 1, 2],
  [2_000, 20, 6, 0.5, 3],
  [1_500, 20, 8, 3, 4],
  [300, 3, 1, 1, 5],
  [40, 2, 8, 1, 6],
] as const;

describe('Hamerly’s iterations', () => {
  it.each(WORLDS)('end at the partition of ml-kmeans: %i × %i, %i groups, width %f', (count, width, k, wide, seed) => {
    const rows = made(count, width, k, wide, seed);
    const start = rows.slice(0, k);
    const theirs = kmeans(rows, k, { ...UNTIL, initialization: start.map((row) => [...row]) });
    const points = flatten(rows);
    const ours = hamerly(points, flatten(start), UNTIL);
    expect([...assign(points, ours).clusters]).toEqual(theirs.clusters);
    const apart = rowsOf(ours).flatMap((row, group) =>
      row.map((one, at) => one - (theirs.centroids[group]?.[at] ?? 0)),
    );
    expect(Math.max(...apart.map(Math.abs))).toBeLessThan(1e-10);
  });

  it('leave a centre that has no points where it was', () => {
    const points = flatten([[0], [1], [2], [3]]);
    expect(rowsOf(hamerly(points, flatten([[0], [90], [3]]), UNTIL))).toEqual([[0.5], [90], [2.5]]);
  });
});

describe('single exchanges', () => {
  it('bring the inertia down and leave every point with its nearest centre', () => {
    for (const [count, width, k, wide, seed] of WORLDS) {
      const points = flatten(made(count, width, k, wide, seed));
      const start = { values: points.values.slice(0, k * width), width };
      const before = hamerly(points, start, UNTIL);
      const after = exchange(points, before);
      const { clusters, inertia } = assign(points, after);
      expect(inertia).toBeLessThanOrEqual(assign(points, before).inertia + 1e-9);
      expect([...assign(points, hamerly(points, after, UNTIL)).clusters]).toEqual([...clusters]);
    }
  });
});
