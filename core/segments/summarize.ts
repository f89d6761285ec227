import { GENDERS } from '../customers/customer.model.ts';
import { LANGUAGES } from '../message.ts';
import { AGE_BANDS, ageBandName, birthdaysOf } from './ageBands.ts';
import type { Preferences, Purchases } from './preferences.ts';
import { WEAK_SILHOUETTE } from './preferences.ts';
import type { BoughtProduct, Profile } from './readShop.ts';
import { type GridCount, gridColumn, VALUE_SEGMENTS, valueSegment } from './rfm.ts';
import { foldText } from './rule/foldText.ts';
import { hasBought } from './scoreCustomers.ts';
import { quintileEdges } from './scoreEdges.ts';
import type { Segment } from './segment.model.ts';

/** A segment's row as a refresh makes it. */
export type SegmentRow = Omit<Segment, '_id' | 'shopId' | 'refreshedAt'>;

/** A field makes segments when so many of the customers have it. */
const FILLED_SHARE = 0.1;
const MOST_CITIES = 20;
const TOP_PRODUCTS = 10;

/** The rows of all segments: everyone, every value segment, every preference, the ages, genders, cities and languages that the data has. */
export function summarize(
  profiles: readonly Profile[],
  purchases: Purchases,
  products: readonly BoughtProduct[],
  preferences: Preferences | null,
  now: Date,
  timeZone: string,
): SegmentRow[] {
  const groups = [
    { ...group('all', '', 0, [...profiles.keys()], edgesOf(profiles)), key: 'all' },
    ...groupByValue(profiles),
    ...groupByPreference(preferences),
    ...groupByGender(profiles),
    ...groupByAge(profiles, now, timeZone),
    ...groupByCity(profiles),
    ...groupByLanguage(profiles),
  ];
  const top = topProducts(groups, profiles.length, purchases, products);
  return groups.map(({ members, products: _, ...row }, index) => ({
    ...row,
    ...sums(members.map((member) => profiles[member]).filter((profile) => profile !== undefined)),
    topProducts: top[index] ?? [],
  }));
}

/** A segment with its members by their place among the profiles. */
type Group = Pick<
  Segment,
  'kind' | 'key' | 'label' | 'position' | 'cells' | 'words' | 'weak' | 'families' | 'edges'
> & {
  members: number[];
  /** the only products to be named, by place; empty: any */
  products: readonly number[];
};

function group(
  kind: Segment['kind'],
  name: string,
  position: number,
  members: number[],
  more: Partial<Group> = {},
): Group {
  return {
    kind,
    key: `${kind}:${name}`,
    label: '',
    position,
    cells: [],
    words: [],
    weak: false,
    products: [],
    members,
    ...more,
  };
}

function groupByValue(profiles: readonly Profile[]): Group[] {
  const named = VALUE_SEGMENTS.map((name, position) => {
    const members = placesWhere(profiles, ({ value }) => value?.segment === name);
    return group('value', name, position, members, { cells: cellsOf(name, profiles, members) });
  });
  const none = placesWhere(profiles, (profile) => !hasBought(profile));
  return [...named, group('value', 'none', named.length, none)];
}

/** Where the fifths of all who have bought begin and end; nothing where nobody has. */
function edgesOf(profiles: readonly Profile[]): Pick<Segment, 'edges'> {
  const values = profiles.flatMap(({ value }) => (value ? [value] : []));
  if (values.length === 0) return {};
  return {
    edges: {
      recency: quintileEdges(values.map(({ recencyDays }) => recencyDays)),
      frequency: quintileEdges(values.map(({ frequency }) => frequency)),
      money: quintileEdges(values.map(({ money }) => money)),
    },
  };
}

/** The grid's cells that make this segment, people counted, empty ones too. */
function cellsOf(name: string, profiles: readonly Profile[], members: readonly number[]): GridCount[] {
  const scores = [1, 2, 3, 4, 5];
  return scores.flatMap((recency) =>
    scores
      .filter((frequency) => valueSegment(recency, frequency) === name)
      .map((frequency) => ({
        recency,
        frequency,
        size: members.filter((member) => {
          const value = profiles[member]?.value;
          return value?.r === recency && gridColumn(value.f, value.m) === frequency;
        }).length,
      })),
  );
}

function groupByPreference(preferences: Preferences | null): Group[] {
  if (!preferences) return [];
  const weak = preferences.silhouette < WEAK_SILHOUETTE;
  return preferences.groups.map(({ slug, label, words, products, families }, position) => {
    const members = [...preferences.members.keys()].filter((member) => preferences.members[member] === position);
    const more = { label, words: [...words], weak, products, families: [...families] };
    return group('preference', slug, position, members, more);
  });
}

function groupByGender(profiles: readonly Profile[]): Group[] {
  if (!isFilled(profiles, 'gender')) return [];
  return GENDERS.map((gender, position) =>
    group(
      'demographic',
      `gender:${gender}`,
      position,
      placesWhere(profiles, (profile) => profile.gender === gender),
    ),
  ).filter(({ members }) => members.length > 0);
}

function groupByAge(profiles: readonly Profile[], now: Date, timeZone: string): Group[] {
  if (!isFilled(profiles, 'birthday')) return [];
  return AGE_BANDS.map((band, position) => {
    const { $gt: after, $lte: until } = birthdaysOf(band, now, timeZone);
    const members = placesWhere(
      profiles,
      ({ birthday }) => birthday !== undefined && birthday <= until && (after === undefined || birthday > after),
    );
    return group('demographic', `age:${ageBandName(band)}`, position, members);
  }).filter(({ members }) => members.length > 0);
}

/** The cities with most people. */
function groupByCity(profiles: readonly Profile[]): Group[] {
  if (!isFilled(profiles, 'city')) return [];
  const written = new Map<string, number[]>();
  for (const [place, { city }] of profiles.entries()) {
    const members = city ? written.get(city) : undefined;
    if (members) members.push(place);
    else if (city) written.set(city, [place]);
  }
  return alike(written)
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_CITIES)
    .map(([city, members], position) => group('demographic', `city:${city}`, position, members));
}

/** As rules compare words, `KANDY` and `Kandy` are one city; it is called as most people have it. */
function alike(written: ReadonlyMap<string, number[]>): [string, number[]][] {
  const cities = new Map<string, [string, number[]][]>();
  for (const one of written) cities.set(foldText(one[0]), [...(cities.get(foldText(one[0])) ?? []), one]);
  return [...cities.values()].map((spellings) => {
    const [[name] = ['']] = spellings.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
    return [name, spellings.flatMap(([, members]) => members).sort((a, b) => a - b)];
  });
}

function groupByLanguage(profiles: readonly Profile[]): Group[] {
  if (!isFilled(profiles, 'language')) return [];
  return LANGUAGES.map((language, position) =>
    group(
      'demographic',
      `language:${language}`,
      position,
      placesWhere(profiles, (profile) => profile.language === language),
    ),
  ).filter(({ members }) => members.length > 0);
}

function isFilled(profiles: readonly Profile[], field: 'city' | 'gender' | 'birthday' | 'language'): boolean {
  const filled = placesWhere(profiles, (profile) => Boolean(profile[field])).length;
  return filled > 0 && filled >= FILLED_SHARE * profiles.length;
}

function placesWhere(profiles: readonly Profile[], test: (profile: Profile) => boolean): number[] {
  return [...profiles.keys()].filter((place) => test(profiles[place] as Profile));
}

function sums(members: readonly Profile[]) {
  const total = { size: members.length, revenue: 0, orders: 0, buyers: 0, recencyDays: 0 };
  for (const { figures, value } of members) {
    total.revenue += figures.totalSpent;
    total.orders += figures.orderCount;
    total.buyers += value ? 1 : 0;
    total.recencyDays += value?.recencyDays ?? 0;
  }
  return total;
}

/** For each group what its members spent most on: one pass over the lines. */
function topProducts(
  groups: readonly Group[],
  customers: number,
  purchases: Purchases,
  products: readonly BoughtProduct[],
): Segment['topProducts'][] {
  const groupsOf = Array.from({ length: customers }, (): number[] => []);
  for (const [index, { members }] of groups.entries()) for (const member of members) groupsOf[member]?.push(index);
  const spent = groups.map(() => new Float64Array(products.length));
  for (const [index, customer] of purchases.customer.entries()) {
    const product = purchases.product[index] ?? 0;
    for (const own of groupsOf[customer] ?? []) {
      const amounts = spent[own];
      if (amounts) amounts[product] = (amounts[product] ?? 0) + (purchases.amount[index] ?? 0);
    }
  }
  return spent.map((amounts, index) => {
    const only = groups[index]?.products ?? [];
    return (only.length > 0 ? only : [...products.keys()])
      .map((place) => ({ name: '', sku: '', ...products[place], amount: amounts[place] ?? 0 }))
      .filter(({ amount }) => amount > 0)
      .sort((a, b) => b.amount - a.amount || (a.sku < b.sku ? -1 : 1))
      .slice(0, TOP_PRODUCTS)
      .map(({ name, amount }) => ({ name, amount }));
  });
}
