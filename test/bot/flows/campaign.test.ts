import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Customer, OutboundMessage } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  const { db } = house.kade.core;
  const shop = await db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  const names = ['Nimal Perera', '{{x}}', '{first_name}', 'Kumari', '=HYPERLINK("x")', undefined, 'Ravi', 'Sita'];
  await db.customers.insertMany(
    names.map((name, index): Customer => {
      const value = `+9477123450${index}`;
      return {
        _id: new Types.ObjectId(),
        shopId: shop._id,
        ...(name === undefined ? {} : { name }),
        searchWords: [],
        addresses: [
          {
            key: `sms:${value}`,
            channel: 'sms',
            value,
            marketing: index === 7 ? 'denied' : 'granted',
            service: 'unknown',
          },
        ],
        tags: [],
        figures: { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null },
        createdAt: new Date(),
        updatedAt: new Date(),
      };
    }),
  );
});
afterAll(() => house.close());

const texts = (messages: OutboundMessage[]) => messages.map(({ text }) => text).join('\n---\n');
const labels = (messages: OutboundMessage[]) =>
  messages.flatMap(({ choices }) => (choices ?? []).map(({ label }) => label));
const idOf = (messages: OutboundMessage[], label: string) =>
  messages.flatMap(({ choices }) => choices ?? []).find((one) => one.label === label)?.id ?? '';

/** From the menu to the preview of a draft. */
async function compose(text: string): Promise<OutboundMessage[]> {
  await house.say('campaign');
  await house.tap('All customers');
  await house.tap('SMS');
  return house.say(text);
}

describe('a campaign by conversation', () => {
  it('previews who gets what, what it costs and who is left out', async () => {
    const preview = await compose('Hi {first_name|friend}, 10% off at {shop} today');
    expect(texts(preview)).toContain('All customers by SMS: 7 of 8 people get it.');
    expect(texts(preview)).toContain('• 1: opted out');
    expect(texts(preview)).toContain('GSM-7');
    expect(texts(preview)).toContain('Hi Nimal, 10% off at Test Shop today\nReply STOP to opt out');
    expect(texts(preview)).toContain('Hi {{x}}, 10% off at Test Shop today');
    expect(texts(preview)).toMatchSnapshot();
    expect(labels(preview)).toEqual(['Send me a test', 'Launch now', 'Schedule', 'Change the text', 'Cancel']);
  });

  it('names a field it does not know and takes the text again', async () => {
    const refused = await compose('Hi {nickname}');
    expect(texts(refused)).toContain('“nickname”');
    expect(texts(await house.say('Hi {first_name|friend}'))).toContain('7 of 8');
    await house.tap('Cancel');
  });

  it('leaves out whom a field without fallback says nothing about', async () => {
    expect(texts(await compose('Hi {name}'))).toContain('• 1: a field of the text is not known');
    expect(texts(await house.tap('Cancel'))).toContain('Cancelled');
  });

  it('shows a test in the own chat, reads back, launches once and reports', async () => {
    await compose('Hi {first_name|friend}!');
    expect(texts(await house.tap('Send me a test'))).toContain('Hi Nimal!\nReply STOP to opt out');
    const readBack = await house.tap('Launch now');
    expect(texts(readBack)).toContain('Send to 7 people by SMS now: Nimal Perera, {{x}}, {first_name}, Kumari');
    expect(labels(readBack)).toEqual(['Confirm', 'Change the text', 'Cancel']);
    const confirm = idOf(readBack, 'Confirm');
    const launched = await house.tap('Confirm');
    expect(texts(launched)).toContain('Launched');
    expect(texts(launched)).toContain('7 of 7');
    const report = launched.find(({ picture }) => picture);
    expect(report?.text).toContain('Sent: 7');
    expect(report?.text).toContain('Left out: 1 opted out');
    expect(texts(await house.tapId(confirm))).toContain('was launched already');
    const phones = await house.transcript('sms:+94771234501');
    expect(phones.map(({ text }) => text)).toEqual(['Hi {{x}}!\nReply STOP to opt out']);
  });

  it('answers taps on old buttons without changing anything', async () => {
    const preview = await compose('First text');
    const change = idOf(preview, 'Change the text');
    const readBack = await house.tap('Launch now');
    await house.tapId(change);
    await house.say('Second text');
    expect(texts(await house.tapId(idOf(readBack, 'Confirm')))).toContain('changed after that question');
    await house.tapId(idOf(readBack, 'Cancel'));
    expect(texts(await house.tapId(change))).toContain('cannot be changed any more');
    expect(texts(await house.tapId('campaign.show:000000000000000000000000'))).toContain('cannot find that campaign');
    expect(texts(await house.tapId('campaign.show:x'))).toContain('earlier question');
  });

  it('schedules in the words of the shop, in its own time zone', async () => {
    await compose('See you {first_name|friend}');
    await house.tap('Schedule');
    expect(texts(await house.say('someday'))).toContain('someday');
    const readBack = await house.say('tomorrow 9am');
    expect(texts(readBack)).toContain('Sunday, 22 Nov 2026, 09:00');
    expect(texts(await house.tap('Confirm'))).toContain('goes out on Sunday, 22 Nov 2026, 09:00');
    const campaign = await house.kade.core.db.campaigns.findOne({ status: 'scheduled' });
    expect(campaign?.scheduledAt?.toISOString()).toBe('2026-11-22T03:30:00.000Z');
    expect(texts(await house.tap('Cancel'))).toContain('Cancelled');
  });

  it('does not launch at night, but offers the morning', async () => {
    house.clock.set('2026-11-21T16:00:00Z');
    await compose('Good night {first_name|friend}');
    const offer = await house.tap('Launch now');
    expect(texts(offer)).toContain('outside the hours for offers');
    expect(texts(offer)).toContain('Sunday, 22 Nov 2026, 09:00');
    await house.tap('Cancel');
    house.clock.set('2026-11-21T04:30:00Z');
  });

  it('lists campaigns and gives their rows as a file', async () => {
    const list = await house.say('campaigns');
    expect(texts(list)).toContain('Hi {first_name|friend}!');
    await house.tapId(
      list.flatMap(({ choices }) => choices ?? []).find(({ label }) => label.includes('friend}!'))?.id ?? '',
    );
    const exported = await house.tap('Rows as CSV');
    expect(exported[0]?.file?.name).toMatch(/^campaign-.*\.csv$/);
  });
});
