/** A cluster of an earlier run. */
export interface NamedCentre {
  readonly name: string;
  readonly centre: readonly number[];
}

/**
 * The former names of new centres, in their order; null: a cluster that was not there. The closest pairs first, each
 * name once; never further than the former cluster was from its nearest neighbour, where another name would fit better.
 */
export function matchClusters(
  former: readonly NamedCentre[],
  centres: readonly (readonly number[])[],
): (string | null)[] {
  const before = former.map(({ centre }) => centre);
  const pairs = before.flatMap((centre, from) => {
    const reach = Math.min(...before.filter((_, other) => other !== from).map((other) => distance(centre, other)));
    return centres
      .map((there, to) => ({ from, to, apart: distance(centre, there) }))
      .filter(({ apart }) => apart < reach);
  });
  const names = new Array<string | null>(centres.length).fill(null);
  const given = new Set<number>();
  for (const { from, to } of pairs.sort((a, b) => a.apart - b.apart)) {
    if (names[to] !== null || given.has(from)) continue;
    given.add(from);
    names[to] = former[from]?.name ?? null;
  }
  return names;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((one, index) => one - (b[index] ?? 0)));
}
