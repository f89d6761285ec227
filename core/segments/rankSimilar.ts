import { Types } from 'mongoose';
import { FEWEST_SEEDS, findLookalikes, type Reason, type Traits } from '../analytics/lookalike.ts';
import { type Database, type DatabaseAddress, withDatabase } from '../db/database.ts';
import { getShop } from '../shops/shops.ts';
import type { Filter } from './compile/filters.ts';
import { type Family, findFamilies } from './families.ts';
import { type Purchases, spendShares } from './preferences.ts';
import { type Profile, readProfiles, readPurchases } from './readShop.ts';
import type { Rule } from './rule.ts';
import { hasBought } from './scoreCustomers.ts';
import { segmentMembers } from './segmentMembers.ts';

/** A shop, its id in hex, the seed by its segment's key, and how many are sought. */
export interface SimilarTask extends DatabaseAddress {
  readonly shopId: string;
  readonly key: string;
  readonly size: number;
  readonly now: Date;
}

/** One thing that makes someone like the seed, with their own figure: minor units, orders, days, or a share of 0 to 1. */
export interface SimilarReason extends Pick<Reason, 'trait' | 'high'> {
  /** the family's name */
  readonly family?: string;
  readonly value: number;
}

/** The people like a seed, most alike first; `people` null: it is too small, or everyone who has bought. */
export interface Ranking {
  /** the seed's people who have bought */
  readonly seeds: number;
  /** everyone who has bought */
  readonly buyers: number;
  readonly people: readonly { readonly customerId: string; readonly reasons: readonly SimilarReason[] }[] | null;
  /** where there are none: what three in four of the seed reach, in each figure; null: nobody of it has bought */
  readonly rule: Rule | null;
}

/** Ranks those who have bought by how like the seed they are; left out: the seed, the blocked, those opted out, the shop's own people. Heavy: runs in a thread. */
export function rankSimilar(task: SimilarTask): Promise<Ranking> {
  return withDatabase(task, (db) => rank(db, new Types.ObjectId(task.shopId), task));
}

async function rank(db: Database, shopId: Types.ObjectId, { key, size, now }: SimilarTask): Promise<Ranking> {
  const profiles = (await readProfiles(db, shopId)).filter(hasBought);
  const shop = await getShop(db, shopId);
  const inSeed = await readIds(db, shopId, await segmentMembers(db, shop, key, now));
  const places = [...profiles.keys()];
  const isIn = (ids: ReadonlySet<string>) => (place: number) => ids.has(profiles[place]?._id.toHexString() ?? '');
  const seed = places.filter(isIn(inSeed));
  const counts = { seeds: seed.length, buyers: profiles.length };
  if (seed.length < FEWEST_SEEDS || seed.length === profiles.length) {
    return {
      ...counts,
      people: null,
      rule: ruleOf(
        profiles.filter((_, place) => isIn(inSeed)(place)),
        now,
      ),
    };
  }
  const { purchases, products } = await readPurchases(db, shopId, profiles, shop.timeZone);
  const families = findFamilies(products);
  const traits = traitsOf(profiles, purchases, products.length, families);
  const leftOut = await readLeftOut(db, shopId);
  const candidates = places.filter((place) => !isIn(inSeed)(place) && !isIn(leftOut)(place));
  const found = findLookalikes(traits, seed, candidates, size) ?? [];
  const people = found.map(({ place, reasons }) => ({
    customerId: profiles[place]?._id.toHexString() ?? '',
    reasons: reasons.map((reason) => withFigure(reason, traits, families, place)),
  }));
  return { ...counts, people, rule: null };
}

/** Who may not be chosen: blocked, without consent after a no, or an address of a member. */
async function readLeftOut(db: Database, shopId: Types.ObjectId): Promise<Set<string>> {
  const members = await db.members.find({ shopId }, { projection: { addresses: 1 } }).toArray();
  const own = members.flatMap(({ addresses }) => addresses);
  const optedOut = [
    { 'addresses.marketing': 'denied' as const },
    { 'addresses.marketing': { $ne: 'granted' as const } },
  ];
  return readIds(db, shopId, { $or: [{ blocked: true }, { $and: optedOut }, { 'addresses.key': { $in: own } }] });
}

async function readIds(db: Database, shopId: Types.ObjectId, who: Filter) {
  const ids = new Set<string>();
  for await (const { _id } of db.customers.find({ $and: [{ shopId }, who] }, { projection: { _id: 1 } })) {
    ids.add(_id.toHexString());
  }
  return ids;
}

const DAY_MS = 86_400_000;

function traitsOf(
  profiles: readonly Profile[],
  purchases: Purchases,
  products: number,
  families: readonly Family[],
): Traits {
  const { shares } = spendShares(profiles.length, purchases, products, families);
  const latest = profiles.reduce((last, { figures }) => Math.max(last, figures.lastOrderAt?.getTime() ?? 0), 0);
  const daysSince = (at: Date | null) => (latest - (at?.getTime() ?? latest)) / DAY_MS;
  return {
    money: profiles.map(({ figures }) => figures.totalSpent),
    frequency: profiles.map(({ figures }) => figures.orderCount),
    recency: profiles.map(({ figures }) => daysSince(figures.lastOrderAt)),
    tenure: profiles.map(({ figures }) => daysSince(figures.firstOrderAt)),
    shares: families.map((_, family) => shares.map((own) => own[family] ?? 0)),
  };
}

function withFigure({ trait, high, family }: Reason, traits: Traits, families: readonly Family[], place: number) {
  if (trait !== 'family') return { trait, high, value: traits[trait][place] ?? 0 };
  const index = family ?? 0;
  return { trait, high, family: families[index]?.name ?? '', value: traits.shares[index]?.[place] ?? 0 };
}

/** A rule that three in four of these reach, figure by figure. */
function ruleOf(seed: readonly Profile[], now: Date): Rule | null {
  if (seed.length === 0) return null;
  const quartile = (values: number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 4)] ?? 0;
  const age = ({ figures }: Profile) => Math.ceil((now.getTime() - (figures.lastOrderAt ?? now).getTime()) / DAY_MS);
  const leaf = (field: 'total_spent' | 'order_count', value: number): Rule => ({ field, op: 'gte', value });
  return {
    and: [
      leaf('total_spent', quartile(seed.map(({ figures }) => figures.totalSpent))),
      leaf('order_count', quartile(seed.map(({ figures }) => figures.orderCount))),
      { field: 'recency_days', op: 'lte', value: Math.max(0, -quartile(seed.map((one) => -age(one)))) },
    ],
  };
}
