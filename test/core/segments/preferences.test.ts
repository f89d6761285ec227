import { describe, expect, it } from 'vitest';
import { seeded } from '../../../core/seeded.ts';
import { findFamilies, type SoldProduct } from '../../../core/segments/families.ts';
import { findPreferences, type Purchases } from '../../../core/segments/preferences.ts';

const KINDS = ['Tea', 'Saree', 'Soap'];
const products: SoldProduct[] = KINDS.flatMap((kind) =>
  ['Red', 'Blue', 'Old Kandy', 'Large'].map((look, index) => ({ name: `${look} ${kind}s`, spent: 1000 - index })),
);

/** 90 customers who mostly buy one kind each, and a little of the others. */
function purchasesOfThree(seed = 3): Purchases {
  const random = seeded(seed);
  const purchases: Purchases = { customer: [], product: [], amount: [], times: [] };
  for (let customer = 0; customer < 90; customer++) {
    for (let purchase = 0; purchase < 6; purchase++) {
      const kind = random() < 0.9 ? customer % 3 : Math.floor(random() * 3);
      purchases.customer.push(customer);
      purchases.product.push(kind * 4 + Math.floor(random() * 4));
      purchases.amount.push(100 + Math.floor(random() * 50));
      purchases.times.push(1);
    }
  }
  return purchases;
}

describe('families', () => {
  it('are the categories where products have them', () => {
    const sold = products.map((product, index) => ({ ...product, category: index < 5 ? 'Drinks' : 'Clothes' }));
    expect(findFamilies(sold).map(({ name, products: own }) => [name, own.length])).toEqual([
      ['Clothes', 7],
      ['Drinks', 5],
    ]);
  });

  it('are the words that say what a thing is, not its colour, size or number', () => {
    expect(
      findFamilies(products)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['saree', 'soap', 'tea']);
  });

  it('are named by two words where those are said together', () => {
    const bags = ['Lunch bag red', 'Lunch bag blue', 'Lunch bags spotty', 'Paper bag'].map((name) => ({
      name,
      spent: 10,
    }));
    expect(findFamilies(bags).map(({ name }) => name)).toEqual(['lunch bag']);
  });

  it('hold a product once and none for names without words', () => {
    const families = findFamilies([...products, { name: '85123A', spent: 9 }, { name: '', spent: 9 }]);
    const held = families.flatMap((family) => family.products);
    expect(new Set(held).size).toBe(held.length);
    expect(findFamilies([{ name: '1 2 3', spent: 5 }])).toEqual([]);
  });

  it('read Sinhala and Tamil names', () => {
    const tea = ['කොළ තේ', 'කළු තේ', 'සුදු තේ', 'பச்சை தேநீர்', 'கருப்பு தேநீர்', 'வெள்ளை தேநீர்'].map((name) => ({
      name,
      spent: 1,
    }));
    expect(
      findFamilies(tea)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['තේ', 'தேநீர்'].sort());
  });
});

describe('preferences', () => {
  const families = findFamilies(products);

  it('find who likes what and say it in the shop’s words', () => {
    const found = findPreferences(90, purchasesOfThree(), products.length, families, []);
    expect(found?.groups.map(({ slug }) => slug).sort()).toEqual(['saree', 'soap', 'tea']);
    for (const [customer, group] of (found?.members ?? []).entries()) {
      expect(found?.groups[group]?.label).toBe(KINDS[customer % 3]?.toLowerCase());
    }
  });

  it('name only products of what sets a group apart', () => {
    const found = findPreferences(90, purchasesOfThree(), products.length, families, []);
    const soap = found?.groups.find(({ slug }) => slug === 'soap');
    expect(soap?.products.toSorted((a, b) => a - b)).toEqual([8, 9, 10, 11]);
  });

  it('are the same for the same purchases', () => {
    const once = findPreferences(90, purchasesOfThree(), products.length, families, []);
    expect(findPreferences(90, purchasesOfThree(), products.length, families, [])).toEqual(once);
  });

  it('keep the names they had, with the same purchases and with new ones', () => {
    const once = findPreferences(90, purchasesOfThree(), products.length, families, []);
    const groups = once?.groups ?? [];
    expect(findPreferences(90, purchasesOfThree(), products.length, families, groups)).toEqual(once);
    const former = groups.map((group) => ({ ...group, slug: `was-${group.slug}`, label: `was ${group.label}` }));
    const later = findPreferences(90, purchasesOfThree(11), products.length, families.toReversed(), former);
    for (const [customer, group] of (later?.members ?? []).entries()) {
      expect(later?.groups[group]?.label).toBe(`was ${KINDS[customer % 3]?.toLowerCase()}`);
    }
  });

  it('give a group that is new a name that no other has', () => {
    const groups = findPreferences(90, purchasesOfThree(), products.length, families, [])?.groups ?? [];
    const former = groups
      .filter(({ slug }) => slug !== 'soap')
      .map((group) => (group.slug === 'tea' ? { ...group, slug: 'soap' } : group));
    const later = findPreferences(90, purchasesOfThree(11), products.length, families, former);
    expect(later?.groups.map(({ slug, label }) => [slug, label]).sort()).toEqual([
      ['saree', 'saree'],
      ['soap', 'tea'],
      ['soap-2', 'soap'],
    ]);
  });

  it('put someone with one purchase into the nearest group and someone without into none', () => {
    const { customer, product, amount, times } = purchasesOfThree();
    const purchases = {
      customer: [...customer, 90],
      product: [...product, 9],
      amount: [...amount, 1],
      times: [...times, 1],
    };
    const found = findPreferences(92, purchases, products.length, families, []);
    expect(found?.groups[found.members[90] ?? -1]?.slug).toBe('soap');
    expect(found?.members[91]).toBe(-1);
  });

  it('are null for few buyers, one family, or all alike', () => {
    const few = { customer: [0, 1], product: [0, 4], amount: [5, 5], times: [1, 1] };
    expect(findPreferences(2, few, products.length, families, [])).toBeNull();
    expect(findPreferences(90, purchasesOfThree(), products.length, families.slice(0, 1), [])).toBeNull();
    const customers = [...Array(30).keys()];
    const alike = {
      customer: customers,
      product: customers.map(() => 0),
      amount: customers.map(() => 5),
      times: customers.map(() => 1),
    };
    expect(findPreferences(30, alike, products.length, families, [])).toBeNull();
  });

  it('fit a button even for long names in Sinhala', () => {
    const long = families.map((family, index) => ({ ...family, name: `${'අතින් වියන ලද සාරි '.repeat(4)}${index}` }));
    const found = findPreferences(90, purchasesOfThree(), products.length, long, []);
    const slugs = found?.groups.map(({ slug }) => slug) ?? [];
    expect(new Set(slugs).size).toBe(3);
    for (const slug of slugs) expect(Buffer.byteLength(`campaign.segment:preference:${slug}`)).toBeLessThanOrEqual(64);
  });
});
