import { FEWEST_REPEATERS, type NoModel } from './bgNbd.ts';
import { digamma, logGamma } from './gamma.ts';
import { minimize, type Slope } from './minimize.ts';

/** What customers spent on repeat purchases, as columns of equal length. */
export interface Spending {
  /** purchases after the first */
  readonly repeats: ArrayLike<number>;
  /** the mean amount of those, in any one currency and unit */
  readonly meanSpend: ArrayLike<number>;
}

/**
 * The Gamma-Gamma model of spend a purchase (Fader & Hardie 2013): amounts scatter around a mean of each customer's
 * own, and those means are spread over the customers.
 */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  /** in the unit of the amounts */
  readonly gamma: number;
  readonly logLikelihood: number;
}

/** With q at 1 or below the mean over all customers is infinite; beyond the other end all are alike. */
const BOUNDS = { least: 1e-4, most: 1e4 };

/** The parameters of greatest likelihood, over those who came back and spent something. */
export function fitGammaGamma(spending: Spending): GammaGamma | NoModel {
  const spenders = spendersOf(spending);
  const customers = spenders.mean.length;
  if (customers < FEWEST_REPEATERS) return 'too_few';
  const usual = spenders.mean.reduce((sum, mean) => sum + mean, 0) / customers;
  const found = minimize((at) => meanLoss(spenders, at), [0, Math.log(2), Math.log(usual)]);
  const [p = 0, q = 0, gamma = 0] = found.at.map(Math.exp);
  const wide = [p, q, gamma / usual].some((one) => !(one < BOUNDS.most && one > BOUNDS.least));
  if (!found.settled || wide || q <= 1) return 'unsettled';
  return { p, q, gamma, logLikelihood: -found.value * customers };
}

/** What someone is expected to spend a purchase: between their own mean and everyone's, the nearer the own the more it rests on. */
export function expectedSpend({ p, q, gamma }: GammaGamma, repeats: number, meanSpend: number): number {
  const known = meanSpend > 0 ? repeats : 0;
  return (p * (gamma + known * meanSpend)) / (p * known + q - 1);
}

/** Those who came back and spent, and how many there are of each number of repeats. */
interface Spenders {
  readonly repeats: Float64Array;
  readonly mean: Float64Array;
  readonly logMean: Float64Array;
  readonly ofRepeats: ReadonlyMap<number, number>;
}

function spendersOf({ repeats, meanSpend }: Spending): Spenders {
  const kept = Uint32Array.from({ length: repeats.length }, (_, one) => one).filter(
    (one) => (repeats[one] ?? 0) > 0 && (meanSpend[one] ?? 0) > 0,
  );
  const mean = Float64Array.from(kept, (one) => meanSpend[one] ?? 0);
  const own = Float64Array.from(kept, (one) => repeats[one] ?? 0);
  const ofRepeats = new Map<number, number>();
  for (const count of own) ofRepeats.set(count, (ofRepeats.get(count) ?? 0) + 1);
  return { repeats: own, mean, logMean: mean.map(Math.log), ofRepeats };
}

/** Minus the mean log-likelihood of a spender, at the logarithms of p, q and gamma. */
function meanLoss({ repeats, mean, logMean, ofRepeats }: Spenders, at: readonly number[]): Slope {
  const [p = 0, q = 0, gamma = 0] = at.map(Math.exp);
  const customers = mean.length;
  const sums = { value: 0, p: 0, q: customers * Math.log(gamma), gamma: (customers * q) / gamma };
  for (const [x, count] of ofRepeats) {
    sums.value +=
      count * (logGamma(p * x + q) - logGamma(p * x) - logGamma(q) + q * Math.log(gamma) + p * x * Math.log(x));
    sums.p += count * x * (digamma(p * x + q) - digamma(p * x) + Math.log(x));
    sums.q += count * (digamma(p * x + q) - digamma(q));
  }
  for (let one = 0; one < customers; one++) {
    const x = repeats[one] ?? 0;
    const log = logMean[one] ?? 0;
    const whole = gamma + x * (mean[one] ?? 0);
    const logWhole = Math.log(whole);
    sums.value += (p * x - 1) * log - (p * x + q) * logWhole;
    sums.p += x * (log - logWhole);
    sums.q -= logWhole;
    sums.gamma -= (p * x + q) / whole;
  }
  const slopes = [sums.p * p, sums.q * q, sums.gamma * gamma];
  return { value: -sums.value / customers, gradient: slopes.map((slope) => -slope / customers) };
}
