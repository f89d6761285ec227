import type { Points } from '../segments/points.ts';

/** ln of the odds of belonging: `intercept` + Σ weight × coordinate. */
export interface Logistic {
  readonly intercept: number;
  readonly weights: Float64Array;
}

const MOST_STEPS = 50;
/** No weight would change by more than this. */
const LEVEL = 1e-6;

/**
 * L2 logistic regression by Newton's steps. Both sides weigh the same, whatever their number: each positive 1, the others
 * together as much as the positives. `ridge` pulls the weights, not the intercept, to 0; coordinates are standardised.
 */
export function fitLogistic(points: Points, positive: Uint8Array, ridge: number): Logistic {
  const wanted = positive.reduce((sum, one) => sum + one, 0);
  const weightOf = (one: number): number => (positive[one] ? 1 : wanted / (positive.length - wanted));
  // The intercept is the last of the parameters.
  let at = new Float64Array(points.width + 1);
  let here = bendAt(points, positive, weightOf, ridge, at);
  for (let step = 0; step < MOST_STEPS; step++) {
    const full = solve(here.hessian, here.gradient);
    if (Math.max(...full.map(Math.abs)) < LEVEL) break;
    let next = here;
    for (let length = 1; length > 1e-3; length /= 2) {
      next = bendAt(
        points,
        positive,
        weightOf,
        ridge,
        at.map((one, index) => one - length * (full[index] ?? 0)),
      );
      if (next.loss <= here.loss) break;
    }
    if (next.loss > here.loss) break;
    at = next.at;
    here = next;
  }
  return { intercept: at[points.width] ?? 0, weights: at.slice(0, points.width) };
}

/** The loss at some parameters, its slopes and its bends (row after row). */
interface Bend {
  readonly at: Float64Array<ArrayBuffer>;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

function bendAt(
  { values, width }: Points,
  positive: Uint8Array,
  weightOf: (one: number) => number,
  ridge: number,
  at: Float64Array<ArrayBuffer>,
): Bend {
  const size = width + 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  let loss = 0;
  for (let one = 0; one < positive.length; one++) {
    let odds = at[width] ?? 0;
    for (let i = 0; i < width; i++) {
      row[i] = values[one * width + i] ?? 0;
      odds += (at[i] ?? 0) * (row[i] ?? 0);
    }
    const weight = weightOf(one);
    const chance = 1 / (1 + Math.exp(-odds));
    const target = positive[one] ?? 0;
    // ln(1 + e^odds) - target × odds, with no overflow.
    loss += weight * (Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - target * odds);
    const slope = weight * (chance - target);
    const bend = weight * chance * (1 - chance);
    for (let i = 0; i < size; i++) {
      const own = row[i] ?? 0;
      gradient[i] = (gradient[i] ?? 0) + slope * own;
      for (let j = 0; j <= i; j++) hessian[i * size + j] = (hessian[i * size + j] ?? 0) + bend * own * (row[j] ?? 0);
    }
  }
  for (let i = 0; i < width; i++) {
    const own = at[i] ?? 0;
    loss += (ridge / 2) * own * own;
    gradient[i] = (gradient[i] ?? 0) + ridge * own;
    hessian[i * size + i] = (hessian[i * size + i] ?? 0) + ridge;
  }
  return { at, loss, gradient, hessian };
}

/** x of A x = b for a symmetric positive A given by its lower half, row after row (Cholesky). */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const lower = matrix.slice();
  const x = right.slice();
  const entry = (i: number, j: number): number => lower[i * size + j] ?? 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = entry(i, j);
      for (let k = 0; k < j; k++) sum -= entry(i, k) * entry(j, k);
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / entry(j, j);
    }
    for (let k = 0; k < i; k++) x[i] = (x[i] ?? 0) - entry(i, k) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / entry(i, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] = (x[i] ?? 0) - entry(k, i) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / entry(i, i);
  }
  return x;
}
