import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Import, previewImport } from '../../../core/index.ts';
import { readRetailIds, retailCustomers } from '../../fixtures/retailCustomers.ts';
import { onlineRetailMissing } from '../../onlineRetail.ts';
import { type Desk, openDesk } from './desk.ts';

if (onlineRetailMissing) console.warn(`skipped: ${onlineRetailMissing}`);
const PATH = resolve(
  process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../../../shared'),
  'data/online_retail.csv.gz',
);

describe.skipIf(onlineRetailMissing)('Online Retail', { timeout: 300_000 }, () => {
  let desk: Desk;
  let done: Import;
  beforeAll(async () => {
    desk = await openDesk();
    const file = await desk.core.files.save(
      desk.shop._id,
      'online_retail.csv.gz',
      'application/gzip',
      createReadStream(PATH),
    );
    const preview = await previewImport(desk.core, desk.shop, file, 'web:owner');
    done = await desk.confirm(preview.import._id.toHexString());
  }, 300_000);
  afterAll(() => desk.close());

  it('comes in with every figure that it is known for', async () => {
    expect(done.counts).toMatchObject({
      rows: 541_909,
      failed: 0,
      skipped: 0,
      partly: 0,
      orders: { created: 25_900 },
      customers: { created: 4_372 },
      products: { created: 4_070 },
      sales: { amount: 974_774_793, withoutCustomer: 135_080, returns: 9_288 },
    });
    const shopId = desk.shop._id;
    expect(await desk.db.orders.countDocuments({ shopId })).toBe(25_900);
    const [lines] = await desk.db.orders
      .aggregate([{ $match: { shopId, number: /^C/ } }, { $group: { _id: null, rows: { $sum: { $size: '$lines' } } } }])
      .toArray();
    expect(lines?.rows).toBe(9_288);
    const customers = await desk.db.customers.find({ shopId }).toArray();
    const buyers = customers.filter(({ figures }) => figures.orderCount > 0);
    expect(buyers).toHaveLength(4_338);
    expect(buyers.reduce((sum, { figures }) => sum + figures.orderCount, 0)).toBe(18_532);
    expect(buyers.reduce((sum, { figures }) => sum + figures.totalSpent, 0)).toBe(891_140_790);
    const best = customers.find(({ externalId }) => externalId === '14646');
    expect(best?.figures.totalSpent).toBe(28_020_602);
  });

  it('changes nothing when it comes again', async () => {
    const file = await desk.core.files.get(desk.shop._id, done.fileId);
    const preview = await previewImport(desk.core, desk.shop, file, 'web:owner');
    const again = await desk.confirm(preview.import._id.toHexString());
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 34_342 });
  });

  it('gets names and phones from a second file, joined on the customer id', async () => {
    const { csv, customers } = retailCustomers(await readRetailIds());
    const before = await desk.dump();
    const joined = await desk.bring(csv, { name: 'people.csv' });
    expect(joined.counts).toMatchObject({
      rows: 4_372,
      failed: 0,
      partly: 0,
      customers: { created: 0, updated: 4_372 },
    });
    const found = await desk.db.customers.find({ shopId: desk.shop._id }).toArray();
    const known = new Map(found.map((customer) => [customer.externalId, customer]));
    for (const { id, name, phone, optedIn } of customers) {
      const customer = known.get(id);
      expect([customer?.name, customer?.addresses[0]?.value]).toEqual([name, phone]);
      expect(customer?.addresses.some(({ marketing }) => marketing === 'granted')).toBe(optedIn);
    }
    await desk.undo(joined);
    expect(await desk.dump()).toEqual(before);
  });

  it('leaves nothing behind when it is undone', async () => {
    await desk.undo(done);
    expect(await desk.dump()).toEqual({ customers: [], orders: [], products: [] });
  });
});
