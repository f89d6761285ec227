import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileLinks } from '../../../channels/fileLinks.ts';
import { createSms } from '../../../channels/sms/sms.ts';
import { type AddressKey, parseSettings, recordConsent, reply } from '../../../core/index.ts';
import { FakeTwilio } from '../../fakes/twilio.ts';
import type { TwilioPerson } from '../../fakes/twilioPerson.ts';
import { type House, openHouse } from '../../house.ts';

let fake: FakeTwilio;
let house: House;
beforeAll(async () => {
  fake = await FakeTwilio.open();
  house = await openHouse({
    settings: {
      TWILIO_ACCOUNT_SID: fake.accountSid,
      TWILIO_AUTH_TOKEN: fake.authToken,
      TWILIO_SMS_FROM: '+15005550006',
      TWILIO_API_ROOT: fake.url,
      PUBLIC_URL: fake.publicUrl,
    },
  });
  fake.webhookBase = house.kade.url;
});
afterAll(async () => {
  expect(fake.violations).toEqual([]);
  await house.close();
  await fake.close();
});

let numbers = 0;
function someone(): { face: TwilioPerson; address: AddressKey; writes(text: string): Promise<string[]> } {
  const face = fake.person(`+9477${3_000_000 + ++numbers}`);
  const address: AddressKey = `sms:${face.address}`;
  return {
    face,
    address,
    async writes(text) {
      const before = face.seen.length;
      expect(await face.write(text)).toBe(200);
      await house.idle(address);
      return face.seen.slice(before).map(({ form }) => form.Body?.[0] ?? '');
    },
  };
}
const shopId = async () => (await house.kade.core.db.shops.findOne({}))?._id as never;
const held = async (address: AddressKey) =>
  (await house.kade.core.db.customers.findOne({ 'addresses.key': address }))?.addresses.find(
    ({ key }) => key === address,
  );

/** A customer who has agreed to offers. */
async function customer() {
  const person = someone();
  await person.writes('Hello');
  const { core } = house.kade;
  const found = await core.db.customers.findOne({ 'addresses.key': person.address });
  await recordConsent(core, await shopId(), {
    customerId: found?._id as never,
    address: person.address,
    topic: 'marketing',
    state: 'granted',
    source: 'member',
    words: 'yes',
    evidenceId: 'test',
  } as never);
  return person;
}
const send = async (to: AddressKey, text = 'Hello') => reply(house.kade.core, { shopId: await shopId(), to }, { text });
const rowOf = async (id: unknown) => house.kade.core.db.deliveries.findOne({ _id: id as never });

test('a member commands by SMS: linked by a code, choices by number, pictures by a link', async () => {
  const [, code] = /\b([A-Z0-9-]{6,})\b/.exec((await house.say('link')).at(-1)?.text ?? '') ?? [];
  const { face, writes } = someone();
  expect((await writes('menu')).join()).not.toContain('Find a customer');
  expect((await writes(code ?? '')).join()).toContain('Welcome to Test Shop');
  const menu = (await writes('menu')).join();
  expect(menu).toMatch(/^\d\. /m);
  const number = /^(\d+)\. Settings/m.exec(menu)?.[1] ?? '';
  expect((await writes(number)).join()).toContain('Time zone');
  await house.send(
    'orders.csv',
    'order id,date,phone,amount\n1,2026-11-20,0771234567,500\n2,2026-11-19,0771234568,900\n',
  );
  await house.tap('No, or not sure');
  await house.tap('Import');
  const [report = ''] = (await writes('report')).filter((text) => text.includes('/media/'));
  const [link = ''] = /https:\/\/\S+/.exec(report) ?? [];
  expect((await fake.fetchMedia(link)).type).toBe('image/png');
  expect(face.seen.at(-1)?.media).toEqual([]);
});

describe('STOP', () => {
  test('that Twilio obeys and answers is noted in silence, and so is the START', async () => {
    const { writes, address } = await customer();
    expect(await writes('STOP')).toEqual([]);
    expect(await held(address)).toMatchObject({ marketing: 'denied', stopped: true });
    expect(await writes('start')).toEqual([]);
    expect(await held(address)).toMatchObject({ marketing: 'granted', stopped: false });
  });

  test('in words that Twilio does not know is obeyed and answered', async () => {
    const { writes, address } = await customer();
    expect(await writes('stop please')).toHaveLength(1);
    expect(await held(address)).toMatchObject({ stopped: true });
  });

  test('that Kade never saw is learnt from the refusal', async () => {
    const { face, address } = await customer();
    face.stopSilently();
    expect(await send(address)).toMatchObject({ status: 'failed', reason: 'opted_out' });
    expect(await held(address)).toMatchObject({ marketing: 'denied', stopped: true });
  });

  test('that Twilio tells of only afterwards is learnt from its report', async () => {
    const { face, address } = await customer();
    const { _id } = await send(address);
    expect(await fake.report(face.seen.at(-1) as never, 'failed', 21610)).toBe(200);
    await house.idle(address);
    expect(await rowOf(_id)).toMatchObject({ status: 'failed', reason: 'opted_out' });
    expect(await held(address)).toMatchObject({ marketing: 'denied', stopped: true });
  });
});

describe('a report of Twilio', () => {
  test('moves the message forward only, whatever comes first and twice', async () => {
    const { face, address } = await customer();
    const { _id } = await send(address);
    const message = face.seen.at(-1) as never;
    for (const status of ['queued', 'delivered', 'sent', 'delivered']) await fake.report(message, status);
    expect(await rowOf(_id)).toMatchObject({ status: 'delivered' });
    await fake.report(message, 'undelivered', 30003);
    expect(await rowOf(_id)).toMatchObject({ status: 'delivered' });
  });

  test('says why it did not arrive', async () => {
    const { face, address } = await customer();
    const { _id } = await send(address);
    await fake.report(face.seen.at(-1) as never, 'undelivered', 30006);
    expect(await rowOf(_id)).toMatchObject({ status: 'failed', reason: 'not_mobile' });
  });

  test('settles a message whose answer never came', async () => {
    const { face, address } = await customer();
    fake.plan('messages', 'reset');
    const { _id } = await send(address, 'Did it arrive?');
    expect(await rowOf(_id)).toMatchObject({ status: 'unknown' });
    const form = { StatusCallback: [`${fake.publicUrl}/hooks/sms?delivery=${_id.toHexString()}`], To: [face.address] };
    await fake.report({ sid: fake.sid('SM'), form, media: [] }, 'delivered');
    expect(await rowOf(_id)).toMatchObject({ status: 'delivered' });
  });
});

describe('an SMS', () => {
  const { core } = { core: () => house.kade.core };
  const channelFrom = (from: string) => {
    const { accountSid, authToken, url: apiRoot, publicUrl } = fake;
    const fileLinks = createFileLinks(publicUrl, 'key', core().clock);
    return createSms({ account: { accountSid, authToken, apiRoot }, from, publicUrl, fileLinks, optOutUrl: String })
      .channel;
  };
  const sent = () => fake.messages.at(-1)?.form;

  test.each([
    ['+15005550006', { From: ['+15005550006'] }, true],
    [`MG${'ab'.repeat(16)}`, { MessagingServiceSid: [`MG${'ab'.repeat(16)}`] }, true],
    ['KADESHOP', { From: ['KADESHOP'] }, false],
  ])('from %s says so, and whether it can be answered', async (from, form, twoWay) => {
    const channel = channelFrom(from);
    expect(channel.twoWay).toBe(twoWay);
    expect(await channel.send('+94771234567', { text: 'It’s “new”' }, 'd')).toMatchObject({ status: 'sent' });
    expect(sent()).toMatchObject({ ...form, Body: ['It\'s "new"'], SmartEncoded: ['false'] });
    expect(Boolean(sent()?.From) && Boolean(sent()?.MessagingServiceSid)).toBe(false);
  });

  test('to a number that is none is not tried', async () => {
    const before = fake.messages.length;
    expect(await channelFrom('KADESHOP').send('12', { text: 'x' }, 'd')).toEqual({
      status: 'failed',
      reason: 'invalid_address',
    });
    expect(fake.messages).toHaveLength(before);
  });

  test('with a picture is an MMS within North America, and has a link elsewhere', async () => {
    const file = await core().files.save(await shopId(), 'chart.png', 'image/png', Buffer.from('png'));
    const message = { text: 'Look', picture: { ...file, alt: 'A chart' } };
    const channel = house.kade.core.channels.get('sms');
    await channel?.send('+14155550100', message, 'd');
    expect(sent()).toMatchObject({ Body: ['Look'], MediaUrl: [expect.stringContaining('/media/')] });
    expect(fake.messages.at(-1)?.media[0]).toMatchObject({ type: 'image/png', content: Buffer.from('png') });
    await channel?.send('+94771234567', message, 'd');
    expect(sent()?.Body?.[0]).toMatch(/^Look\nhttps:\/\/kade\.test\/media\/\S+\/chart\.png$/);
  });

  test('in several parts asks for one report, of the last', async () => {
    await channelFrom('KADESHOP').send('+94771234567', { text: 'A sentence. '.repeat(200) }, 'd7');
    const [first, last] = fake.messages.slice(-2).map(({ form }) => form.StatusCallback);
    expect([first, last]).toEqual([undefined, [`${fake.publicUrl}/hooks/sms?delivery=d7`]]);
  });
});

test('the page speaks as no phone that a provider reaches', async () => {
  const { address } = someone();
  const path = `${house.kade.url}/api/phones/${encodeURIComponent(address)}/messages`;
  const headers = { Authorization: `Bearer ${house.token}`, 'Content-Type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify({ text: 'STOP' }) });
  expect(response.status).toBe(400);
  expect(await house.kade.core.db.inbound.countDocuments({ from: address })).toBe(0);
});

test.each([
  [{ TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}` }, ['TWILIO_AUTH_TOKEN', 'TWILIO_SMS_FROM']],
  [{ TWILIO_SMS_FROM: 'KADESHOP' }, ['TWILIO_ACCOUNT_SID', 'PUBLIC_URL']],
  [{ TWILIO_SMS_FROM: '077 123 45 67 89' }, ['TWILIO_SMS_FROM']],
])('set by half, %j is refused', (env, named) => {
  const parsed = parseSettings(env);
  const problems = 'problems' in parsed ? parsed.problems.join('\n') : '';
  for (const name of named) expect(problems).toContain(`${name}`);
});
