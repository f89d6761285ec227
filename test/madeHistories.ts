import { seeded } from '../core/seeded.ts';

/** Histories of made customers as columns, in whole days, and how many purchases each made in `ahead` days after. */
export interface MadeHistories {
  readonly repeats: Uint32Array;
  readonly last: Float64Array;
  readonly age: Float64Array;
  readonly later: Uint32Array;
}

/** Customers who buy and leave as BG/NBD has it, with rates around `r / alpha` a day and chances to leave of beta(a, b). */
export function madeHistories(
  customers: number,
  { r, alpha, a, b }: { r: number; alpha: number; a: number; b: number },
  { days, ahead, seed }: { days: number; ahead: number; seed: number },
): MadeHistories {
  const random = seeded(seed);
  const repeats = new Uint32Array(customers);
  const last = new Float64Array(customers);
  const age = new Float64Array(customers);
  const later = new Uint32Array(customers);
  for (let one = 0; one < customers; one++) {
    const lived = Math.floor(random() * days) + 1;
    const rate = drawGamma(r, random) / alpha;
    const [left, stayed] = [drawGamma(a, random), drawGamma(b, random)];
    let bought = 0;
    for (let time = 0; ; ) {
      time -= Math.log(1 - random()) / rate;
      const day = Math.ceil(time);
      if (day > lived + ahead) break;
      if (day > lived) later[one] = (later[one] ?? 0) + 1;
      else if (day > bought) {
        bought = day;
        repeats[one] = (repeats[one] ?? 0) + 1;
      }
      if (random() < left / (left + stayed)) break;
    }
    last[one] = bought;
    age[one] = lived;
  }
  return { repeats, last, age, later };
}

/** A draw from a gamma distribution of scale 1 (Marsaglia & Tsang 2000). */
export function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = drawNormal(random);
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < (normal * normal) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw from the standard normal distribution (Box & Muller 1958). */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
