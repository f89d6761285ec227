/** Points one after another in one array, `width` coordinates each. */
export interface Points {
  readonly values: Float64Array;
  readonly width: number;
}

export function flatten(rows: readonly (readonly number[])[]): Points {
  const width = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries()) values.set(row, index * width);
  return { values, width };
}

export function rowsOf({ values, width }: Points): number[][] {
  return Array.from({ length: values.length / width }, (_, index) => [
    ...values.subarray(index * width, (index + 1) * width),
  ]);
}

export function countOf({ values, width }: Points): number {
  return values.length / width;
}

/** The squared distance between the point that begins at `a` in `left` and the one at `b` in `right`. */
export function squared(left: Float64Array, a: number, right: Float64Array, b: number, width: number): number {
  let sum = 0;
  for (let index = 0; index < width; index++) {
    const difference = (left[a + index] ?? 0) - (right[b + index] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** The nearest centre of each point, the first of equals, and the inertia. */
export function assign({ values, width }: Points, centres: Points): { clusters: Uint8Array; inertia: number } {
  const clusters = new Uint8Array(values.length / width);
  let inertia = 0;
  for (let point = 0; point < clusters.length; point++) {
    let least = Number.POSITIVE_INFINITY;
    for (let centre = 0; centre < countOf(centres); centre++) {
      const distance = squared(values, point * width, centres.values, centre * width, width);
      if (distance >= least) continue;
      least = distance;
      clusters[point] = centre;
    }
    inertia += least;
  }
  return { clusters, inertia };
}
