import { performance } from 'node:perf_hooks';
import { fitBgNbd } from '../../../core/analytics/bgNbd.ts';
import { seeded } from '../../../core/seeded.ts';
import { cluster, spreadCentres } from '../../../core/segments/cluster.ts';
import { hamerly } from '../../../core/segments/hamerly.ts';
import { assign, flatten } from '../../../core/segments/points.ts';
import { drawNormal, madeHistories } from '../../madeHistories.ts';
import { atMost, beside, type Figure, median } from '../figure.ts';

const RUNS = 3;
const SHOP = { r: 0.8, alpha: 60, a: 0.5, b: 3 };
const POINTS = { count: 100_000, width: 20, groups: 6 };
const STARTS = 10;

/** The fit of BG/NBD to made customers of two years, in whole days. */
export async function benchBgNbd(): Promise<Figure[]> {
  return [
    { customers: 100_000, most: 1 },
    { customers: 1_000_000, most: 20 },
  ].map(({ customers, most }) => {
    const made = madeHistories(customers, SHOP, { days: 730, ahead: 0, seed: 1 });
    const times = Array.from({ length: RUNS }, () => secondsOf(() => fitBgNbd(made)));
    return atMost(`BG/NBD fit, ${customers.toLocaleString('en')} customers`, median(times), 's', most);
  });
}

/** K-means with k chosen, in one thread, on groups that stand apart and on some that hardly do. */
export async function benchKmeans(): Promise<Figure[]> {
  return [
    { name: 'groups apart', wide: 1 },
    { name: 'hardly any groups', wide: 3 },
  ].flatMap(({ name, wide }) => {
    const rows = madePoints(wide);
    let found = cluster(rows, 2, 2);
    const times = Array.from({ length: RUNS }, () => secondsOf(() => (found = cluster(rows))));
    const k = found.centres.length;
    const label = `K-means, ${POINTS.count.toLocaleString('en')} × ${POINTS.width}, ${name}`;
    return [
      atMost(`${label}, k of 2 to 8`, median(times), 's', 15),
      beside(`${label}, k chosen`, k, ''),
      atMost(
        `${label}, inertia against the best of ${STARTS} starts`,
        found.inertia / bestOfStarts(rows, k),
        '×',
        1.001,
      ),
    ];
  });
}

/** Normal points around places that are normal too. */
function madePoints(wide: number): number[][] {
  const random = seeded(3);
  const places = Array.from({ length: POINTS.groups }, () =>
    Array.from({ length: POINTS.width }, () => drawNormal(random)),
  );
  return Array.from({ length: POINTS.count }, (_, point) =>
    (places[point % POINTS.groups] ?? []).map((one) => one + wide * drawNormal(random)),
  );
}

/** The inertia that scikit-learn's procedure ends at: greedy k-means++ and Lloyd's iterations on all points, the best of some starts. */
function bestOfStarts(rows: readonly number[][], k: number): number {
  const points = flatten(rows);
  const random = seeded(9);
  const inertias = Array.from({ length: STARTS }, () => {
    const centres = hamerly(points, spreadCentres(points, k, random), { maxIterations: 300, tolerance: 1e-6 });
    return assign(points, centres).inertia;
  });
  return Math.min(...inertias);
}

function secondsOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
