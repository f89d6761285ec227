import { editDistance } from '../../customers/editDistance.ts';

const LONGEST = 40;

/** The candidate with the fewest slips from what was typed, the first of several; empty where there is none. */
export function nearestWord(typed: string, candidates: Iterable<string>): string {
  const wanted = typed.slice(0, LONGEST).toLowerCase();
  let best = '';
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const slips = editDistance(wanted, candidate.toLowerCase());
    if (slips >= fewest) continue;
    best = candidate;
    fewest = slips;
  }
  return best;
}
