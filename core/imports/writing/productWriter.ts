import type { Product } from '../../products/product.model.ts';
import { readText } from '../cells/readWord.ts';
import { copyText } from '../rows/memoise.ts';
import type { Line } from '../rows/readLine.ts';
import { type Change, noteChanged, noteCreated } from './journal.ts';
import { idsOf, piecesOf, type Run } from './run.ts';

/** What the file says last of one product; a name on a real sale outweighs one on a correction ("damaged", "?"). */
interface Seen {
  serial: number;
  /** the cell that the name was read from */
  cell: string;
  name: string;
  nameAt: number;
  nameSold: boolean;
  category: string;
  price: number | undefined;
  priceAt: number;
}

const BATCH = 1_000;
/** Products kept in memory before they are written. */
const MOST = 100_000;

/** Gathers products while rows pass and writes them: latest name, category and price, blank never overwrites. */
export class ProductWriter {
  readonly #run: Run;
  #seen = new Map<string, Seen>();
  #serial = 0;
  /** products of the file that have been looked up, made, changed or not */
  total = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Notes the product of a row. `sold`: quantity and price above 0. */
  add(line: Pick<Line, 'sku' | 'productName' | 'category' | 'unitPrice'>, at: number, sold: boolean): void {
    let seen = this.#seen.get(line.sku);
    if (!seen) {
      seen = {
        serial: this.#serial++,
        cell: '',
        name: '',
        nameAt: 0,
        nameSold: false,
        category: '',
        price: undefined,
        priceAt: 0,
      };
      this.#seen.set(line.sku, seen);
    }
    if (line.productName !== '') nameProduct(seen, line.productName, at, sold);
    if (line.category !== '') seen.category = line.category;
    if (sold && (seen.price === undefined || at >= seen.priceAt)) {
      seen.price = Math.round(line.unitPrice);
      seen.priceAt = at;
    }
  }

  get isFull(): boolean {
    return this.#seen.size >= MOST;
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    const seen = [...this.#seen];
    this.#seen = new Map();
    this.total += seen.length;
    for (const piece of piecesOf(seen, BATCH)) await this.#write(piece);
  }

  async #write(batch: readonly [string, Seen][]): Promise<void> {
    const { db, shopId, startedAt } = this.#run;
    const idOf = idsOf(this.#run, 'products');
    const found = await db.products.find({ shopId, sku: { $in: batch.map(([sku]) => sku) } }).toArray();
    const known = new Map(found.map((product) => [product.sku, product]));
    const created: Product[] = [];
    const changes: (Change & { changed: Record<string, unknown> })[] = [];
    for (const [sku, { serial, name, category, price }] of batch) {
      const before = known.get(sku);
      if (!before) {
        const dates = { createdAt: startedAt, updatedAt: startedAt };
        const optional = { ...(category ? { category } : {}), ...(price === undefined ? {} : { price }) };
        created.push({ _id: idOf(serial), shopId, sku, name: name || sku, ...optional, ...dates });
        continue;
      }
      const changed = {
        ...(name && name !== before.name ? { name } : {}),
        ...(category && category !== before.category ? { category } : {}),
        ...(price !== undefined && price !== before.price ? { price } : {}),
      };
      if (Object.keys(changed).length > 0)
        changes.push({ id: before._id, before, changed: { ...changed, updatedAt: startedAt } });
    }
    if (created.length > 0) {
      await noteCreated(
        this.#run,
        'products',
        created.map(({ _id }) => _id),
      );
      await db.products.insertMany(created, { ordered: false });
    }
    if (changes.length === 0) return;
    await noteChanged(this.#run, 'products', changes);
    await db.products.bulkWrite(
      changes.map(({ id, changed }) => ({ updateOne: { filter: { _id: id, shopId }, update: { $set: changed } } })),
      { ordered: false },
    );
  }
}

function nameProduct(seen: Seen, cell: string, at: number, sold: boolean): void {
  const outweighs = seen.name === '' || (sold === seen.nameSold ? at >= seen.nameAt : sold);
  if (!outweighs) return;
  if (cell !== seen.cell) {
    const name = readText(cell);
    if (name === '') return;
    seen.cell = copyText(cell);
    seen.name = copyText(name);
  }
  seen.nameAt = at;
  seen.nameSold = sold;
}
