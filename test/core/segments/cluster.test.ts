import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../core/seeded.ts';
import { type Clustering, cluster } from '../../../core/segments/cluster.ts';

/** `each` points around each centre, on a disc of radius 1. */
function planted(centres: number[][], each: number): number[][] {
  const random = seeded(7);
  return centres.flatMap((centre) =>
    Array.from({ length: each }, () => centre.map((coordinate) => coordinate + random() - 0.5)),
  );
}

function sizesOf({ centres, clusters }: Clustering): number[] {
  return centres.map((_, group) => clusters.filter((one) => one === group).length).sort((a, b) => b - a);
}

describe('k-means', () => {
  it('finds planted groups and their number', () => {
    const centres = [
      [0, 0, 0],
      [10, 0, 0],
      [0, 10, 0],
      [0, 0, 10],
      [10, 10, 10],
    ];
    const found = cluster(planted(centres, 40));
    expect(found.centres).toHaveLength(5);
    expect(found.silhouette).toBeGreaterThan(0.9);
    for (let group = 0; group < 5; group++) {
      expect(new Set(found.clusters.slice(group * 40, (group + 1) * 40)).size).toBe(1);
    }
    expect(new Set(found.clusters).size).toBe(5);
  });

  it('gives the same groups for the same points', () => {
    const points = planted(
      [
        [0, 0],
        [3, 1],
        [1, 4],
      ],
      60,
    );
    expect(cluster(points)).toEqual(cluster(points.map((point) => [...point])));
  });

  it('makes no more groups than points that differ', () => {
    const points = [...Array(10).fill([1, 2]), ...Array(10).fill([5, 5])];
    expect(cluster(points).centres).toHaveLength(2);
    expect(() => cluster(Array(10).fill([1, 2]))).toThrow(RangeError);
  });

  it('tries its starts on a sample of many points, and groups them all', () => {
    const centres = [
      [0, 0],
      [9, 0],
      [0, 9],
    ];
    const found = cluster(planted(centres, 5_000), 2, 4);
    expect(sizesOf(found)).toEqual([5_000, 5_000, 5_000]);
    expect(
      found.centres
        .flat()
        .map((one) => one.toFixed(1).replace('-', ''))
        .sort(),
    ).toEqual(['0.0', '0.0', '0.0', '0.0', '9.0', '9.0']);
  });

  const mall = resolve(
    process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../../../shared'),
    'data/mall_customers.csv',
  );
  const lines = (() => {
    try {
      return readFileSync(mall, 'utf8').trim().split(/\r?\n/).slice(1);
    } catch {
      console.log(`The mall customers are skipped: no ${mall}; set KADE_SHARED`);
      return null;
    }
  })();

  it.skipIf(!lines)('gives the published groups of the mall customers, income by score', () => {
    const points = (lines ?? []).map((line) => line.split(',').slice(3, 5).map(Number));
    const found = cluster(points);
    expect(sizesOf(found)).toEqual([81, 39, 35, 23, 22]);
    expect(found.silhouette).toBeCloseTo(0.5539, 4);
    const inertias = [2, 3, 4, 5, 6, 7, 8].map((k) => cluster(points, k, k).inertia.toFixed(4));
    expect(inertias).toEqual([
      '181363.5960',
      '106348.3731',
      '73679.7890',
      '44448.4554',
      '37233.8145',
      '30227.6065',
      '24986.5256',
    ]);
  });
});
