import fc from 'fast-check';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addSchedule, type Core, type Notice, type Shop, sendScheduledReport } from '../../../core/index.ts';
import { cronOf, lastDue } from '../../../core/schedules/scheduleRule.ts';
import { type House, openHouse } from '../../house.ts';

const monday = { rule: { hour: 9, minute: 0, weekdays: [1] }, span: { unit: 'day', count: 7 } } as const;
const wish = { rule: { ...monday.rule, weekdays: [1] }, span: monday.span };

describe('a schedule rule', () => {
  it.each([
    [{ hour: 9, minute: 0, weekdays: [1] }, '0 9 * * 1'],
    [{ hour: 8, minute: 30, weekdays: [1, 2, 3, 4, 5] }, '30 8 * * 1,2,3,4,5'],
    [{ hour: 7, minute: 0, weekdays: [7] }, '0 7 * * 0'],
    [{ hour: 18, minute: 5 }, '5 18 * * *'],
    [{ hour: 0, minute: 0, monthDay: 15 }, '0 0 15 * *'],
  ])('%j is the cron %s', (rule, cron) => {
    expect(cronOf(rule)).toBe(cron);
  });

  it.each([
    ['2026-11-23T03:29:00Z', '2026-11-16T03:30:00.000Z'],
    ['2026-11-23T03:30:00Z', '2026-11-23T03:30:00.000Z'],
    ['2026-11-24T20:00:00Z', '2026-11-23T03:30:00.000Z'],
  ])('of Monday at 9 in Colombo was last due, at %s, at %s', (now, due) => {
    expect(lastDue(wish.rule, new Date(now), 'Asia/Colombo').toISOString()).toBe(due);
  });

  it('was last due at a moment that fits it, less than a month ago', () => {
    const rules = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      monthDay: fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined }),
    });
    const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(rules, moments, fc.constantFrom('Asia/Colombo', 'Europe/London'), (rule, now, zone) => {
        const due = lastDue(rule, now, zone);
        expect(due <= now && now.getTime() - due.getTime() < 32 * 86_400_000).toBe(true);
        if (rule.monthDay) expect(DateTime.fromJSDate(due, { zone }).day).toBe(rule.monthDay);
      }),
    );
  });
});

describe('sending a scheduled report', () => {
  let house: House;
  let core: Core;
  let shop: Shop;
  let notices: Notice[];
  let failing = false;

  beforeAll(async () => {
    house = await openHouse();
    shop = (await house.kade.core.db.shops.findOne({})) as Shop;
    core = {
      ...house.kade.core,
      notifier: {
        async notify(_, notice) {
          if (failing) throw new Error('no carrier');
          notices.push(notice);
          return 'id';
        },
      },
    };
  });
  afterAll(() => house.close());
  beforeEach(async () => {
    notices = [];
    failing = false;
    await core.db.schedules.deleteMany({});
    house.clock.set('2026-11-21T04:30:00Z');
  });

  const add = async (to = house.owner) => (await addSchedule(core, shop, { to, ...wish }))._id.toHexString();

  it('tells it once for each due moment, however often the job runs', async () => {
    const id = await add();
    house.clock.set('2026-11-23T03:30:02Z');
    await Promise.all([sendScheduledReport(core, id), sendScheduledReport(core, id)]);
    await sendScheduledReport(core, id);
    expect(notices).toEqual([{ kind: 'report.scheduled', scheduleId: id, dueAt: new Date('2026-11-23T03:30:00Z') }]);
    house.clock.set('2026-11-30T03:31:00Z');
    await sendScheduledReport(core, id);
    expect(notices).toHaveLength(2);
  });

  it('waits for the first due moment after it was asked for', async () => {
    await sendScheduledReport(core, await add());
    expect(notices).toEqual([]);
  });

  it('is tried again after a failure', async () => {
    const id = await add();
    house.clock.set('2026-11-23T03:30:02Z');
    failing = true;
    await expect(sendScheduledReport(core, id)).rejects.toThrow('no carrier');
    failing = false;
    await sendScheduledReport(core, id);
    expect(notices).toHaveLength(1);
  });

  it('ends when the address is no member’s any more, and does nothing when cancelled', async () => {
    const id = await add('web:gone');
    house.clock.set('2026-11-23T03:30:02Z');
    await sendScheduledReport(core, id);
    await sendScheduledReport(core, id);
    expect(notices).toEqual([]);
    expect(await core.db.schedules.countDocuments({})).toBe(0);
  });

  it('keeps the same wish once', async () => {
    expect(await add()).toBe(await add());
    expect(await core.db.schedules.countDocuments({})).toBe(1);
  });
});
