import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddressKey, OutboundMessage } from '../../../core/index.ts';
import { FakeTwilio } from '../../fakes/twilio.ts';
import { type FakeTemplate, serveTemplates } from '../../fakes/twilioContent.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const OFFER: FakeTemplate = {
  sid: `HX${'a1'.repeat(16)}`,
  name: 'weekend_offer',
  status: 'approved',
  variables: { 1: 'Ann', 2: '10%' },
  types: {
    'twilio/quick-reply': {
      body: 'Hi {{1}}, {{2}} off this weekend.',
      actions: [{ type: 'QUICK_REPLY', title: 'Stop promotions', id: 'stop' }],
    },
  },
};
const REJECTED: FakeTemplate = {
  sid: `HX${'b2'.repeat(16)}`,
  name: 'loud_offer',
  status: 'rejected',
  reason: 'It shouts.',
  types: { 'twilio/text': { body: 'BUY {{1}} NOW' } },
};
const PLACE: FakeTemplate = {
  sid: `HX${'c3'.repeat(16)}`,
  name: 'our_shop',
  status: 'approved',
  types: { 'twilio/location': { latitude: 6.9, longitude: 79.8, label: 'Shop' } },
};

let house: House;
let fake: FakeTwilio;
beforeAll(async () => {
  fake = await FakeTwilio.open();
  serveTemplates(fake, [REJECTED, OFFER, PLACE]);
  house = await openHouse({
    settings: {
      TWILIO_ACCOUNT_SID: fake.accountSid,
      TWILIO_AUTH_TOKEN: fake.authToken,
      TWILIO_WHATSAPP_FROM: '+15005550006',
      TWILIO_API_ROOT: fake.url,
      PUBLIC_URL: fake.publicUrl,
    },
  });
  fake.webhookBase = house.kade.url;
  const { core } = house.kade;
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  await core.db.shops.updateOne({}, { $set: { weeklyCap: 100 } });
  const granted = { marketing: 'granted', service: 'unknown' } as const;
  await core.db.customers.insertMany(
    NAMES.map((name, index) =>
      makeCustomer(shop._id, {
        name,
        addresses: (['whatsapp', 'sms'] as const).map((channel) => {
          const value = number(index);
          return { key: `${channel}:${value}` as const, channel, value, ...granted };
        }),
      }),
    ),
  );
});
afterAll(async () => {
  expect(fake.violations).toEqual([]);
  await house.close();
  await fake.close();
});

const NAMES = ['Nimal', 'Kumari', 'Ravi'];
const number = (index: number) => `+9477555000${index}`;
const person = (index: number) => fake.person(`whatsapp:${number(index)}`);
const texts = (messages: OutboundMessage[]) => messages.map(({ text }) => text).join('\n---\n');
const labels = (messages: OutboundMessage[]) =>
  messages.flatMap(({ choices }) => (choices ?? []).map(({ label }) => label));
const lastForm = (index: number) => person(index).seen.at(-1)?.form ?? {};
const rows = () => house.kade.core.db.deliveries.find({ campaignId: { $exists: true } }).toArray();
async function write(index: number, text: string, more: Record<string, string> = {}): Promise<void> {
  expect(await person(index).write(text, undefined, more)).toBe(200);
  await house.idle(`whatsapp:${number(index)}` as AddressKey);
}

describe('templates', () => {
  it('are listed with how far WhatsApp is with them, and refused when typed wrong', async () => {
    const listed = texts(await house.say('templates'));
    expect(listed).toContain('weekend_offer (en): approved\n“Hi {{1}}, {{2}} off this weekend.”');
    expect(listed).toContain('loud_offer (en): rejected (It shouts.)');
    expect(listed).not.toContain('our_shop');
  });

  it('are said to be out of reach when Twilio does not answer', async () => {
    const operation = fake.operations.get('GET /v1/ContentAndApprovals');
    fake.operations.delete('GET /v1/ContentAndApprovals');
    expect(texts(await house.say('templates'))).toContain('Twilio does not show its templates now');
    if (operation) fake.operations.set('GET /v1/ContentAndApprovals', operation);
  });
});

describe('a campaign by WhatsApp through Twilio', () => {
  it('offers the approved templates, asks for each variable, and sends by it outside the 24 hours', async () => {
    await write(1, 'Are you open?');
    await house.say('campaign');
    await house.tap('All customers');
    const offered = await house.tap('WhatsApp');
    expect(labels(offered)).toEqual(['weekend_offer (en)', 'A text without a template', 'Cancel']);
    expect(texts(await house.say('loud_offer'))).toContain('not approved by WhatsApp');
    const first = await house.say('weekend_offer');
    expect(texts(first)).toContain('What stands for 1?');
    expect(texts(await house.say('{nickname}'))).toContain('“nickname”');
    expect(texts(await house.tapId('campaign.value:0.first_name'))).toContain('What stands for 2?');
    expect(texts(await house.tapId('campaign.value:0.first_name'))).toContain('What stands for 2?');
    const preview = await house.say('10%');
    expect(texts(preview)).toContain('Template: weekend_offer.');
    expect(texts(preview)).toMatch(/• 2 by WhatsApp, by template: Rs\s44\.00/);
    expect(texts(preview)).toContain('Hi Nimal, 10% off this weekend.');
    await house.tap('Launch now');
    expect(texts(await house.tap('Confirm'))).toContain('3 of 3');
    expect(lastForm(0)).toMatchObject({
      To: [`whatsapp:${number(0)}`],
      From: ['whatsapp:+15005550006'],
      ContentSid: [OFFER.sid],
      ContentVariables: ['{"1":"Nimal","2":"10%"}'],
    });
    expect(lastForm(0).Body).toBeUndefined();
    expect(lastForm(1)).toMatchObject({ Body: ['Hi Kumari, 10% off this weekend.\nReply STOP to opt out'] });
  });

  it('answers old buttons of a template, and changes nothing', async () => {
    for (const id of [`campaign.template:${OFFER.sid}`, 'campaign.value:0.city', 'campaign.freeText'])
      expect(texts(await house.tapId(id))).toContain('earlier question');
  });

  it('reads receipts, and why a message did not arrive', async () => {
    const [first, second, third] = [0, 1, 2].map((index) => person(index).seen.at(-1));
    if (!first || !second || !third) throw new Error('not sent');
    for (const status of ['sent', 'delivered', 'read']) await fake.report(first, status);
    await fake.report(second, 'failed', 63016);
    await fake.report(third, 'undelivered', 63018);
    const found = await rows();
    expect(found.map(({ status, reason }) => [status, reason]).sort()).toEqual([
      ['failed', 'sender_limit'],
      ['failed', 'window_closed'],
      ['read', undefined],
    ]);
    await house.say('campaigns');
    const report = texts(await house.tap('Hi {first_name|friend}, 10%'));
    expect(report).toContain('they have not written for 24 hours');
    expect(report).toContain('more than WhatsApp takes');
  });

  it('without a template leaves out whom only one would reach', async () => {
    await house.say('campaign');
    await house.tap('All customers');
    await house.tap('WhatsApp');
    await house.tap('A text without a template');
    const preview = texts(await house.say('Only today!'));
    expect(preview).toContain('All customers by WhatsApp: 1 of 3 people get it.');
    expect(preview).toContain('• 2: they have not written for 24 hours');
    await house.tap('Cancel');
  });

  it('hears the STOP on a template’s button', async () => {
    await write(2, 'දැන්වීම් එපා', { ButtonPayload: 'stop', ButtonText: 'දැන්වීම් එපා' });
    const customer = await house.kade.core.db.customers.findOne({ name: 'Ravi' });
    expect(customer?.addresses.map(({ stopped }) => stopped)).toEqual([true, true]);
    expect(lastForm(2).Body?.[0]).toContain('no more offers');
  });
});

describe('a campaign by the cheapest channel', () => {
  it('is ordered, told to go on where one fails, and goes on', async () => {
    await house.say('campaign');
    await house.tap('All customers');
    await house.tap('The cheapest for each');
    await house.tapId('campaign.noPostal');
    await house.say('News');
    await house.tap('A text without a template');
    const preview = await house.say('Sale at {shop}');
    expect(texts(preview)).toMatch(/• 1 by SMS: Rs\s0\.75\n• 1 by WhatsApp: Rs\s0\.00/);
    expect(texts(preview)).toContain('For each person the cheapest channel');
    await house.tap('Order of channels');
    expect(texts(await house.say('pigeon, SMS'))).toContain('Name each channel once');
    expect(texts(await house.say('WhatsApp, SMS'))).toContain('In this order: WhatsApp, SMS.');
    const on = await house.tap('Try the next if one fails');
    expect(texts(on)).toContain('tried on the next channel');
    expect(labels(on)).toContain('Do not try the next');
    fake.plan('messages', { status: 400, code: 63003 });
    await house.tap('Launch now');
    const done = texts(await house.tap('Confirm'));
    expect(done).toContain('By channel: SMS 2');
    expect(done).toContain('Reached only by a further channel: 1');
  });
});
