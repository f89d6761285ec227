import { digamma, hypergeometric, logGamma } from './gamma.ts';
import { minimize, type Slope } from './minimize.ts';

/** What a customer's days of purchase say, in any one unit of time: the symbols x, t_x and T of the papers. */
export interface History {
  /** days with a purchase after the first one */
  readonly repeats: number;
  /** from the first purchase to the last; 0 for one purchase */
  readonly last: number;
  /** from the first purchase to the end of what is looked at */
  readonly age: number;
}

/** Histories as columns of equal length. */
export interface Histories {
  readonly repeats: ArrayLike<number>;
  readonly last: ArrayLike<number>;
  readonly age: ArrayLike<number>;
}

/**
 * "Counting your customers the easy way", BG/NBD (Fader, Hardie & Lee 2005): purchases come at a rate of each
 * customer's own (gamma: r, alpha), and after each the customer leaves for good with a chance of their own (beta: a, b).
 */
export interface BgNbd {
  readonly r: number;
  /** in the unit of time of the histories */
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
  readonly logLikelihood: number;
}

/** Why there is no model: too few who came back, or parameters that the data do not settle. */
export type NoModel = 'too_few' | 'unsettled';

/** Fewer customers who came back than this make no model (docs/segments.md says why). */
export const FEWEST_REPEATERS = 100;
/** r, alpha (against the mean age) or a beyond say that the data know no end: nobody ever leaves, or all buy alike. */
const WIDEST = 1e4;
/** Where all leave alike, a and b grow together without end; at such a sum the customers differ hardly at all. */
const MOST_ALIKE = 200;

/** The history of someone by the days of their purchases, in any order, up to `end`; several on a day count once. */
export function historyOf(days: readonly number[], end: number): History {
  const first = days.reduce((least, day) => Math.min(least, day), Number.POSITIVE_INFINITY);
  const last = days.reduce((most, day) => Math.max(most, day), Number.NEGATIVE_INFINITY);
  return { repeats: new Set(days).size - 1, last: last - first, age: end - first };
}

/** The parameters of greatest likelihood. Fast where times are whole days, since equal histories are counted together. */
export function fitBgNbd(histories: Histories): BgNbd | NoModel {
  const groups = groupEqual(histories);
  if (groups.repeaters < FEWEST_REPEATERS) return 'too_few';
  const meanAge = groups.ages.reduce((sum, age, index) => sum + age * (groups.ofAge[index] ?? 0), 0) / groups.customers;
  const found = minimize((at) => meanLoss(groups, at), [0, Math.log(meanAge), 0, 0]);
  const [r = 0, alpha = 0, left = 0, stayed = 0] = found.at.map(Math.exp);
  const wide = [r, alpha / meanAge].some((one) => one > WIDEST || one < 1 / WIDEST);
  const share = Math.min(1, MOST_ALIKE / (left + stayed));
  const [a, b] = [left * share, stayed * share];
  if (!found.settled || wide || a < 1 / WIDEST) return 'unsettled';
  const { value } = meanLoss(groups, [r, alpha, a, b].map(Math.log));
  return { r, alpha, a, b, logLikelihood: -value * groups.customers };
}

/** The probability that someone is still a customer. Who bought once is always 1 here: nobody leaves but after a repeat. */
export function probabilityActive({ r, alpha, a, b }: BgNbd, { repeats, last, age }: History): number {
  if (repeats === 0) return 1;
  return 1 / (1 + (a / (b + repeats - 1)) * ((alpha + age) / (alpha + last)) ** (r + repeats));
}

/** How many purchases are to be expected of someone in the next `time`, in the unit of the histories. */
export function expectedPurchases(model: BgNbd, history: History, time: number): number {
  const { r, alpha, b } = model;
  const { repeats, age } = history;
  // The formula has a gap at a = 1 and at c = 0, where it has the value of its neighbours.
  const a = Math.abs(model.a - 1) < 1e-6 ? 1 + 1e-6 : model.a;
  const rest = a + b + repeats - 1;
  const c = Math.abs(rest) < 1e-6 ? 1e-6 : rest;
  // Euler's transformation of the paper's ₂F₁(r + x, b + x; a + b + x - 1; z): no overflow for many repeats.
  const shrunk = ((alpha + age) / (alpha + age + time)) ** (a - 1);
  const sum = hypergeometric(a + b - 1 - r, a - 1, c, time / (alpha + age + time));
  return (c / (a - 1)) * (1 - shrunk * sum) * probabilityActive(model, history);
}

/** Equal histories once, with their number; times and repeats by their place among the different ones. */
interface Groups {
  readonly customers: number;
  readonly repeaters: number;
  readonly repeats: Float64Array;
  readonly lasts: Float64Array;
  readonly ages: Float64Array;
  /** how many customers have each number of repeats, and each age */
  readonly ofRepeats: Float64Array;
  readonly ofAge: Float64Array;
  readonly repeatsAt: Uint32Array;
  readonly lastAt: Uint32Array;
  readonly ageAt: Uint32Array;
  readonly count: Float64Array;
}

function groupEqual(histories: Histories): Groups {
  const customers = histories.repeats.length;
  const [repeats, lasts, ages] = [different(histories.repeats), different(histories.last), different(histories.age)];
  const keys = Float64Array.from(
    { length: customers },
    (_, one) =>
      ((repeats.at[one] ?? 0) * lasts.values.length + (lasts.at[one] ?? 0)) * ages.values.length + (ages.at[one] ?? 0),
  ).sort();
  const starts = Uint32Array.from(keys.keys()).filter((one) => one === 0 || keys[one] !== keys[one - 1]);
  const own = Float64Array.from(starts, (start) => keys[start] ?? 0);
  return {
    customers,
    repeaters: repeats.counts.reduce((sum, count, index) => sum + (repeats.values[index] ? count : 0), 0),
    repeats: repeats.values,
    lasts: lasts.values,
    ages: ages.values,
    ofRepeats: repeats.counts,
    ofAge: ages.counts,
    repeatsAt: Uint32Array.from(own, (key) => Math.floor(key / ages.values.length / lasts.values.length)),
    lastAt: Uint32Array.from(own, (key) => Math.floor(key / ages.values.length) % lasts.values.length),
    ageAt: Uint32Array.from(own, (key) => key % ages.values.length),
    count: Float64Array.from(starts, (start, index) => (starts[index + 1] ?? customers) - start),
  };
}

/** The different values, how often each is there, and the place of each given one among them. */
function different(given: ArrayLike<number>) {
  const places = new Map<number, number>();
  const counts: number[] = [];
  const at = new Uint32Array(given.length);
  for (let index = 0; index < given.length; index++) {
    const value = given[index] ?? 0;
    let place = places.get(value);
    if (place === undefined) {
      place = places.size;
      places.set(value, place);
      counts.push(0);
    }
    counts[place] = (counts[place] ?? 0) + 1;
    at[index] = place;
  }
  return { values: Float64Array.from(places.keys()), counts: Float64Array.from(counts), at };
}

/** Minus the mean log-likelihood of a customer, at the logarithms of r, alpha, a and b. */
function meanLoss(groups: Groups, at: readonly number[]): Slope {
  const [r = 0, alpha = 0, a = 0, b = 0] = at.map(Math.exp);
  const sums = gammaTerms(groups, r, alpha, a, b);
  const logAge = groups.ages.map((age) => Math.log(alpha + age));
  const logLast = groups.lasts.map((last) => Math.log(alpha + last));
  const leave = groups.repeats.map((x) => (x > 0 ? Math.log(a / (b + x - 1)) : Number.NEGATIVE_INFINITY));
  for (let group = 0; group < groups.count.length; group++) {
    const count = groups.count[group] ?? 0;
    const place = groups.repeatsAt[group] ?? 0;
    const lastAt = groups.lastAt[group] ?? 0;
    const ageAt = groups.ageAt[group] ?? 0;
    const x = groups.repeats[place] ?? 0;
    const stayed = -(r + x) * (logAge[ageAt] ?? 0);
    const left = (leave[place] ?? 0) - (r + x) * (logLast[lastAt] ?? 0);
    // The share of the likelihood that belongs to having left, with no overflow on the way.
    const odds = Math.exp(stayed - left);
    const gone = 1 / (1 + odds);
    sums.value += count * (gone > 0.5 ? left + Math.log1p(odds) : stayed - Math.log1p(-gone));
    sums.r -= count * ((1 - gone) * (logAge[ageAt] ?? 0) + gone * (logLast[lastAt] ?? 0));
    const rates = (1 - gone) / (alpha + (groups.ages[ageAt] ?? 0)) + gone / (alpha + (groups.lasts[lastAt] ?? 0));
    sums.alpha -= count * (r + x) * rates;
    if (x === 0) continue;
    sums.a += (count * gone) / a;
    sums.b -= (count * gone) / (b + x - 1);
  }
  const slopes = [sums.r * r, sums.alpha * alpha, sums.a * a, sums.b * b];
  return { value: -sums.value / groups.customers, gradient: slopes.map((slope) => -slope / groups.customers) };
}

/** The part of the log-likelihood, and its slopes, that depends on the number of repeats alone. */
function gammaTerms({ repeats, ofRepeats, customers }: Groups, r: number, alpha: number, a: number, b: number) {
  const sums = { value: 0, r: 0, alpha: (customers * r) / alpha, a: 0, b: 0 };
  const fixed = r * Math.log(alpha) - logGamma(r) + logGamma(a + b) - logGamma(b);
  for (const [place, x] of repeats.entries()) {
    const count = ofRepeats[place] ?? 0;
    sums.value += count * (fixed + logGamma(r + x) + logGamma(b + x) - logGamma(a + b + x));
    sums.r += count * (digamma(r + x) - digamma(r) + Math.log(alpha));
    const both = digamma(a + b) - digamma(a + b + x);
    sums.a += count * both;
    sums.b += count * (both + digamma(b + x) - digamma(b));
  }
  return sums;
}
