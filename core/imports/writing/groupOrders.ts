import type { OrderLine } from '../../orders/order.model.ts';
import type { RowColumns } from './rowStore.ts';

/** All rows of one order, in file order. */
export interface OrderRows {
  /** counts the orders of an import, from 0 */
  serial: number;
  number: string;
  at: number;
  /** the first person that a row names; '' where none does */
  person: string;
  lines: OrderLine[];
  /** where in the file each line stands */
  fileLines: number[];
}

/** Brings the rows of a part together by order, in the order of each one's first row. `serial` is the first order's. */
export async function* groupOrders(chunks: AsyncIterable<RowColumns>, serial: number): AsyncGenerator<OrderRows> {
  const places = new Map<string, number>();
  const numbers: string[] = [];
  const parts: RowColumns[] = [];
  const owners: Uint32Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    const own = chunk.texts.map(() => -1);
    const owner = new Uint32Array(chunk.length);
    for (let i = 0; i < chunk.length; i++) {
      const text = chunk.number[i] ?? 0;
      let place = own[text] ?? -1;
      if (place < 0) {
        const number = chunk.texts[text] ?? '';
        place = places.get(number) ?? numbers.push(number) - 1;
        places.set(number, place);
        own[text] = place;
      }
      owner[i] = place;
    }
    parts.push(chunk);
    owners.push(owner);
    total += chunk.length;
  }
  const { starts, chunkOf, rowOf } = sortByOwner(owners, numbers.length, total);
  for (let order = 0; order < numbers.length; order++) {
    const gathered: OrderRows = {
      serial: serial + order,
      number: numbers[order] ?? '',
      at: Infinity,
      person: '',
      lines: [],
      fileLines: [],
    };
    for (let i = starts[order] ?? 0; i < (starts[order + 1] ?? 0); i++) {
      addRow(gathered, parts[chunkOf[i] ?? 0] as RowColumns, rowOf[i] ?? 0);
    }
    yield gathered;
  }
}

/** A stable counting sort of rows by order. */
function sortByOwner(owners: readonly Uint32Array[], orders: number, total: number) {
  const starts = new Uint32Array(orders + 1);
  for (const owner of owners) for (const order of owner) starts[order + 1] = (starts[order + 1] ?? 0) + 1;
  for (let order = 0; order < orders; order++) starts[order + 1] = (starts[order + 1] ?? 0) + (starts[order] ?? 0);
  const next = starts.slice();
  const chunkOf = new Uint32Array(total);
  const rowOf = new Uint32Array(total);
  for (const [chunk, owner] of owners.entries()) {
    for (let row = 0; row < owner.length; row++) {
      const order = owner[row] ?? 0;
      const at = next[order] ?? 0;
      next[order] = at + 1;
      chunkOf[at] = chunk;
      rowOf[at] = row;
    }
  }
  return { starts, chunkOf, rowOf };
}

function addRow(order: OrderRows, chunk: RowColumns, row: number): void {
  const at = chunk.at[row] ?? 0;
  if (at < order.at) order.at = at;
  if (order.person === '') order.person = chunk.texts[chunk.person[row] ?? 0] ?? '';
  order.lines.push({
    sku: chunk.texts[chunk.sku[row] ?? 0] ?? '',
    quantity: chunk.quantity[row] ?? 0,
    unitPrice: chunk.unitPrice[row] ?? 0,
    amount: chunk.amount[row] ?? 0,
  });
  order.fileLines.push(chunk.line[row] ?? 0);
}
