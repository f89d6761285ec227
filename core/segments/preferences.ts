import { cluster } from './cluster.ts';
import type { Family } from './families.ts';
import { matchClusters } from './matchClusters.ts';
import { assign, flatten } from './points.ts';

/** Who bought what, a customer and a product once: columns of equal length; both by their place in their lists. */
export interface Purchases {
  readonly customer: number[];
  readonly product: number[];
  /** minor units */
  readonly amount: number[];
  /** how often it was bought */
  readonly times: number[];
}

/** One group of people who like the same things. */
export interface Preference {
  readonly slug: string;
  /** `bag & lunch box`; empty: nothing stands out */
  readonly label: string;
  readonly words: readonly string[];
  /** what those words stand for, by place; empty: nothing stands out */
  readonly products: readonly number[];
  readonly families: readonly FamilyShare[];
}

/** A family's mean share of what a group's people spend, and of what all buyers spend, 0 to 1. */
export interface FamilyShare {
  name: string;
  share: number;
  average: number;
}

/** The groups, biggest first, and the group of each customer (-1: nothing bought). */
export interface Preferences {
  readonly groups: readonly Preference[];
  readonly members: Int8Array;
  readonly silhouette: number;
}

/** Below this the groups are hardly apart (Kaufman & Rousseeuw 1990: no substantial structure). */
export const WEAK_SILHOUETTE = 0.25;

/** Fewer buyers than this make no groups. */
const FEWEST_BUYERS = 20;
/** Groups are sought among people with so many purchases; the others join the nearest. */
const TELLING_PURCHASES = 3;
/** A family sets a group apart when its share there is so many times, and so much above, the shop's average. */
const LIFT = { times: 1.25, above: 0.02 };
const WORDS_IN_LABEL = 2;
const WORDS_KEPT = 4;

/** A group of an earlier run. */
export type FormerPreference = Pick<Preference, 'slug' | 'label' | 'families'>;

/**
 * Groups customers by their shares of spend per family; null where there is too little to group. A group that was there
 * in the run before, as `former` tells, keeps its name.
 */
export function findPreferences(
  customers: number,
  purchases: Purchases,
  products: number,
  families: readonly Family[],
  former: readonly FormerPreference[],
): Preferences | null {
  const { shares, counts } = spendShares(customers, purchases, products, families);
  const buyers = [...counts.keys()].filter((customer) => (counts[customer] ?? 0) > 0);
  if (families.length < 2 || buyers.length < FEWEST_BUYERS) return null;
  const telling = buyers.filter((customer) => (counts[customer] ?? 0) >= TELLING_PURCHASES);
  const fitted = telling.length >= FEWEST_BUYERS ? telling : buyers;
  const directions = shares.map(toUnitLength);
  const points = fitted.map((customer) => directions[customer] ?? []);
  const first = points[0]?.join();
  if (points.every((point) => point.join() === first)) return null;
  const { centres, silhouette } = cluster(points);
  const found = assign(flatten(buyers.map((customer) => directions[customer] ?? [])), flatten(centres)).clusters;
  const means = meanShares(found, buyers, shares, centres.length);
  const groups = tellingFamilies(means, families);
  const order = [...groups.keys()]
    .filter((group) => found.includes(group))
    .sort((a, b) => count(found, b) - count(found, a) || a - b);
  const members = new Int8Array(customers).fill(-1);
  for (const [index, customer] of buyers.entries()) members[customer] = order.indexOf(found[index] ?? 0);
  const familyShares = (group: number): FamilyShare[] =>
    families.map(({ name }, family) => ({
      name,
      share: means[group]?.[family] ?? 0,
      average: means.at(-1)?.[family] ?? 0,
    }));
  const shared = order.map(familyShares);
  const named = withNames(
    order.map((group) => groups[group] ?? []),
    matchPreferences(former, shared),
  );
  return {
    groups: named.map((group, place) => ({ ...group, families: shared[place] ?? [] })),
    members,
    silhouette,
  };
}

/** Each customer's shares of spend by family, and how many purchases they rest on. */
export function spendShares(customers: number, purchases: Purchases, products: number, families: readonly Family[]) {
  const familyOf = new Int8Array(products).fill(-1);
  for (const [family, { products: own }] of families.entries()) for (const product of own) familyOf[product] = family;
  const shares = Array.from({ length: customers }, () => new Array<number>(families.length).fill(0));
  const totals = new Float64Array(customers);
  const counts = new Uint32Array(customers);
  for (const [index, customer] of purchases.customer.entries()) {
    const amount = purchases.amount[index] ?? 0;
    const family = familyOf[purchases.product[index] ?? 0] ?? -1;
    totals[customer] = (totals[customer] ?? 0) + amount;
    counts[customer] = (counts[customer] ?? 0) + (purchases.times[index] ?? 0);
    const own = shares[customer];
    if (own && family >= 0) own[family] = (own[family] ?? 0) + amount;
  }
  for (const [customer, own] of shares.entries()) {
    const total = totals[customer] ?? 0;
    for (let family = 0; total > 0 && family < own.length; family++) own[family] = (own[family] ?? 0) / total;
  }
  return { shares, counts };
}

/** What is preferred is the direction of the shares, not how much else was bought beside (spherical k-means). */
function toUnitLength(shares: readonly number[]): number[] {
  const length = Math.hypot(...shares);
  return shares.map((share) => (length > 0 ? share / length : 0));
}

/** The mean shares of each group, then of everyone. */
function meanShares(found: Uint8Array, buyers: readonly number[], shares: readonly number[][], groups: number) {
  const means = Array.from({ length: groups + 1 }, () => new Array<number>(shares[0]?.length ?? 0).fill(0));
  const sizes = new Float64Array(groups + 1);
  for (const [index, customer] of buyers.entries()) {
    for (const group of [found[index] ?? 0, groups]) {
      sizes[group] = (sizes[group] ?? 0) + 1;
      const mean = means[group] ?? [];
      for (const [family, share] of (shares[customer] ?? []).entries()) mean[family] = (mean[family] ?? 0) + share;
    }
  }
  return means.map((mean, group) => mean.map((sum) => sum / Math.max(1, sizes[group] ?? 1)));
}

/** For each group the families that lift it above the average (the last of `means`), the furthest above first. */
function tellingFamilies(means: readonly number[][], families: readonly Family[]): Family[][] {
  const average = means.at(-1) ?? [];
  return means.slice(0, -1).map((mean) =>
    families
      .map((family, index) => ({ family, here: mean[index] ?? 0, usual: average[index] ?? 0 }))
      .filter(({ here, usual }) => here >= usual * LIFT.times && here >= usual + LIFT.above)
      .sort((a, b) => b.here - b.usual - (a.here - a.usual) || (a.family.name < b.family.name ? -1 : 1))
      .slice(0, WORDS_KEPT)
      .map(({ family }) => family),
  );
}

/** The group of the run before that each is still, by the direction of its spend; families may have come and gone. */
function matchPreferences(former: readonly FormerPreference[], found: readonly (readonly FamilyShare[])[]) {
  const known = former.filter(({ families }) => families.length > 0);
  const names = [...new Set([...known.map(({ families }) => families), ...found].flat().map(({ name }) => name))];
  const direction = (families: readonly FamilyShare[]): number[] => {
    const shares = new Map(families.map(({ name, share }) => [name, share]));
    return toUnitLength(names.map((name) => shares.get(name) ?? 0));
  };
  const before = known.map((one) => ({ name: one.slug, centre: direction(one.families) }));
  const bySlug = new Map(known.map((one) => [one.slug, one]));
  return matchClusters(before, found.map(direction)).map((slug) => (slug === null ? null : (bySlug.get(slug) ?? null)));
}

/** The groups with names of their own: the former one, else of what sets them apart. */
function withNames(
  groups: readonly (readonly Family[])[],
  former: readonly (FormerPreference | null)[],
): Omit<Preference, 'families'>[] {
  const taken = new Set(former.map((one) => one?.slug));
  return groups.map((families, place) => {
    const words = families.map(({ name }) => name);
    const products = families.flatMap((family) => family.products);
    const before = former[place];
    if (before) return { slug: before.slug, label: before.label, words, products };
    const label = words.slice(0, WORDS_IN_LABEL).join(' & ');
    let slug = slugOf(label) || 'mixed';
    for (let number = 2; taken.has(slug); number++) slug = `${slugOf(label) || 'mixed'}-${number}`;
    taken.add(slug);
    return { slug, label, words, products };
  });
}

/** Letters, marks and digits of any script joined by hyphens, at most 32 bytes so that a key fits a button's id. */
function slugOf(label: string): string {
  let slug = '';
  for (const character of label.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')) {
    if (Buffer.byteLength(slug + character) > 32) break;
    slug += character;
  }
  return slug.replace(/^-+|-+$/g, '');
}

function count(found: Uint8Array, group: number): number {
  return found.reduce((sum, one) => sum + (one === group ? 1 : 0), 0);
}
