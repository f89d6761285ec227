import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Language } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

let house: House;
const labels = (reply: { choices?: readonly { label: string }[] } | undefined) =>
  reply?.choices?.map(({ label }) => label) ?? [];
const speak = (language: Language) => house.kade.core.db.members.updateMany({}, { $set: { language } });

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('charts of segments in chat', () => {
  it('say what is missing where there is nothing to draw', async () => {
    expect((await house.tapId('segment.cross'))[0]?.text).toContain('too little to cross');
    expect((await house.tapId('segment.movements'))[0]?.text).toContain('Nothing to compare in Nov 2026');
    await house.say('demo');
  });

  it('come with each kind of segments, and with one preference', async () => {
    const [value] = await house.say('segments');
    expect(value?.picture?.alt).toContain('“How they buy”, Test Shop: Loyal customers 34 customers, Lost customers');
    const [likes] = await house.tap('What they like');
    expect(likes?.picture?.alt).toContain('Sarees lovers 42 customers');
    const [sarees] = await house.tap('Sarees lovers');
    expect(sarees?.picture?.alt).toContain('“Sarees lovers”');
    await house.say('segments');
    const [who] = await house.tap('Who they are');
    expect(who?.picture?.alt).toContain('Women 98 customers');
  });

  it('show who moved in a month, in bands and in words, and the months before', async () => {
    await house.say('segments');
    const [month] = await house.tap('Movements');
    expect(month?.text).toContain('Movements in Nov 2026\n133 stayed where they were, 9 rose, 15 fell, 3 bought');
    expect(month?.text).toContain('7 Champions fell to Loyal customers');
    expect(month?.picture?.alt).toContain('7 Champions fell to Loyal customers');
    expect(labels(month)).toEqual(['Oct 2026', 'All segments', 'Menu']);
    const [before] = await house.tap('Oct 2026');
    expect(before?.text).toContain('Movements in Oct 2026');
    expect(labels(before)).toContain('Nov 2026');
    expect((await house.say('movements'))[0]?.text).toBe(month?.text);
    expect((await house.tapId('segment.movements:2020-01'))[0]?.text).toContain('Nothing to compare in Jan 2020');
    for (const wrong of ['2031-01', '2026-13', '0001-01', '{"$gt":1}', 'x'.repeat(500)]) {
      expect((await house.tapId(`segment.movements:${wrong}`))[0]?.text).toContain('earlier question');
    }
  });

  it('cross any two things that the customers have', async () => {
    expect((await house.say('cross table'))[0]?.text).toContain('by what?');
    await house.say('segments');
    const [first] = await house.tap('Cross-table');
    expect(labels(first)).toEqual(['Age', 'Gender', 'City', 'How they buy', 'What they like', 'All segments', 'Menu']);
    const [second] = await house.tap('Gender');
    expect(labels(second)).not.toContain('Gender');
    const [table] = await house.tap('Age');
    expect(table?.text).toContain('Age × Gender');
    expect(table?.picture?.alt).toContain('“Age × Gender”');
    const [bought] = await house.tapId('segment.cross:preference:value');
    expect(bought?.text).toContain('How they buy × What they like');
    for (const wrong of ['age:age', 'age:gender:city', '$where', 'age:$where']) {
      expect((await house.tapId(`segment.cross:${wrong}`))[0]?.text).toContain('earlier question');
    }
  });

  it('answer in Sinhala and Tamil', async () => {
    await speak('si');
    expect((await house.tapId('segment.movements'))[0]?.text).toContain('7 දෙනෙක් “හොඳම ගනුදෙනුකරුවන්” සිට');
    expect((await house.tapId('segment.cross:city:value'))[0]?.text).toContain('මිලදී ගන්නා හැටි × නගරය');
    await speak('ta');
    expect((await house.tapId('segment.movements'))[0]?.text).toContain('7 பேர் “சிறந்த வாடிக்கையாளர்கள்” இலிருந்து');
    expect((await house.tapId('segment.cross:city:value'))[0]?.text).toContain('எப்படி வாங்குகிறார்கள் × ஊர்');
    await speak('en');
  });
});

describe('the limits of the scores', () => {
  const recent = async () => {
    const bought = await house.kade.core.db.customers.find({ value: { $exists: true } }).toArray();
    return bought.filter(({ value }) => value?.r === 5).map(({ value }) => value?.recencyDays ?? 0);
  };

  it('are fifths, until the owner sets others', async () => {
    await house.say('segments');
    const [shown] = await house.tap('Score limits');
    expect(shown?.text).toContain('Orders, automatic: fifths of the buyers, parted at 1, 2, 6 and 11');
    expect(labels(shown)).not.toContain('Back to automatic');
    expect(Math.max(...(await recent()))).toBeGreaterThan(30);

    expect((await house.tap('Set days'))[0]?.text).toContain('30 60 120 240');
    expect((await house.say('30 60 120'))[0]?.text).toContain('not four rising whole numbers');
    const [kept] = await house.say('30, 60, 120, 240');
    expect(kept?.text).toContain('Kept.');
    expect(kept?.text).toContain('your own limits: up to 30 score 5, up to 60 4, up to 120 3, up to 240 2');
    expect(kept?.text).toContain('Orders, automatic');
    expect(Math.max(...(await recent()))).toBeLessThanOrEqual(30);
    expect((await house.say('segments'))[0]?.text).toContain('Scored by your own limits');
  });

  it('of money are amounts of the shop’s currency', async () => {
    await house.tapId('segment.limit:money');
    expect((await house.say('5k 20k 50k 100k'))[0]?.text).toContain(
      'Rs\u00a05,000.00 or more score 2, Rs\u00a020,000.00',
    );
    const rich = await house.kade.core.db.customers.find({ 'value.m': 5 }).toArray();
    expect(Math.min(...rich.map(({ figures }) => figures.totalSpent))).toBeGreaterThanOrEqual(10_000_000);
  });

  it('go back to automatic with one tap', async () => {
    await house.tapId('segment.limits');
    const [reset] = await house.tap('Back to automatic');
    expect(reset?.text).not.toContain('your own limits');
    expect(Math.max(...(await recent()))).toBeGreaterThan(30);
    expect((await house.say('segments'))[0]?.text).not.toContain('own limits');
  });

  it('are looked at by everyone and set by owners only', async () => {
    await house.kade.core.db.members.updateMany({}, { $set: { role: 'manager' } });
    expect((await house.tapId('segment.limits'))[0]?.text).toContain('How the scores 1 to 5 are given');
    for (const id of ['segment.limit:money', 'segment.unlimit']) {
      expect((await house.tapId(id))[0]?.text).toContain('needs the role');
    }
    await house.kade.core.db.members.updateMany({}, { $set: { role: 'owner' } });
    expect((await house.tapId('segment.limit:$where'))[0]?.text).toContain('earlier question');
  });
});
