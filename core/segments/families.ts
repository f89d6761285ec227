/** A product as preferences see it: its name or category and what was spent on it. */
export interface SoldProduct {
  readonly name: string;
  readonly category?: string;
  /** minor units */
  readonly spent: number;
}

/** What people can prefer: its name in the shop's own words, and the products (by their place in the list) it holds. */
export interface Family {
  readonly name: string;
  readonly products: readonly number[];
}

const MOST_FAMILIES = 12;
/** A word makes a family when so many products carry it. */
const FEWEST_PRODUCTS = 3;
/** Products with a category must bring this share of the money for categories to be used. */
const CATEGORISED_SHARE = 0.5;
/** Two words name a family when together they bring this share of its money. */
const PAIR_SHARE = 0.6;

/** Words that say how a thing looks, how many come, or what is charged, but not what it is. */
const NOT_TELLING = new Set(
  (
    'a an and any all for from in into of off on or the to with without by at as per plus no non new old set pack packs ' +
    'pair box of assorted asstd design designs colour color colours style type size piece pieces pcs pc unit units tier ' +
    'small large big mini jumbo medium giant little tiny long short tall slim wide extra super great best classic deluxe ' +
    'red blue green white black pink ivory cream yellow orange purple brown grey gray silver gold golden turquoise ' +
    'multicolour natural antique vintage retro retrospot spotty polkadot polka dot dots spot stripe striped check ' +
    'one two three four five six seven eight nine ten dozen half double single ' +
    'kg g gm gms ml l ltr litre liter cm mm inch ft pkt packet bottle btl sachet ' +
    'postage carriage delivery shipping discount manual fee fees charge charges commission adjust bad debt sample samples ' +
    'dotcom amazon bank voucher credit'
  ).split(' '),
);

/** What the shop's products are grouped by: their categories, else families found in their names; by spend, at most MOST_FAMILIES. */
export function findFamilies(products: readonly SoldProduct[]): Family[] {
  const total = sumOf(products, products.keys());
  const categories = groupByCategory(products);
  const categorised = categories.reduce((sum, category) => sum + sumOf(products, category.products), 0);
  if (categories.length >= 2 && categorised >= CATEGORISED_SHARE * total) return categories.slice(0, MOST_FAMILIES);
  return familiesFromNames(products);
}

function groupByCategory(products: readonly SoldProduct[]): Family[] {
  const groups = new Map<string, number[]>();
  for (const [index, { category }] of products.entries()) {
    if (category) pushTo(groups, category, index);
  }
  return bySpend(
    products,
    [...groups].map(([name, members]) => ({ name, products: members })),
  );
}

/**
 * Greedy cover: again and again the word whose products, not yet in a family, brought most money becomes the next
 * family. A product so belongs to one family at most; colours, sizes, numbers and charges name none.
 */
function familiesFromNames(products: readonly SoldProduct[]): Family[] {
  const words = products.map((product) => tellingWords(product.name));
  const byWord = new Map<string, number[]>();
  for (const [index, own] of words.entries()) for (const word of new Set(own)) pushTo(byWord, word, index);
  const free = new Set(products.keys());
  const families: Family[] = [];
  while (families.length < MOST_FAMILIES) {
    let best: { word: string; members: number[]; spent: number } | undefined;
    for (const [word, carriers] of byWord) {
      const members = carriers.filter((index) => free.has(index));
      const spent = sumOf(products, members);
      if (members.length < FEWEST_PRODUCTS || spent <= 0) byWord.delete(word);
      else if (!best || spent > best.spent || (spent === best.spent && word < best.word))
        best = { word, members, spent };
    }
    if (!best) break;
    families.push({ name: nameOf(best.word, best.members, words, products), products: best.members });
    for (const index of best.members) free.delete(index);
  }
  return families;
}

/** `cakestand` becomes `regency cakestand` when that pair brings most of the family's money. */
function nameOf(
  word: string,
  members: readonly number[],
  words: readonly string[][],
  products: readonly SoldProduct[],
) {
  const pairs = new Map<string, number>();
  for (const index of members) {
    const own = words[index] ?? [];
    const at = own.indexOf(word);
    for (const pair of [own.slice(at - 1, at + 1), own.slice(at, at + 2)].filter((two) => two.length === 2)) {
      const name = pair.join(' ');
      pairs.set(name, (pairs.get(name) ?? 0) + (products[index]?.spent ?? 0));
    }
  }
  const [best] = [...pairs].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best && best[1] >= PAIR_SHARE * sumOf(products, members) ? best[0] : word;
}

/** The words of a name in lower case and in the singular (English), in any script, without those that tell nothing. */
function tellingWords(name: string): string[] {
  const words =
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}][\p{L}\p{M}\p{N}'’-]+/gu) ?? [];
  return words.map(singular).filter((word) => !NOT_TELLING.has(word));
}

function singular(word: string): string {
  if (/^[a-z-]{2,}ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/^[a-z-]{2,}(ch|sh|ss|x)es$/.test(word)) return word.slice(0, -2);
  return /^[a-z-]{2,}[^siu']s$/.test(word) && word !== 'christmas' ? word.slice(0, -1) : word;
}

function bySpend(products: readonly SoldProduct[], families: readonly Family[]): Family[] {
  const spent = new Map(families.map((family) => [family, sumOf(products, family.products)]));
  return families.toSorted((a, b) => (spent.get(b) ?? 0) - (spent.get(a) ?? 0) || (a.name < b.name ? -1 : 1));
}

function sumOf(products: readonly SoldProduct[], indexes: Iterable<number>): number {
  let sum = 0;
  for (const index of indexes) sum += products[index]?.spent ?? 0;
  return sum;
}

function pushTo(groups: Map<string, number[]>, key: string, value: number): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
