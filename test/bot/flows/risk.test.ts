import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, type Language, refreshSegments } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { madeHistories } from '../../madeHistories.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const DAY_MS = 86_400_000;
/** The day of the latest sale. */
const LATEST = Date.UTC(2026, 10, 19, 6);

let house: House;
let core: Core;
let shopId: Types.ObjectId;

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  shopId = (await core.db.shops.findOne({}))?._id as Types.ObjectId;
});
afterAll(() => house.close());

/** A customer with a purchase of so much so many days before the latest sale of all. */
async function addBuyers(buyers: readonly { name: string; before: readonly number[]; amount: number }[]) {
  const made = buyers.map(({ name, before, amount }) => {
    const days = before.map((day) => LATEST - day * DAY_MS);
    const customer = makeCustomer(shopId, { name, spent: amount * before.length, orders: before.length });
    const [first, last] = [new Date(Math.min(...days)), new Date(Math.max(...days))];
    const orders = days.map((at, place) => ({
      _id: new Types.ObjectId(),
      shopId,
      number: `${name}/${place}`,
      customerId: customer._id,
      at: new Date(at),
      lines: [{ sku: 'TEA', quantity: 1, unitPrice: amount, amount }],
      amount,
      purchased: amount,
      returned: 0,
    }));
    return {
      customer: { ...customer, figures: { ...customer.figures, firstOrderAt: first, lastOrderAt: last } },
      orders,
    };
  });
  await core.db.customers.insertMany(made.map(({ customer }) => customer));
  await core.db.orders.insertMany(made.flatMap(({ orders }) => orders));
  await refreshSegments(core, shopId);
}

const speak = (language: Language) => core.db.members.updateMany({}, { $set: { language } });
const labels = (reply: { choices?: readonly { label: string }[] } | undefined) =>
  reply?.choices?.map(({ label }) => label) ?? [];

describe('who is at risk', () => {
  it('is nobody where nobody has bought, and cannot be told where nobody came back', async () => {
    expect((await house.say('who is at risk'))[0]?.text).toContain('Nobody has bought yet');
    await addBuyers([{ name: 'Once Only', before: [90], amount: 5_000 }]);
    expect((await house.say('risk'))[0]?.text).toContain('Nobody has come back yet');
    expect((await house.say('find once only'))[0]?.text).not.toContain('Risk');
  });

  it('is told by their silence where the buyers are few', async () => {
    await addBuyers([
      { name: 'Kamala Here', before: [0, 10, 20, 30], amount: 10_000 },
      { name: 'Sunil Quiet', before: [20, 30, 40, 50], amount: 20_000 },
    ]);
    await house.say('segments');
    const [reply] = await house.tap('Who is at risk');
    expect(reply?.text.split('\n')).toEqual([
      'Who may be lost, as of 19 Nov 2026, the latest sale:',
      '',
      'High risk: 1 customer, 4% of sales so far (Rs\u00a050)',
      'Medium risk: 1 customer, 64% of sales so far (Rs\u00a0800)',
      'Low risk: 1 customer, 32% of sales so far (Rs\u00a0400)',
      '',
      expect.stringContaining('it takes 100 who came back'),
    ]);
    expect(reply?.picture?.alt).toContain('High risk 1 customer, Medium risk 1 customer, Low risk 1 customer');
    const [card] = await house.say('find sunil');
    expect(card?.text).toContain('Risk of losing them: medium (as of 19 Nov 2026, the latest sale)');
    expect(card?.text).not.toContain('Expected');
  });

  it('opens each group as a question that can be kept', async () => {
    await house.say('risk');
    const [reply] = await house.tap('High risk');
    expect(reply?.text).toContain('churn risk');
    expect(reply?.text).toContain('Once Only');
    expect(labels(reply)).toContain('Keep as a segment');
    await house.say('cancel');
    expect((await house.tapId('risk.show:{"$ne":1}'))[0]?.text).toContain('button');
  });

  it('is foretold with what they may spend where enough came back', async () => {
    const shop = { r: 0.8, alpha: 60, a: 0.5, b: 3 };
    const { repeats, last, age } = madeHistories(300, shop, { days: 365, ahead: 0, seed: 3 });
    await addBuyers(
      Array.from(repeats, (times, one) => {
        const [first, until] = [age[one] ?? 0, last[one] ?? 0];
        const before = Array.from({ length: times + 1 }, (_, time) => first - (time === times ? until : time));
        return { name: `Made ${one}`, before, amount: (1 + (one % 9)) * 5_000 };
      }),
    );
    const [reply] = await house.say('risk');
    const lines = reply?.text.split('\n') ?? [];
    for (const [place, level] of ['High', 'Medium', 'Low'].entries())
      expect(lines[place + 2]).toMatch(
        new RegExp(
          `^${level} risk: \\d+ customers, [\\d.]+% of sales so far \\(Rs.[\\d,]+\\); expected in 90 days Rs.[\\d,]+$`,
        ),
      );
    expect(lines.at(-1)).toContain('Foretold from who bought when');
    const [card] = await house.say('find sunil');
    expect(card?.text).toMatch(
      /Risk of losing them: \w+, gone already with a probability of [\d.]+% \(as of 19 Nov 2026/,
    );
    expect(card?.text).toMatch(
      /Expected from then on: in 90 days [\d.]+ purchases, Rs.[\d,]+; in a year [\d.]+ purchases, Rs.[\d,]+/,
    );
  });

  it('is told in Sinhala and Tamil', async () => {
    await speak('si');
    expect((await house.say('risk'))[0]?.text).toContain('අහිමි විය හැක්කේ කවුද, අලුත්ම විකිණීම වූ');
    expect((await house.say('find sunil'))[0]?.text).toContain('අහිමි වීමේ අවදානම');
    await speak('ta');
    expect((await house.say('risk'))[0]?.text).toContain('யாரை இழக்கலாம்');
    expect((await house.say('find sunil'))[0]?.text).toContain('இழக்கும் அபாயம்');
  });
});
