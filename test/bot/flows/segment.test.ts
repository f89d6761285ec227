import { readFileSync } from 'node:fs';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Customer, refreshSegments } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

let house: House;
let shopId: Types.ObjectId;

beforeAll(async () => {
  house = await openHouse();
  shopId = (await house.kade.core.db.shops.findOne({}))?._id as Types.ObjectId;
});
afterAll(() => house.close());

function customerOf(index: number): Customer {
  const at = new Date(Date.UTC(2026, 9, 60 - index));
  const key = `sms:+9477${String(1_000_000 + index)}` as const;
  return {
    _id: new Types.ObjectId(),
    shopId,
    externalId: String(1000 + index),
    name: index === 0 ? '=HYPERLINK("x")' : `Customer ${index}`,
    searchWords: [],
    addresses: [
      { key, channel: 'sms', value: key.slice(4), marketing: index % 2 ? 'granted' : 'unknown', service: 'unknown' },
    ],
    tags: [],
    city: `Town ${String(index % 15).padStart(2, '0')}`,
    figures: {
      orderCount: 31 - index,
      totalSpent: (31 - index) * 3_000,
      totalReturned: 0,
      firstOrderAt: at,
      lastOrderAt: at,
    },
    createdAt: at,
    updatedAt: at,
  };
}

describe('segments in chat', () => {
  it('ask for a file where there are no customers', async () => {
    const [reply] = await house.say('segments');
    expect(reply?.text).toContain('no customers yet');
    expect(reply?.choices?.map(({ id }) => id)).toContain('import.how');
  });

  it('are made on the first asking and shown as a picture with a choice each', async () => {
    await house.kade.core.db.customers.insertMany(Array.from({ length: 30 }, (_, index) => customerOf(index)));
    const [reply] = await house.say('segments');
    expect(reply?.picture?.alt).toContain('Test Shop');
    expect(reply?.picture?.mimeType).toBe('image/png');
    expect(reply?.text).toContain('Champions: 6 customers, 34.5% of sales');
    expect(reply?.choices?.map(({ id }) => id)).toContain('segment.show:value:champions');
  });

  it('say who a segment is, its money, five names and who may be messaged', async () => {
    const [reply] = await house.tap('Champions');
    const text = reply?.text ?? '';
    expect(text).toContain('6 customers (20% of all), 34.5% of sales: Rs\u00a05,130.00');
    expect(text).toContain('=HYPERLINK("x"), Customer 1, Customer 2, Customer 3, Customer 4');
    expect(text).toContain('SMS 3');
    expect(reply?.choices?.map(({ id }) => id)).toContain('campaign.segment:value:champions');
  });

  it('are sent as a file that is safe to open', async () => {
    const [reply] = await house.tap('Export');
    expect(reply?.file?.name).toBe('Champions.csv');
    const csv = readFileSync(house.kade.core.files.path(reply?.file?.id ?? ''), 'utf8');
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]?.startsWith('\ufeffCustomer ID,Name,Phone')).toBe(true);
    expect(lines[1]).toContain(`"'=HYPERLINK(""x"")",+94771000000`);
    expect(lines[1]).toContain(',31,930.00,2026-11-29,5,5,5');
  });

  it('open by their names as people type them', async () => {
    for (const typed of ['segment at risk', 'at risk', 'segment At-Risk', 'segments at_risk']) {
      expect((await house.say(typed))[0]?.text.split('\n')[0]).toBe('At risk');
    }
    const [empty] = await house.say('at risk');
    expect(empty?.choices?.some(({ id }) => id.startsWith('campaign.'))).toBe(false);
    expect((await house.say("can't lose"))[0]?.text).toContain('Can’t lose them');
    expect((await house.say('segment Town 03'))[0]?.text).toContain('Customers from Town 03');
  });

  it('leave other sentences alone, and say so when there is no such segment', async () => {
    expect((await house.say('lost parcel of Nimal'))[0]?.text).toContain('did not understand');
    expect((await house.say('segment $where'))[0]?.text).toContain('no segment “$where”');
    expect((await house.tapId('segment.show:value:gone'))[0]?.text).toContain('no segment');
    expect((await house.tapId('segment.show:{"$ne":null}'))[0]?.text).toContain('no segment');
  });

  it('come in pages where there are many', async () => {
    await house.say('segments');
    const [first] = await house.tap('Who they are');
    expect(first?.choices?.filter(({ id }) => id.startsWith('segment.show:demographic'))).toHaveLength(12);
    const [second] = await house.tap('More');
    expect(second?.choices?.filter(({ id }) => id.startsWith('segment.show:demographic'))).toHaveLength(3);
  });

  it('with a name too long for a button are opened by their id', async () => {
    const { db } = house.kade.core;
    await db.customers.updateMany({ shopId, city: 'Town 00' }, { $set: { city: 'නුවර එළිය දිස්ත්‍රික්කයේ නගරය' } });
    await refreshSegments(house.kade.core, shopId);
    const replies = [...(await house.tapId('segment.group:demographic:0')), ...(await house.tap('More'))];
    const choice = replies.flatMap(({ choices }) => choices ?? []).find(({ label }) => label.includes('නුවර'));
    expect(Buffer.byteLength(choice?.id ?? '')).toBeLessThanOrEqual(64);
    expect((await house.tapId(choice?.id ?? ''))[0]?.text).toContain('නුවර එළිය');
  });

  it('answer in Sinhala and Tamil', async () => {
    const { db } = house.kade.core;
    await db.members.updateMany({ shopId }, { $set: { language: 'si' } });
    expect((await house.say('කාණ්ඩ'))[0]?.text).toContain('හොඳම ගනුදෙනුකරුවන්');
    await db.members.updateMany({ shopId }, { $set: { language: 'ta' } });
    expect((await house.say('பிரிவுகள்'))[0]?.text).toContain('சிறந்த வாடிக்கையாளர்கள்');
    expect((await house.say('champions'))[0]?.text).toContain('அடிக்கடி வாங்கி');
  });
});
