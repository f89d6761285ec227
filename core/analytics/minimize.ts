/** A function and its slopes at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: readonly number[];
}

/** The lowest point found; not `settled`: no slope left to follow, or too many steps, before it lay level. */
export interface Lowest {
  readonly at: readonly number[];
  readonly value: number;
  readonly settled: boolean;
}

const MOST_STEPS = 150;
const LEVEL = 1e-7;
/** What still counts as level where rounding hides any further descent. */
const NEARLY_LEVEL = 1e-5;
/** No coordinate moves further in one step: they are logarithms, and a first step may overshoot. */
const LONGEST = 2;

/** The minimum of a smooth function of a few coordinates, by BFGS with backtracking (Nocedal & Wright 2006, 6.1). */
export function minimize(slopeAt: (at: readonly number[]) => Slope, start: readonly number[]): Lowest {
  let at = start;
  let here = slopeAt(at);
  // What is known of the inverse Hessian; null: nothing yet, or it led nowhere, and the slope itself is followed.
  let inverse: number[][] | null = null;
  for (let step = 0; step < MOST_STEPS; step++) {
    if (steepest(here.gradient) < LEVEL) return { at, value: here.value, settled: true };
    const next = descend(slopeAt, at, here, inverse ? times(inverse, here.gradient) : here.gradient);
    if (!next && steepest(here.gradient) < NEARLY_LEVEL) return { at, value: here.value, settled: true };
    if (!next && !inverse) return { at, value: here.value, settled: false };
    if (!next) {
      inverse = null;
      continue;
    }
    const moved = next.at.map((one, index) => one - (at[index] ?? 0));
    const bent = next.slope.gradient.map((one, index) => one - (here.gradient[index] ?? 0));
    inverse = updated(inverse, moved, bent);
    at = next.at;
    here = next.slope;
  }
  return { at, value: here.value, settled: false };
}

/** The first point against a direction that lies low enough (Armijo), of steps halved; null: none does. */
function descend(
  slopeAt: (at: readonly number[]) => Slope,
  at: readonly number[],
  here: Slope,
  direction: readonly number[],
): { at: number[]; slope: Slope } | null {
  const fall = dot(direction, here.gradient);
  for (let length = Math.min(1, LONGEST / steepest(direction)); length > 1e-6; length /= 2) {
    const there = at.map((one, index) => one - length * (direction[index] ?? 0));
    const slope = slopeAt(there);
    if (slope.value <= here.value - 1e-4 * length * fall && slope.value < here.value) return { at: there, slope };
  }
  return null;
}

/** The inverse Hessian after a step, by the BFGS formula; as it was where the step saw no upward bend. */
function updated(before: number[][] | null, moved: readonly number[], bent: readonly number[]): number[][] | null {
  const bend = dot(moved, bent);
  if (bend <= 1e-14) return before;
  const inverse = before ?? diagonal(moved.length, bend / dot(bent, bent));
  const turned = times(inverse, bent);
  const scale = (1 + dot(bent, turned) / bend) / bend;
  return inverse.map((row, i) =>
    row.map((one, j) => {
      const [mi = 0, mj = 0, ti = 0, tj = 0] = [moved[i], moved[j], turned[i], turned[j]];
      return one + scale * mi * mj - (ti * mj + mi * tj) / bend;
    }),
  );
}

function diagonal(size: number, value: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? value : 0)));
}

function times(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => dot(row, vector));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, one, index) => sum + one * (b[index] ?? 0), 0);
}

function steepest(gradient: readonly number[]): number {
  return Math.max(...gradient.map(Math.abs));
}
