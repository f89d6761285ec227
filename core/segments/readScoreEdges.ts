import { z } from 'zod';
import { KadeError } from '../errors.ts';
import { numberReader, toMinorUnits, westernDigits } from '../imports/cells/readNumber.ts';
import { minorDigits } from '../money.ts';
import type { Scored } from './scoreEdges.ts';

const MOST = 1e13;
const rising = z
  .array(z.number().int().min(1).max(MOST))
  .length(4)
  .refine((edges) => edges.every((edge, place) => place === 0 || edge > (edges[place - 1] ?? 0)));
const TIMES: Record<string, number> = { k: 1_000, m: 1_000_000 };

/** Four rising bounds as people type them, `30 60 120 240` or `5k, 20k, 50k, 100k`; money becomes minor units. `edges_unreadable`. */
export function readScoreEdges(text: string, scored: Scored, currency: string): number[] {
  const read = numberReader('.');
  const apart = westernDigits(text.normalize('NFKC')).split(/,?\s+|[;/|]/);
  // A comma groups thousands, unless commas are all there is between the numbers.
  const pieces = (apart.length === 1 ? text.split(',') : apart).filter((piece) => /\p{Nd}/u.test(piece));
  const edges = pieces.map((piece) => {
    const [, number = piece, unit = ''] = /^(.*\d)([km])$/i.exec(piece.trim()) ?? [];
    const value = read(number) * (TIMES[unit.toLowerCase()] ?? 1);
    return scored === 'money' ? toMinorUnits(value, minorDigits(currency)) : value;
  });
  const found = rising.safeParse(edges);
  if (!found.success) throw new KadeError('edges_unreadable', { text: text.slice(0, 60) });
  return found.data;
}
