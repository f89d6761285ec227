/** What value is scored by: whole days since the last purchase, orders, money spent. */
export const SCORED = ['recency', 'frequency', 'money'] as const;
export type Scored = (typeof SCORED)[number];

/** Four rising bounds each, for the scores 1 to 5: days, orders, minor units. */
export type ScoreEdges = Record<Scored, number[]>;

/** The values below which lie 20, 40, 60 and 80 % of all, linearly interpolated, as pandas' quantile. */
export function quintileEdges(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return [0.2, 0.4, 0.6, 0.8].map((share) => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    const above = sorted[Math.ceil(place)] ?? below;
    return below + (above - below) * (place - Math.floor(place));
  });
}

/** 1 to 5 by how many of the rising `edges` a value has reached. */
export function fifthsFrom(values: readonly number[], edges: readonly number[]): Uint8Array {
  return Uint8Array.from(values, (value) => 1 + edges.filter((edge) => value >= edge).length);
}
