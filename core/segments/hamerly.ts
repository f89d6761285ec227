import { countOf, type Points, squared } from './points.ts';

/** Ends the iterations: at most so many, or every centre moves by no more than so much, squared. */
export interface Until {
  readonly maxIterations: number;
  readonly tolerance: number;
}

/**
 * Lloyd's iterations from the given centres, at most 256, by Hamerly's bounds (2010): a point is compared with all
 * centres only where it may have changed sides. The same partition as plain Lloyd; a group left empty keeps its centre.
 */
export function hamerly(points: Points, start: Points, { maxIterations, tolerance }: Until): Points {
  const { values, width } = points;
  const centres = Float64Array.from(start.values);
  const k = countOf(start);
  const count = countOf(points);
  const clusters = new Uint8Array(count);
  const totals = totalsOf(points, clusters, k);
  // How far a point is at most from its centre, and at least from any other.
  const upper = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const lower = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const safe = halfGaps(centres, k, width);
    for (let point = 0; point < count; point++) {
      const own = clusters[point] ?? 0;
      const bound = Math.max(safe[own] ?? 0, lower[point] ?? 0);
      if ((upper[point] ?? 0) <= bound) continue;
      const exact = Math.sqrt(squared(values, point * width, centres, own * width, width));
      upper[point] = exact;
      if (exact <= bound) continue;
      const nearest = compareAll(points, centres, k, point, upper, lower);
      if (nearest === own) continue;
      clusters[point] = nearest;
      changeSides(points, totals, point, own, nearest);
    }
    const moved = moveCentres(totals, centres, width);
    let most = 0;
    for (const move of moved) most = Math.max(most, move);
    if (most * most <= tolerance) break;
    const other = secondMost(moved);
    for (let point = 0; point < count; point++) {
      const move = moved[clusters[point] ?? 0] ?? 0;
      upper[point] = (upper[point] ?? 0) + move;
      lower[point] = (lower[point] ?? 0) - (move === most ? other : most);
    }
  }
  return { values: centres, width };
}

/** The centre nearest to a point, whose bounds become exact. */
function compareAll(
  { values, width }: Points,
  centres: Float64Array,
  k: number,
  point: number,
  upper: Float64Array,
  lower: Float64Array,
): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let centre = 0; centre < k; centre++) {
    const distance = squared(values, point * width, centres, centre * width, width);
    if (distance < least) {
      second = least;
      least = distance;
      nearest = centre;
    } else if (distance < second) second = distance;
  }
  upper[point] = Math.sqrt(least);
  lower[point] = Math.sqrt(second);
  return nearest;
}

/** Half the way from each centre to the next: a point nearer than that has no nearer centre. */
function halfGaps(centres: Float64Array, k: number, width: number): Float64Array {
  const gaps = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  for (let one = 0; one < k; one++) {
    for (let other = 0; other < one; other++) {
      const half = Math.sqrt(squared(centres, one * width, centres, other * width, width)) / 2;
      gaps[one] = Math.min(gaps[one] ?? 0, half);
      gaps[other] = Math.min(gaps[other] ?? 0, half);
    }
  }
  return gaps;
}

/** Of each group the sum of its points and their number. */
interface Totals {
  readonly sums: Float64Array;
  readonly sizes: Float64Array;
}

/** All points are in the first group to begin with. */
function totalsOf({ values, width }: Points, clusters: Uint8Array, k: number): Totals {
  const totals = { sums: new Float64Array(k * width), sizes: new Float64Array(k) };
  for (let index = 0; index < values.length; index++) {
    totals.sums[index % width] = (totals.sums[index % width] ?? 0) + (values[index] ?? 0);
  }
  totals.sizes[0] = clusters.length;
  return totals;
}

function changeSides(
  { values, width }: Points,
  { sums, sizes }: Totals,
  point: number,
  from: number,
  to: number,
): void {
  sizes[from] = (sizes[from] ?? 0) - 1;
  sizes[to] = (sizes[to] ?? 0) + 1;
  for (let index = 0; index < width; index++) {
    const value = values[point * width + index] ?? 0;
    sums[from * width + index] = (sums[from * width + index] ?? 0) - value;
    sums[to * width + index] = (sums[to * width + index] ?? 0) + value;
  }
}

/** Puts each centre into the middle of its points; answers how far each went. */
function moveCentres({ sums, sizes }: Totals, centres: Float64Array, width: number): Float64Array {
  const before = centres.slice();
  return sizes.map((size, centre) => {
    if (size === 0) return 0;
    const [from, to] = [centre * width, (centre + 1) * width];
    for (let index = from; index < to; index++) centres[index] = (sums[index] ?? 0) / size;
    return Math.sqrt(squared(before, from, centres, from, width));
  });
}

/** The second furthest move; the furthest again where two are equal. */
function secondMost(moved: Float64Array): number {
  let [most, second] = [0, 0];
  for (const move of moved) {
    if (move > most) [most, second] = [move, most];
    else if (move > second) second = move;
  }
  return second;
}
