/**
 * The values, in proportion, with 1 for the greatest in size; what is no number becomes 0. Chart.js hangs on the smallest and
 * overflows on the largest of numbers, and the labels are written already, so charts draw these.
 */
export function proportions(items: readonly { value: number }[]): number[] {
  const values = items.map(({ value }) => (Number.isFinite(value) ? value : 0));
  const most = values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
  return most === 0 ? values : values.map((value) => value / most);
}
