import { assign, countOf, type Points, squared } from './points.ts';

const MOST_ROUNDS = 20;

/**
 * Moves single points to another group as long as that brings the inertia down (Hartigan 1975; Telgarsky & Vattani
 * 2010): where Lloyd's iterations stand still, often a few points still gain. Answers the centres then.
 */
export function exchange(points: Points, start: Points): Points {
  const { width } = points;
  const { clusters } = assign(points, start);
  const k = countOf(start);
  const centres = new Float64Array(k * width);
  const sizes = new Float64Array(k);
  for (let point = 0; point < clusters.length; point++) shift(centres, sizes, clusters[point] ?? 0, 1, points, point);
  let moved = true;
  for (let round = 0; moved && round < MOST_ROUNDS; round++) {
    moved = false;
    for (let point = 0; point < clusters.length; point++) {
      const own = clusters[point] ?? 0;
      const best = bestGroup(centres, sizes, own, points, point);
      if (best === own) continue;
      shift(centres, sizes, own, -1, points, point);
      shift(centres, sizes, best, 1, points, point);
      clusters[point] = best;
      moved = true;
    }
  }
  return { values: centres, width };
}

/** The group in which a point costs least, counting that a centre follows its points. */
function bestGroup(centres: Float64Array, sizes: Float64Array, own: number, { values, width }: Points, point: number) {
  const size = sizes[own] ?? 0;
  if (size <= 1) return own;
  let best = own;
  let least = (squared(values, point * width, centres, own * width, width) * size) / (size - 1) - 1e-12;
  for (let group = 0; group < sizes.length; group++) {
    if (group === own) continue;
    const others = sizes[group] ?? 0;
    const cost = (squared(values, point * width, centres, group * width, width) * others) / (others + 1);
    if (cost < least) [least, best] = [cost, group];
  }
  return best;
}

/** Takes a point into a group (1) or out of it (-1); the centre follows. */
function shift(
  centres: Float64Array,
  sizes: Float64Array,
  group: number,
  by: 1 | -1,
  { values, width }: Points,
  point: number,
): void {
  const size = (sizes[group] ?? 0) + by;
  sizes[group] = size;
  if (size === 0) return;
  for (let index = 0; index < width; index++) {
    const centre = centres[group * width + index] ?? 0;
    centres[group * width + index] = centre + (by * ((values[point * width + index] ?? 0) - centre)) / size;
  }
}
