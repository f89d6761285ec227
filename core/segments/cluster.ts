import { kmeans } from 'ml-kmeans';
import { seeded } from '../seeded.ts';

/** A partition of points into groups by their nearest centre. */
export interface Clustering {
  readonly centres: readonly (readonly number[])[];
  /** the centre of each point given */
  readonly clusters: readonly number[];
  /** Σ squared distances to the centres */
  readonly inertia: number;
  /** mean silhouette, -1 to 1, by Rousseeuw 1987; of a sample where there are more than SILHOUETTE_SAMPLE points */
  readonly silhouette: number;
}

/** More for few points, where a start costs nothing and a poor one shows. */
const STARTS = { least: 8, most: 50, points: 20_000 };
const MAX_ITERATIONS = 300;
/** Centres are sought on at most so many points; all others go to the nearest of them. */
const FIT_SAMPLE = 10_000;
const SILHOUETTE_SAMPLE = 1_500;

/**
 * K-means with the number of groups, `from` to `to`, chosen by the best silhouette. Seeded: the same points in the
 * same order give the same groups. Needs at least two points that differ.
 */
export function cluster(points: readonly number[][], from = 2, to = 8): Clustering {
  const random = seeded(1);
  const distinct = new Set(points.map((point) => point.join())).size;
  const fitted = sample(points, FIT_SAMPLE, random);
  const seen = sample(fitted, SILHOUETTE_SAMPLE, random);
  const distances = distanceMatrix(seen);
  let best: Clustering | undefined;
  for (let k = from; k <= Math.min(to, distinct); k++) {
    const centres = bestCentres(fitted, k, random);
    const score = silhouette(distances, seen.map(nearestOf(centres)), k);
    if (!best || score > best.silhouette) best = { centres, clusters: [], inertia: 0, silhouette: score };
  }
  if (!best) throw new RangeError('Points that do not differ make no groups');
  const clusters = points.map(nearestOf(best.centres));
  return { ...best, clusters, inertia: inertiaOf(points, best.centres, clusters) };
}

/** The index of the centre that a point is nearest to; the first of equals. */
export function nearestOf(centres: readonly (readonly number[])[]): (point: readonly number[]) => number {
  return (point) => {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < centres.length; index++) {
      const distance = squared(point, centres[index] ?? []);
      if (distance < least) [nearest, least] = [index, distance];
    }
    return nearest;
  };
}

/** The best of several starts for a fixed k: k-means++ each, then Lloyd's iterations by ml-kmeans. */
export function bestCentres(points: readonly number[][], k: number, random: () => number): number[][] {
  let best: { centres: number[][]; inertia: number } | undefined;
  const starts = Math.min(STARTS.most, Math.max(STARTS.least, Math.floor(STARTS.points / points.length)));
  for (let start = 0; start < starts; start++) {
    const initialization = spreadCentres(points, k, random);
    const found = kmeans(points as number[][], k, { initialization, maxIterations: MAX_ITERATIONS, tolerance: 1e-10 });
    const inertia = inertiaOf(points, found.centroids, found.clusters);
    if (!best || inertia < best.inertia) best = { centres: found.centroids, inertia };
  }
  return best?.centres ?? [];
}

/** Greedy k-means++ (Arthur & Vassilvitskii 2007, with 2 + ln k candidates a centre as scikit-learn does). */
function spreadCentres(points: readonly number[][], k: number, random: () => number): number[][] {
  const at = (index: number): number[] => points[index] ?? [];
  const first = at(Math.floor(random() * points.length));
  const centres = [first];
  let near = Float64Array.from(points, (point) => squared(point, first));
  const candidates = 2 + Math.floor(Math.log(k));
  while (centres.length < k) {
    const total = near.reduce((sum, distance) => sum + distance, 0);
    let best: { centre: number[]; near: Float64Array<ArrayBuffer>; total: number } | undefined;
    for (let draw = 0; draw < candidates; draw++) {
      const centre = at(drawWeighted(near, random() * total));
      const nearer = near.map((distance, index) => Math.min(distance, squared(at(index), centre)));
      const sum = nearer.reduce((all, distance) => all + distance, 0);
      if (!best || sum < best.total) best = { centre, near: nearer, total: sum };
    }
    if (!best) break;
    centres.push(best.centre);
    near = best.near;
  }
  return centres.map((centre) => [...centre]);
}

function drawWeighted(weights: Float64Array, target: number): number {
  let passed = 0;
  let last = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    if (weight === 0) continue;
    passed += weight;
    last = index;
    if (passed > target) return index;
  }
  return last;
}

/** Mean over all points of (b - a) / max(a, b); a point alone in its group counts 0. */
function silhouette(distances: readonly Float32Array[], clusters: readonly number[], k: number): number {
  const sizes = Array.from({ length: k }, (_, id) => clusters.filter((one) => one === id).length);
  let total = 0;
  for (const [index, own] of clusters.entries()) {
    if ((sizes[own] ?? 0) < 2) continue;
    const sums = new Float64Array(k);
    for (const [other, id] of clusters.entries()) {
      sums[id] = (sums[id] ?? 0) + (distances[index]?.[other] ?? 0);
    }
    const within = (sums[own] ?? 0) / ((sizes[own] ?? 0) - 1);
    const means = Array.from(sums, (sum, id) =>
      id === own || !sizes[id] ? Number.POSITIVE_INFINITY : sum / sizes[id],
    );
    const nearest = Math.min(...means);
    const widest = Math.max(within, nearest);
    if (Number.isFinite(nearest) && widest > 0) total += (nearest - within) / widest;
  }
  return total / clusters.length;
}

function distanceMatrix(points: readonly number[][]): Float32Array[] {
  return points.map((point) => Float32Array.from(points, (other) => Math.sqrt(squared(point, other))));
}

function inertiaOf(points: readonly number[][], centres: readonly (readonly number[])[], clusters: readonly number[]) {
  return points.reduce((sum, point, index) => sum + squared(point, centres[clusters[index] ?? 0] ?? []), 0);
}

function squared(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** `limit` of the points drawn without putting back, in their order; all where there are no more. */
function sample(points: readonly number[][], limit: number, random: () => number): readonly number[][] {
  if (points.length <= limit) return points;
  let left = points.length;
  let wanted = limit;
  // Selection sampling (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
  return points.filter(() => {
    const taken = random() * left-- < wanted;
    if (taken) wanted--;
    return taken;
  });
}
