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
