import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, type Customer, type OutboundMessage, type Shop, sendScheduledReport } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let house: House;
let core: Core;
let shop: Shop;
let nimal: Customer;

/** Saturday 21 November 2026, 10:00 in Colombo. */
beforeAll(async () => {
  house = await openHouse({ now: '2026-11-21T04:30:00Z' });
  core = house.kade.core;
  shop = (await core.db.shops.findOne({})) as Shop;
  nimal = makeCustomer(shop._id, { name: '{{name}} =1+1' });
  nimal.figures.firstOrderAt = new Date('2026-10-10T06:00:00Z');
  await core.db.customers.insertOne(nimal);
});
afterAll(() => house.close());

let orders = 0;
async function sell(at: string, amount: number): Promise<void> {
  await core.db.orders.insertOne({
    _id: new Types.ObjectId(),
    shopId: shop._id,
    number: `N${++orders}`,
    customerId: nimal._id,
    at: new Date(at),
    lines: [{ sku: 'TEA', quantity: 1, unitPrice: amount, amount }],
    amount,
    purchased: amount,
    returned: 0,
  });
}

const textOf = (messages: OutboundMessage[]) => messages.map((message) => message.text).join('\n');
const say = async (text: string) => textOf(await house.say(text));

describe('the report', () => {
  it('of a shop without orders is a picture and says so', async () => {
    const [answer] = await house.say('report');
    expect(answer?.text).toContain('No orders in this time');
    expect(answer?.picture?.mimeType).toBe('image/png');
  });

  it('says the figures of the last 30 days against those before', async () => {
    await sell('2026-11-20T06:00:00Z', 300_00);
    await sell('2026-11-02T06:00:00Z', 100_00);
    await sell('2026-10-10T06:00:00Z', 200_00);
    const [answer] = await house.say('report');
    for (const part of [
      'Report: 23 Oct 2026 – 21 Nov 2026',
      'Revenue: Rs 400.00',
      'Up 100 % on the same length of time before (Rs 200.00)',
      'Orders: 2, Rs 200.00 on average. Known customers who bought: 1',
      'Best day: 20 Nov, Rs 300.00',
      'Top customers: {{name}} =1+1 Rs 400.00',
      'Top products: TEA Rs 400.00',
    ])
      expect(answer?.text.replaceAll('\u00a0', ' ')).toContain(part);
    expect(answer?.picture?.alt).toContain('23 Oct 2026 – 21 Nov 2026');
    expect(answer?.picture?.size).toBeGreaterThan(10_000);
  });

  it.each([
    ['report 7 days', '15 Nov 2026 – 21 Nov 2026'],
    ['report last month', 'Oct 2026'],
    ['report 2026', '2026'],
    ['report from 1/10/2026 to 10/10/2026', '1 Oct 2026 – 10 Oct 2026'],
    ['report yesterday', '20 Nov 2026'],
  ])('%s', async (line, period) => {
    expect(await say(line)).toContain(`Report: ${period}\n`);
  });

  it('has buttons for other periods, and asks for other dates', async () => {
    await house.say('report');
    expect(textOf(await house.tap('90 days'))).toContain('Report: 24 Aug 2026 – 21 Nov 2026');
    await house.tap('Other dates');
    expect(await say('bananas')).toContain('I could not read “bananas” as a time');
    expect(await say('last month')).toContain('Report: Oct 2026');
    expect(await say('help')).not.toContain('as a time');
  });

  it('of dates that it cannot read changes nothing and says what can be typed', async () => {
    expect(await say('report next blue moon')).toContain('30 days, last month, 2011');
    expect(textOf(await house.tapId('report.dates:99999999-1'))).toContain('earlier question');
    expect(textOf(await house.tapId('report.days:13'))).toContain('earlier question');
  });

  it('of a shop whose orders are old goes up to the latest, or offers it', async () => {
    house.clock.set('2027-06-01T04:30:00Z');
    const usual = await say('report');
    expect(usual).toContain('Your latest order is of 20 Nov 2026');
    expect(usual).toContain('Report: 22 Oct 2026 – 20 Nov 2026');
    const [asked] = await house.say('report 7 days');
    expect(asked?.text).toContain('No orders in this time');
    expect(textOf(await house.tap('7 days to the latest order'))).toContain('Report: 14 Nov 2026 – 20 Nov 2026');
    house.clock.set('2026-11-21T04:30:00Z');
  });

  it('comes in the member’s language', async () => {
    await core.db.members.updateOne({ addresses: house.owner }, { $set: { language: 'si' } });
    expect(await say('report')).toContain('වාර්තාව: 2026 ඔක් 23 සිට 2026 නොවැ 21 දක්වා');
    await core.db.members.updateOne({ addresses: house.owner }, { $set: { language: 'ta' } });
    expect(await say('அறிக்கை கடந்த மாதம்')).toContain('அறிக்கை: அக். 2026');
    await core.db.members.updateOne({ addresses: house.owner }, { $set: { language: 'en' } });
  });
});

describe('a scheduled report', () => {
  const jobs = () => core.db.connection.getClient().db(core.db.connection.name).collection('jobs');

  it('is read back, kept once however often it is confirmed, listed, and arrives', async () => {
    const [question] = await house.say('send me this every Monday at 9');
    expect(question?.text).toContain('every Monday at 09:00, for the 7 days before. All right?');
    expect(await core.db.schedules.countDocuments({})).toBe(0);
    await house.tap('Yes');
    await house.tapId(question?.choices?.[0]?.id ?? '');
    const [schedule] = await core.db.schedules.find({}).toArray();
    expect(await core.db.schedules.countDocuments({})).toBe(1);
    expect(await jobs().countDocuments({ name: 'sendScheduledReport' })).toBe(1);
    expect(await jobs().findOne({ name: 'sendScheduledReport' })).toMatchObject({
      repeatInterval: '0 9 * * 1',
      repeatTimezone: 'Asia/Colombo',
    });
    expect(await say('schedules')).toContain('1. every Monday at 09:00');

    house.clock.set('2026-11-23T03:30:01Z');
    await sendScheduledReport(core, schedule?._id.toHexString() ?? '');
    const arrived = (await house.transcript()).at(-1);
    expect(arrived?.text).toContain('Your report, every Monday at 09:00');
    expect(arrived?.text).toContain('Report: 16 Nov 2026 – 22 Nov 2026');
    expect(arrived?.picture?.mimeType).toBe('image/png');
  });

  it('can cover another span, and be stopped', async () => {
    await house.say('every Friday at 6 pm');
    expect(textOf(await house.tap('the 30 days before'))).toContain('every Friday at 18:00, for the 30 days before');
    await house.tap('Cancel');
    expect(await core.db.schedules.countDocuments({})).toBe(1);
    const [list] = await house.say('schedules');
    const stop = list?.choices?.[0]?.id ?? '';
    expect(textOf(await house.tapId(stop))).toContain('Stopped: every Monday at 09:00');
    expect(textOf(await house.tapId(stop))).toContain('earlier question');
    expect(await jobs().countDocuments({ name: 'sendScheduledReport' })).toBe(0);
    expect(await say('schedules')).toContain('No report comes by itself yet');
  });

  it('asks when it shall come where the words do not say', async () => {
    expect(await say('send me this every blue moon')).toContain('When shall the report come?');
    expect(textOf(await house.tap('every day at 09:00'))).toContain('All right?');
  });
});
