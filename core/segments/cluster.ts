import { kmeans } from 'ml-kmeans';
import { seeded } from '../seeded.ts';
import { exchange } from './exchange.ts';
import { hamerly } from './hamerly.ts';
import { assign, countOf, flatten, type Points, rowsOf, squared } from './points.ts';

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
const STARTS = { least: 10, most: 40, points: 40_000 };
const MAX_ITERATIONS = 300;
/** Iterations end when no centre moves further than the root of this share of the mean variance (as scikit-learn's). */
const STILL = 1e-4;
/** Starts are tried on at most so many points; the best goes on with all. */
const FIT_SAMPLE = 10_000;
const SILHOUETTE_SAMPLE = 1_500;
/** From so many points on the time of ml-kmeans shows. */
const MANY = 1_000;

/**
 * K-means with the number of groups, `from` to `to`, chosen by the best silhouette. Seeded: the same points in the
 * same order give the same groups. Needs at least two points that differ.
 */
export function cluster(rows: readonly (readonly number[])[], from = 2, to = 8): Clustering {
  const random = seeded(1);
  const points = flatten(rows);
  const fitted = sample(points, FIT_SAMPLE, random);
  const seen = sample(fitted, SILHOUETTE_SAMPLE, random);
  const distances = distanceMatrix(seen);
  let best: { centres: Points; silhouette: number } | undefined;
  for (let k = from; k <= different(rows, to); k++) {
    const centres = bestStart(fitted, k, random);
    const score = silhouette(distances, assign(seen, centres).clusters, k);
    if (!best || score > best.silhouette) best = { centres, silhouette: score };
  }
  if (!best) throw new RangeError('Points that do not differ make no groups');
  const centres = fitted === points ? best.centres : iterate(points, best.centres);
  const { clusters, inertia } = assign(points, centres);
  return { centres: rowsOf(centres), clusters: [...clusters], inertia, silhouette: best.silhouette };
}

/** How many of the points differ, counted up to a limit. */
function different(rows: readonly (readonly number[])[], limit: number): number {
  const found = new Set<string>();
  for (const row of rows) {
    found.add(row.join());
    if (found.size >= limit) break;
  }
  return found.size;
}

/** The best of several starts for a fixed k: k-means++ each, then Lloyd's iterations, then single exchanges. */
function bestStart(points: Points, k: number, random: () => number): Points {
  let best: { centres: Points; inertia: number } | undefined;
  const starts = Math.min(STARTS.most, Math.max(STARTS.least, Math.floor(STARTS.points / countOf(points))));
  for (let start = 0; start < starts; start++) {
    const centres = exchange(points, iterate(points, spreadCentres(points, k, random)));
    const { inertia } = assign(points, centres);
    if (!best || inertia < best.inertia) best = { centres, inertia };
  }
  if (!best) throw new RangeError('No start');
  return best.centres;
}

/** Lloyd's iterations: by ml-kmeans, or for many points by Hamerly's bounds, which end at the same partition. */
function iterate(points: Points, start: Points): Points {
  const until = { maxIterations: MAX_ITERATIONS, tolerance: STILL * meanVariance(points) };
  if (countOf(points) >= MANY) return hamerly(points, start, until);
  return flatten(kmeans(rowsOf(points), countOf(start), { ...until, initialization: rowsOf(start) }).centroids);
}

/** Greedy k-means++ (Arthur & Vassilvitskii 2007, with 2 + ln k candidates a centre as scikit-learn does). */
export function spreadCentres({ values, width }: Points, k: number, random: () => number): Points {
  const count = values.length / width;
  const centres = new Float64Array(k * width);
  const put = (centre: number, point: number) =>
    centres.set(values.subarray(point * width, (point + 1) * width), centre * width);
  const candidates = 2 + Math.floor(Math.log(k));
  let near = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let nearer = new Float64Array(count);
  let trial = new Float64Array(count);
  put(0, Math.floor(random() * count));
  let total = nearerBy(values, width, near, centres, 0, near);
  for (let centre = 1; centre < k; centre++) {
    let least = Number.POSITIVE_INFINITY;
    let chosen = 0;
    for (let draw = 0; draw < candidates; draw++) {
      const point = drawWeighted(near, random() * total);
      const sum = nearerBy(values, width, near, values, point * width, trial);
      if (sum >= least) continue;
      [least, chosen] = [sum, point];
      [nearer, trial] = [trial, nearer];
    }
    put(centre, chosen);
    [near, nearer] = [nearer, near];
    total = least;
  }
  return { values: centres, width };
}

/** Writes for each point its squared distance to the nearest centre so far or the new one; answers their sum. */
function nearerBy(
  values: Float64Array,
  width: number,
  near: Float64Array,
  centres: Float64Array,
  from: number,
  result: Float64Array,
): number {
  let sum = 0;
  for (let point = 0; point < near.length; point++) {
    const distance = Math.min(near[point] ?? 0, squared(values, point * width, centres, from, width));
    result[point] = distance;
    sum += distance;
  }
  return sum;
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
function silhouette(distances: readonly Float32Array[], clusters: Uint8Array, k: number): number {
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

function distanceMatrix({ values, width }: Points): Float32Array[] {
  const count = values.length / width;
  return Array.from({ length: count }, (_, one) => {
    const row = new Float32Array(count);
    for (let other = 0; other < count; other++) {
      row[other] = Math.sqrt(squared(values, one * width, values, other * width, width));
    }
    return row;
  });
}

/** The mean over the coordinates of their variance. */
function meanVariance({ values, width }: Points): number {
  const count = values.length / width;
  const sums = new Float64Array(width);
  for (let index = 0; index < values.length; index++)
    sums[index % width] = (sums[index % width] ?? 0) + (values[index] ?? 0);
  let total = 0;
  for (let index = 0; index < values.length; index++)
    total += ((values[index] ?? 0) - (sums[index % width] ?? 0) / count) ** 2;
  return total / values.length;
}

/** `limit` of the points drawn without putting back, in their order; all where there are no more. */
function sample(points: Points, limit: number, random: () => number): Points {
  const { values, width } = points;
  let left = values.length / width;
  if (left <= limit) return points;
  const drawn = new Float64Array(limit * width);
  // Selection sampling (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
  for (let point = 0, taken = 0; taken < limit; point++) {
    if (random() * left-- >= limit - taken) continue;
    drawn.set(values.subarray(point * width, (point + 1) * width), taken++ * width);
  }
  return { values: drawn, width };
}
