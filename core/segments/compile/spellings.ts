import type { Types } from 'mongoose';
import type { Database } from '../../db/database.ts';
import { foldText } from '../rule/foldText.ts';
import type { Segment } from '../segment.model.ts';

/**
 * How a shop itself writes the words that a rule names: no engine here compares without regard to case and spaces. Each
 * thing is looked up once for all conditions of a rule.
 */
export class Spellings {
  readonly #db: Database;
  readonly #shopId: Types.ObjectId;
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(db: Database, shopId: Types.ObjectId) {
    this.#db = db;
    this.#shopId = shopId;
  }

  /** The customers' values at `path` that are one of the words; `plain` is what of a value is compared. */
  async ofCustomers(path: string, words: readonly string[], plain = (value: string) => value): Promise<string[]> {
    const { customers } = this.#db;
    // Texts only, where there is one at most: then an index need not look at those who have none.
    const texts = { shopId: this.#shopId, ...(path === 'tags' ? {} : { [path]: { $gte: '' } }) };
    const values = await this.#once(`customers ${path}`, () => customers.distinct(path, texts));
    const isMeant = oneOf(words);
    return values.filter((value: unknown): value is string => typeof value === 'string' && isMeant(plain(value)));
  }

  /** SKUs of the product with this name or SKU, or of the category's products. */
  async skus(field: 'product' | 'category', word: string): Promise<string[]> {
    const projection = { _id: 0, sku: 1, name: 1, category: 1 };
    const products = await this.#once('products', () =>
      this.#db.products.find({ shopId: this.#shopId }, { projection }).toArray(),
    );
    const isMeant = oneOf([word]);
    const meant = products.filter(({ sku, name, category }) =>
      field === 'category' ? category !== undefined && isMeant(category) : isMeant(sku) || isMeant(name ?? ''),
    );
    return meant.map(({ sku }) => sku);
  }

  async campaigns(word: string): Promise<Types.ObjectId[]> {
    const campaigns = await this.#once('campaigns', () =>
      this.#db.campaigns.find({ shopId: this.#shopId }, { projection: { name: 1 } }).toArray(),
    );
    const isMeant = oneOf([word]);
    return campaigns.filter(({ name }) => isMeant(name)).map(({ _id }) => _id);
  }

  /** The saved segments, or the static lists, with these names. */
  async segments(kind: 'saved' | 'list', words: readonly string[]): Promise<Types.ObjectId[]> {
    const segments = await this.#once('segments', () =>
      this.#db.segments
        .find({ shopId: this.#shopId, nameKey: { $exists: true } }, { projection: { kind: 1, label: 1 } })
        .toArray(),
    );
    const isMeant = oneOf(words);
    const named = segments as Pick<Segment, '_id' | 'kind' | 'label'>[];
    return named.filter((one) => one.kind === kind && isMeant(one.label)).map(({ _id }) => _id);
  }

  #once<T>(name: string, look: () => Promise<T>): Promise<T> {
    const known = this.#known.get(name) ?? look();
    this.#known.set(name, known);
    return known as Promise<T>;
  }
}

function oneOf(words: readonly string[]): (text: string) => boolean {
  const folded = new Set(words.map(foldText));
  return (text) => folded.has(foldText(text));
}
