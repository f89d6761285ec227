/** One measured figure; without a bar it stands beside others, as a peer or a floor. */
export interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly bar?: { readonly text: string; readonly ok: boolean };
}

export function atLeast(name: string, value: number, unit: string, least: number): Figure {
  return { name, value, unit, bar: { text: `≥ ${format(least)}`, ok: value >= least } };
}

export function atMost(name: string, value: number, unit: string, most: number): Figure {
  return { name, value, unit, bar: { text: `≤ ${format(most)}`, ok: value <= most } };
}

/** A figure without a bar; null: it could not be measured here. */
export function beside(name: string, value: number | null, unit: string): Figure {
  return { name, value, unit };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The nearest-rank quantile. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Four significant digits, whole numbers in full. */
export function format(value: number | null): string {
  if (value === null) return 'not measured';
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(4)));
}

/** `name value unit | bar | ok`. */
export function lineOf({ name, value, unit, bar }: Figure): string {
  return `${name} ${format(value)}${value === null ? '' : ` ${unit}`} | ${bar?.text ?? ''} | ${bar ? (bar.ok ? 'ok' : 'short') : ''}`;
}
