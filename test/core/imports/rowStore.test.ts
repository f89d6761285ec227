import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../core/imports/plan.ts';
import type { Line } from '../../../core/imports/rows/readLine.ts';
import { BadRows } from '../../../core/imports/writing/badRows.ts';
import { groupOrders } from '../../../core/imports/writing/groupOrders.ts';
import { RowStore } from '../../../core/imports/writing/rowStore.ts';

const row = fc.record({
  number: fc.string({ minLength: 1, maxLength: 3 }),
  sku: fc.constantFrom('A', 'B', 'ප', '=x', ''),
  at: fc.integer({ min: 0, max: 2e12 }),
  quantity: fc.integer({ min: -5, max: 5 }),
  unitPrice: fc.double({ min: 0, max: 1e6, noNaN: true }),
  amount: fc.integer({ min: -1e9, max: 1e9 }),
  person: fc.constantFrom('', 'id:1', 'sms:+94771234567'),
});

describe('rows held apart by order', () => {
  it('come back complete, in file order, whatever part they are held in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (rows, parts) => {
        const folder = await mkdtemp(join(tmpdir(), 'kade-rows-'));
        const store = new RowStore(folder, parts);
        for (const [i, { person, ...line }] of rows.entries()) {
          store.add({ ...line, productName: '', category: '' } satisfies Line, i, person);
        }
        await store.seal();
        const found = new Map<string, unknown>();
        let serial = 0;
        for (let part = 0; part < parts; part++) {
          for await (const order of groupOrders(store.read(part), serial)) {
            expect(order.serial).toBe(serial++);
            expect(found.has(order.number)).toBe(false);
            found.set(order.number, order);
          }
        }
        await rm(folder, { recursive: true });
        for (const number of new Set(rows.map((one) => one.number))) {
          const own = [...rows.entries()].filter(([, one]) => one.number === number);
          expect(found.get(number)).toMatchObject({
            number,
            at: Math.min(...own.map(([, one]) => one.at)),
            person: own.find(([, one]) => one.person !== '')?.[1].person ?? '',
            lines: own.map(([, { sku, quantity, unitPrice, amount }]) => ({ sku, quantity, unitPrice, amount })),
            fileLines: own.map(([i]) => i),
          });
        }
        expect(found.size).toBe(new Set(rows.map((one) => one.number)).size);
      }),
      { numRuns: 40 },
    );
  });

  it.skipIf(!existsSync('/dev/full'))('say so when the disk is full', async () => {
    const plan = { table: { header: ['a'] }, columns: [], words: {} } as unknown as Plan;
    const bad = new BadRows('/dev/full', plan);
    bad.add(['x'], 1, [{ reason: 'nobody', column: '', cell: '' }]);
    await expect(bad.close()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
