import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../core/index.ts';
import { membersOf } from '../../../core/segments/membership.ts';
import { refreshMembers } from '../../../core/segments/refreshMembers.ts';
import { openTestDatabase } from '../../database.ts';
import { makeCustomer } from '../../makeCustomer.ts';

let test: Awaited<ReturnType<typeof openTestDatabase>>;
let db: Database;
const shopId = new Types.ObjectId();
const segment = { shopId, _id: new Types.ObjectId() };
const day = (number: number) => new Date(Date.UTC(2026, 10, number));
const inKandy = { shopId, city: 'Kandy' };

beforeAll(async () => {
  test = await openTestDatabase();
  db = test.db;
  await db.customers.insertMany(
    Array.from({ length: 2_500 }, (_, n) => makeCustomer(shopId, { name: `${n}`, city: n % 2 ? 'Kandy' : 'Galle' })),
  );
});
afterAll(() => test.close());

const countMembers = () => db.customers.countDocuments({ shopId, ...membersOf(segment._id) });
const events = () => db.segmentEvents.countDocuments({ segmentId: segment._id });

describe('the members of a segment', () => {
  it('are those who match, the first ones without an event', async () => {
    expect(await refreshMembers(db, segment, [inKandy], day(1), { quiet: true })).toEqual({ entered: 1_250, left: 0 });
    expect([await countMembers(), await events()]).toEqual([1_250, 0]);
    expect(await refreshMembers(db, segment, [inKandy], day(2))).toEqual({ entered: 0, left: 0 });
  });

  it('raise an event for each change, once, however often a refresh is cut short', async () => {
    await db.customers.updateMany({ shopId, name: /^1/ }, { $set: { city: 'Jaffna' } });
    await db.customers.updateMany({ shopId, name: /^2/ }, { $set: { city: 'Kandy' } });
    const { updateMany } = db.customers;
    let calls = 0;
    const cut = Object.assign(Object.create(db.customers) as typeof db.customers, {
      updateMany: (...given: Parameters<typeof updateMany>) => {
        if (++calls === 2) throw new Error('killed');
        return updateMany.apply(db.customers, given);
      },
    });
    await expect(refreshMembers({ ...db, customers: cut }, segment, [inKandy], day(3))).rejects.toThrow('killed');
    await refreshMembers(db, segment, [inKandy], day(4));
    expect(await countMembers()).toBe(await db.customers.countDocuments(inKandy));
    const changed = await events();
    expect(await db.segmentEvents.distinct('change', { segmentId: segment._id })).toEqual(['entered', 'left']);
    const people = await db.segmentEvents.distinct('customerId', { segmentId: segment._id });
    expect(people).toHaveLength(changed);
    await refreshMembers(db, segment, [inKandy], day(5));
    expect(await events()).toBe(changed);
  });

  it('leave and come back, with an event and the time of each', async () => {
    const who = await db.customers.findOne(inKandy);
    await db.customers.updateOne({ _id: who?._id }, { $set: { city: 'Matara' } });
    expect(await refreshMembers(db, segment, [inKandy], day(6))).toEqual({ entered: 0, left: 1 });
    await db.customers.updateOne({ _id: who?._id }, { $set: { city: 'Kandy' } });
    expect(await refreshMembers(db, segment, [inKandy], day(7))).toEqual({ entered: 1, left: 0 });
    const now = await db.customers.findOne({ _id: who?._id });
    expect(now?.memberships).toEqual([{ segmentId: segment._id, enteredAt: day(7), leftAt: null }]);
    const [left, entered] = await db.segmentEvents
      .find({ at: { $gte: day(6) } })
      .sort({ _id: 1 })
      .toArray();
    expect([left, entered]).toMatchObject([{ change: 'left' }, { change: 'entered', since: day(6) }]);
  });

  it('are the same by several filters that never overlap', async () => {
    const before = await countMembers();
    const [middle] = await db.customers.find({ shopId }).sort({ _id: 1 }).skip(1_200).limit(1).toArray();
    const halves = [{ $lte: middle?._id }, { $gt: middle?._id }].map((_id) => ({ ...inKandy, _id }));
    await db.customers.updateMany({ shopId, name: /^3/ }, { $set: { city: 'Galle' } });
    const gone = before - (await db.customers.countDocuments(inKandy));
    expect(await refreshMembers(db, segment, halves as never, day(8))).toEqual({ entered: 0, left: gone });
    expect(await refreshMembers(db, segment, [], day(9))).toEqual({ entered: 0, left: before - gone });
  });
});
