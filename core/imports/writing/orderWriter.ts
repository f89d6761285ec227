import type { Types } from 'mongoose';
import type { Order, OrderLine } from '../../orders/order.model.ts';
import type { SalesCounts } from '../import.model.ts';
import type { OrderRows } from './groupOrders.ts';
import { noteChanged, noteCreatedTogether } from './journal.ts';
import { idsOf, type Run } from './run.ts';
import { NO_SALES } from './source.ts';

/** Writes orders: new ones are made, those that differ get the file's content, equal ones are left alone. */
export class OrderWriter {
  readonly #run: Run;
  readonly #idOf: (serial: number) => Types.ObjectId;
  readonly #customers: (key: string) => Types.ObjectId | undefined;
  #empty: boolean | null = null;
  /** orders of the file, made, changed or not */
  total = 0;
  readonly sales: SalesCounts = { ...NO_SALES };
  /** customers whose orders were made or changed, hex */
  readonly touched = new Set<string>();

  /** `customers` knows the customer of each person of the file. */
  constructor(run: Run, customers: (key: string) => Types.ObjectId | undefined) {
    this.#run = run;
    this.#idOf = idsOf(run, 'orders');
    this.#customers = customers;
  }

  async write(batch: readonly OrderRows[]): Promise<void> {
    const { db, shopId } = this.#run;
    // A shop's first file of sales: nothing can be found.
    this.#empty ??= (await db.orders.findOne({ shopId }, { projection: { _id: 1 } })) === null;
    const found = this.#empty
      ? []
      : await db.orders.find({ shopId, number: { $in: batch.map(({ number }) => number) } }).toArray();
    const known = new Map(found.map((order) => [order.number, order]));
    const created: Order[] = [];
    const changed: { before: Order; after: Order }[] = [];
    // Made by this import, now or before it was cut off: the same orders each time.
    const made: Types.ObjectId[] = [];
    for (const rows of batch) {
      const order = this.#toOrder(rows);
      const before = known.get(rows.number);
      if (!before || before._id.equals(order._id)) made.push(order._id);
      if (!before) created.push(order);
      else {
        const after = { ...order, _id: before._id, ...(order.customerId ? {} : pick(before)) };
        if (!sameOrder(before, after)) changed.push({ before, after });
      }
    }
    this.total += batch.length;
    for (const { customerId } of [...created, ...changed.flatMap(({ before, after }) => [before, after])]) {
      if (customerId) this.touched.add(customerId.toHexString());
    }
    await noteCreatedTogether(this.#run, 'orders', made);
    await this.#save(created, changed, new Set(made.map((id) => id.toHexString())));
  }

  async #save(created: Order[], changed: { before: Order; after: Order }[], made: ReadonlySet<string>): Promise<void> {
    const { db, shopId } = this.#run;
    if (created.length > 0) await db.orders.insertMany(created, { ordered: false });
    if (changed.length === 0) return;
    // What this import made itself has no image to keep.
    const images = changed
      .filter(({ before }) => !made.has(before._id.toHexString()))
      .map(({ before }) => ({ id: before._id, before }));
    await noteChanged(this.#run, 'orders', images);
    await db.orders.bulkWrite(
      changed.map(({ after }) => {
        const { _id, ...replacement } = after;
        return { replaceOne: { filter: { _id, shopId }, replacement } };
      }),
      { ordered: false },
    );
  }

  #toOrder({ serial, number, at, person, lines, fileLines }: OrderRows): Order {
    const customerId = person === '' ? undefined : this.#customers(person);
    const itemised = this.#run.plan.kind === 'order_lines';
    const kept = itemised ? lines : this.#onlyFirst(number, at, lines, fileLines);
    let amount = 0;
    let purchased = 0;
    for (const row of kept) {
      amount += row.amount;
      if (row.quantity < 0 && row.amount < 0) this.sales.returns += 1;
      if (row.quantity > 0 && row.unitPrice > 0) purchased += row.amount;
    }
    this.sales.amount += amount;
    if (!customerId) this.sales.withoutCustomer += kept.length;
    return {
      _id: this.#idOf(serial),
      shopId: this.#run.shopId,
      number,
      ...(customerId ? { customerId } : {}),
      at: new Date(at),
      lines: itemised ? kept : [],
      amount,
      purchased,
      returned: amount - purchased,
    };
  }

  /** In a file of a row an order, a number that comes again is told and left out. */
  #onlyFirst(number: string, at: number, lines: OrderLine[], fileLines: readonly number[]): OrderLine[] {
    const { plan, badRows } = this.#run;
    for (const [i, { amount }] of lines.entries()) {
      if (i === 0) continue;
      const cells = plan.columns.map(({ field }) => {
        if (field === 'orderNumber') return number;
        if (field === 'date') return new Date(at).toISOString();
        return field === 'amount' ? String(amount / 10 ** plan.shop.minorDigits) : '';
      });
      badRows.add(cells, fileLines[i] ?? 0, [{ reason: 'duplicate_order', column: '', cell: number }]);
    }
    return lines.slice(0, 1);
  }
}

/** Blank never overwrites: an order keeps its customer when the file names none. */
function pick({ customerId }: Order): Pick<Order, 'customerId'> {
  return customerId ? { customerId } : {};
}

function sameOrder(a: Order, b: Order): boolean {
  return (
    a.at.getTime() === b.at.getTime() &&
    a.amount === b.amount &&
    a.purchased === b.purchased &&
    (a.customerId?.toHexString() ?? '') === (b.customerId?.toHexString() ?? '') &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, i) => {
      const other = b.lines[i];
      return (
        line.sku === other?.sku &&
        line.quantity === other.quantity &&
        line.unitPrice === other.unitPrice &&
        line.amount === other.amount
      );
    })
  );
}
