import { Types } from 'mongoose';
import { updateFigures } from '../../customers/updateFigures.ts';
import { columnsOf, type Plan } from '../plan.ts';
import { readRows } from '../reading/readRows.ts';
import { copyText } from '../rows/memoise.ts';
import type { Problem } from '../rows/problem.ts';
import { emptyLine, lineReader } from '../rows/readLine.ts';
import { personReader } from '../rows/readPerson.ts';
import { CustomerIndex } from './customerIndex.ts';
import { groupOrders, type OrderRows } from './groupOrders.ts';
import { OrderWriter } from './orderWriter.ts';
import { PeopleWriter, type PersonRow } from './peopleWriter.ts';
import { ProductWriter } from './productWriter.ts';
import { RowStore } from './rowStore.ts';
import type { Run } from './run.ts';
import { extraCells, type Source, type Tally } from './source.ts';

/** Rows of one part: what grouping holds in memory at once, about 60 bytes each. */
const PART_ROWS = 300_000;
const PEOPLE = 1_000;
const ORDERS = 1_000;
const ORDER_ROWS = 20_000;
const IN_FLIGHT = 2;
/** Of the work, the share that is done when every row has been read. */
const READ_SHARE = 0.4;

/**
 * Imports sales, a row an order or a row a line: reads and checks every row, makes the customers and products in it,
 * then brings each order's rows together and writes the orders, and last the customers' figures.
 */
export async function importSales(run: Run, source: Source): Promise<Tally> {
  const parts = Math.max(1, Math.ceil(run.plan.table.approxRows / PART_ROWS));
  const store = new RowStore(source.folder, parts);
  const people = new People(run);
  const products = new ProductWriter(run);
  const rows = await readSales(run, source, { store, people, products });
  await people.flush();
  await products.flush();
  const orders = new OrderWriter(run, (key) => people.index.get(key));
  await writeOrders(run, source, { store, index: people.index, orders, rows });
  const touched = [...orders.touched].map((id) => new Types.ObjectId(id));
  await updateFigures(run.db, run.shopId, run.again ? 'all' : touched);
  return { rows, orders: orders.total, products: products.total, customers: people.total, sales: orders.sales };
}

interface Sinks {
  store: RowStore;
  people: People;
  products: ProductWriter;
}

async function readSales(run: Run, source: Source, { store, people, products }: Sinks): Promise<number> {
  const { plan, badRows } = run;
  const readLine = lineReader(plan);
  const numbered = columnsOf(plan, 'orderNumber').length > 0;
  const itemised = plan.kind === 'order_lines';
  const width = plan.table.header.length;
  const line = emptyLine();
  let rows = 0;
  let problems: Problem[] = [];
  for await (const batch of readRows(source.path, plan.table, { batchRows: 5_000, signal: source.signal })) {
    for (let i = 0; i < batch.rows.length; i++) {
      const row = batch.rows[i] as string[];
      if (problems.length > 0) problems = [];
      if (row.length > width) problems.push(...extraCells(row, width));
      const sound = readLine(row, line, problems) && problems.length === 0;
      const who = people.read(row, batch.lines[i] ?? 0);
      if (!sound) {
        badRows.add(row, batch.lines[i] ?? 0, problems);
        continue;
      }
      if (who.problems.length > 0) badRows.add(row, batch.lines[i] ?? 0, who.problems);
      // Without numbers, what one person buys at one moment is an order.
      if (!numbered) line.number = `${new Date(line.at).toISOString().slice(0, 19)} ${who.key}`.trim();
      store.add(line, batch.lines[i] ?? 0, who.key);
      if (itemised) products.add(line, line.at, line.quantity > 0 && line.unitPrice > 0);
    }
    rows += batch.rows.length;
    source.report(rows * READ_SHARE, rows, batch.bytesRead / batch.bytesTotal);
    await people.write();
    if (products.isFull) await products.flush();
    await store.settle();
    await badRows.settle();
  }
  await store.seal();
  return rows;
}

async function writeOrders(
  run: Run,
  source: Source,
  { store, index, orders, rows }: { store: RowStore; index: CustomerIndex; orders: OrderWriter; rows: number },
): Promise<void> {
  const pending = new Set<Promise<void>>();
  let serial = 0;
  let written = 0;
  const write = async (batch: OrderRows[]): Promise<void> => {
    await index.load(batch.map(({ person }) => person));
    await orders.write(batch);
    for (const order of batch) written += order.lines.length;
    source.report(rows * READ_SHARE + written * (1 - READ_SHARE), rows, 1);
  };
  const send = async (batch: OrderRows[]): Promise<void> => {
    source.signal.throwIfAborted();
    while (pending.size >= IN_FLIGHT) await Promise.race(pending);
    const sent = write(batch).finally(() => pending.delete(sent));
    pending.add(sent);
    sent.catch(() => undefined);
  };
  for (let part = 0; part < store.parts; part++) {
    let batch: OrderRows[] = [];
    let size = 0;
    for await (const order of groupOrders(store.read(part), serial)) {
      serial = order.serial + 1;
      batch.push(order);
      size += order.lines.length;
      if (batch.length < ORDERS && size < ORDER_ROWS) continue;
      await send(batch);
      batch = [];
      size = 0;
    }
    if (batch.length > 0) await send(batch);
  }
  await Promise.all(pending);
  await run.badRows.settle();
}

/** A row's person: who it is within the file, and what is wrong with the cells about them. */
interface Who {
  key: string;
  problems: Problem[];
}

const NOBODY: Who = { key: '', problems: [] };
const MOST_KNOWN = 200_000;

/** The people of a file of sales: each is read once and written in batches while rows pass. */
class People {
  readonly index: CustomerIndex;
  /** people of the file */
  total = 0;
  readonly #writer: PeopleWriter;
  readonly #read: ReturnType<typeof personReader>;
  readonly #columns: number[];
  readonly #known = new Map<string, Who>();
  #waiting: (PersonRow & { row: string[]; line: number })[] = [];
  #writing: Promise<void> = Promise.resolve();
  #serial = 0;
  #lastRow: string[] | null = null;
  #last: Who = NOBODY;
  readonly #run: Run;
  readonly #seen = new Set<string>();

  constructor(run: Run) {
    this.#run = run;
    this.index = new CustomerIndex(run);
    this.#writer = new PeopleWriter(run, 'fill');
    this.#read = personReader(run.plan, run.startedAt);
    this.#columns = personColumns(run.plan);
  }

  read(row: string[], line: number): Who {
    const columns = this.#columns;
    if (columns.length === 0) return NOBODY;
    // The rows of an order mostly stand together.
    if (this.#sameAsLast(row)) return this.#last;
    const raw = columns.map((column) => row[column] ?? '').join('\u001f');
    const known = this.#known.get(raw);
    if (known) return this.#remember(row, known);
    const problems: Problem[] = [];
    const person = this.#read(row, problems);
    const who = { key: person.key, problems };
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(copyText(raw), who);
    if (person.key !== '') this.#waiting.push({ person, serial: this.#serial++, row: row.map(copyText), line });
    return this.#remember(row, who);
  }

  #sameAsLast(row: string[]): boolean {
    const last = this.#lastRow;
    if (!last) return false;
    for (const column of this.#columns) if (row[column] !== last[column]) return false;
    return true;
  }

  #remember(row: string[], who: Who): Who {
    this.#lastRow = row;
    this.#last = who;
    return who;
  }

  /** Sends full batches on their way; the one before must have arrived. */
  async write(least = PEOPLE): Promise<void> {
    while (this.#waiting.length >= least && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, PEOPLE);
      await this.#writing;
      this.#writing = this.#save(batch);
      this.#writing.catch(() => undefined);
    }
  }

  async flush(): Promise<void> {
    await this.write(1);
    await this.#writing;
  }

  async #save(batch: (PersonRow & { row: string[]; line: number })[]): Promise<void> {
    const settled = await this.#writer.write(batch);
    for (const [i, { person, row, line }] of batch.entries()) {
      const { customerId, problems } = settled[i] ?? { customerId: null, problems: [] };
      this.index.set(person.key, customerId);
      if (customerId) this.#count(customerId);
      // The sale of a person who was forgotten stays, without them.
      if (customerId && problems.length > 0) this.#run.badRows.add(row, line, problems);
    }
  }

  #count(customerId: Types.ObjectId): void {
    this.#seen.add(customerId.toHexString());
    this.total = this.#seen.size;
  }
}

function personColumns(plan: Plan): number[] {
  return columnsOf(
    plan,
    'customerId',
    'name',
    'firstName',
    'lastName',
    'phone',
    'email',
    'city',
    'country',
    'marketing',
    'marketingSms',
    'marketingWhatsapp',
    'marketingEmail',
  ).map(({ index }) => index);
}
