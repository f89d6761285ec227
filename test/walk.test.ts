import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutboundMessage } from '../core/index.ts';
import { readRetailIds, retailCustomers } from './fixtures/retailCustomers.ts';
import { type House, openHouse } from './house.ts';
import { onlineRetailMissing, onlineRetailPath } from './onlineRetail.ts';

if (onlineRetailMissing) process.stderr.write(`The walk with Online Retail is skipped: ${onlineRetailMissing}\n`);

/** A shop's first day, said in chat, with the figures that must come out of UCI Online Retail. */
describe.skipIf(onlineRetailMissing)('the walk with Online Retail', () => {
  let house: House;
  const said = (replies: readonly OutboundMessage[]): string =>
    replies.map((reply) => reply.text.replaceAll('\u00a0', ' ')).join('\n---\n');
  const db = () => house.kade.core.db;

  beforeAll(async () => {
    house = await openHouse({ now: '2011-12-10T05:00:00Z', ready: false });
  }, 60_000);
  afterAll(() => house?.close());

  it('sets the shop up', async () => {
    await house.say("Amma's Gifts");
    await house.tap('Sri Lanka');
    expect(said(await house.tap('English'))).toContain("Amma's Gifts is ready");
  });

  it('takes the sales in', async () => {
    const preview = said(await house.send('online_retail.csv.gz', readFileSync(onlineRetailPath), 'application/gzip'));
    for (const column of ['InvoiceNo', 'StockCode', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID'])
      expect(preview).toContain(column);
    const result = said(await house.tap('Import'));
    expect(result).toContain('541,909 rows read');
    expect(result).toContain('Orders: 25,900 new');
    expect(result).toContain('Customers: 4,372 new');
    expect(result).toContain('Products: 4,070 new');
    expect(result).toContain('Rs 9,747,747.93');
    expect(result).toContain('135,080 rows are sales without a customer');
    expect(result).toContain('9,288 rows are returns');
    expect(await db().orders.countDocuments()).toBe(25_900);
    expect(await db().customers.countDocuments()).toBe(4_372);
    expect(await db().products.countDocuments()).toBe(4_070);
    const [sums] = await db()
      .orders.aggregate<{ amount: number; lines: number }>([
        { $group: { _id: null, amount: { $sum: '$amount' }, lines: { $sum: { $size: '$lines' } } } },
      ])
      .toArray();
    expect(sums).toMatchObject({ amount: 974_774_793, lines: 541_909 });
  }, 180_000);

  it('values the customers by the classic definition', async () => {
    const valued = await db()
      .customers.find({ value: { $exists: true } })
      .toArray();
    const values = valued.flatMap(({ value }) => value ?? []);
    const sum = (field: 'recencyDays' | 'frequency' | 'money'): number =>
      values.reduce((total, value) => total + value[field], 0);
    expect([valued.length, sum('recencyDays'), sum('frequency'), sum('money')]).toEqual([
      4_338, 399_354, 18_532, 891_140_790,
    ]);
    const scores = values.map(({ r, f, m }) => `${r}${f}${m}`);
    const count = (score: string): number => scores.filter((one) => one === score).length;
    expect(['555', '111', '511', '155'].map(count)).toEqual([348, 184, 20, 5]);
    expect(new Set(scores).size).toBe(117);
    const money = values.map((value) => value.money).sort((a, b) => b - a);
    const top = money.slice(0, Math.floor(money.length / 5)).reduce((total, amount) => total + amount, 0);
    expect((100 * top) / sum('money')).toBeCloseTo(74.59, 2);
    const best = valued.sort((a, b) => (b.value?.money ?? 0) - (a.value?.money ?? 0))[0];
    expect([best?.externalId, best?.value?.money]).toEqual(['14646', 28_020_602]);
  }, 60_000);

  it('joins names and phones on the customer id', async () => {
    const preview = said(await house.send('customers.csv', retailCustomers(await readRetailIds()).csv));
    expect(preview).toContain('4,372 rows');
    const result = said(await house.tap('Import'));
    expect(result).toContain('4,372 rows read');
    expect(await db().customers.countDocuments()).toBe(4_372);
    expect(await db().customers.countDocuments({ 'addresses.channel': 'sms' })).toBeGreaterThan(4_300);
  }, 120_000);

  it('finds a customer and shows the card', async () => {
    const card = said(await house.say('customer 12347'));
    expect(card).toContain('7 orders, Rs 4,310.00 spent');
    expect(card).toContain('Champions');
    expect(card).toContain('+94');
  });

  it('answers segments with a chart and a choice each', async () => {
    const [reply] = await house.say('segments');
    expect(reply?.picture?.mimeType).toBe('image/png');
    expect(reply?.text).toContain('No purchase yet: 34');
    expect(reply?.choices?.map((choice) => choice.label)).toContain('Champions');
    const segment = said(await house.tap('Champions'));
    expect(segment).toContain('654 customers');
  }, 60_000);

  it('sends a campaign, one message each, to those who agreed', async () => {
    await house.tap('Message them');
    await house.tap('SMS');
    const preview = said(
      await house.say('Hi {first_name|friend}, our Christmas gifts are here. 10% off until Sunday!'),
    );
    expect(preview).toContain('They read');
    expect(preview).toContain('Left out');
    await house.tap('Launch now');
    const report = await house.tap('Confirm');
    expect(report.some((reply) => reply.picture)).toBe(true);
    const rows = await db()
      .deliveries.find({ campaignId: { $exists: true } })
      .toArray();
    expect(rows).toHaveLength(654);
    expect(new Set(rows.map((row) => String(row.customerId))).size).toBe(654);
    const sent = rows.filter((row) => row.sentAt);
    expect(sent.length).toBeGreaterThan(500);
    expect(rows.every((row) => row.status !== 'queued' && row.status !== 'sending')).toBe(true);
  }, 60_000);

  it('hears STOP, and never writes to that person again', async () => {
    const row = await db().deliveries.findOne({
      campaignId: { $exists: true },
      status: { $in: ['delivered', 'read'] },
    });
    const phone = row?.to ?? 'sms:';
    expect(said(await house.say('STOP', phone))).toContain('no more');
    expect(await db().consents.countDocuments({ address: phone, state: 'denied', source: 'keyword' })).toBe(1);
    expect(said(await house.say('STOP', phone))).not.toBe('');
    await house.say('champions');
    await house.tap('Message them');
    await house.tap('SMS');
    await house.say('Second message for {first_name|friend}.');
    await house.tap('Launch now');
    await house.tap('Confirm');
    const campaigns = await db().campaigns.find().sort({ createdAt: -1, _id: -1 }).toArray();
    const second = await db().deliveries.findOne({ campaignId: campaigns[0]?._id, customerId: row?.customerId });
    expect(second).toMatchObject({ status: 'skipped', reason: 'opted_out' });
  }, 60_000);

  it('forgets a person who asks for it', async () => {
    const row = await db().deliveries.findOne({ campaignId: { $exists: true }, status: 'delivered' });
    const customer = await db().customers.findOne({ _id: row?.customerId });
    await house.say('FORGET ME', row?.to ?? 'sms:');
    await house.say('FORGET ME', row?.to ?? 'sms:');
    const left = JSON.stringify(await db().customers.findOne({ _id: customer?._id }));
    expect(left).not.toContain(customer?.name ?? '?');
    expect(await db().tombstones.countDocuments()).toBeGreaterThan(0);
  });

  it('reports in one picture and in words, now and every Monday', async () => {
    const replies = await house.say('report 1 Dec 2010 to 9 Dec 2011');
    expect(replies.some((reply) => reply.picture)).toBe(true);
    expect(said(replies)).toContain('Rs 9,747,747.93');
    expect(said(await house.say('send me this every Monday at 9'))).toContain('Monday');
    await house.tap('Yes, send it');
    expect(await db().schedules.countDocuments()).toBe(1);
  }, 60_000);
});
