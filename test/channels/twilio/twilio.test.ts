import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFileLinks } from '../../../channels/fileLinks.ts';
import { createPace } from '../../../channels/pace.ts';
import { createTwilioClient } from '../../../channels/twilio/client.ts';
import { readForm, readTwilioWebhook } from '../../../channels/twilio/readWebhook.ts';
import { reasonOf, TWILIO_REASONS } from '../../../channels/twilio/reasons.ts';
import { createTwilioReceiver } from '../../../channels/twilio/receiver.ts';
import { createTwilioSender } from '../../../channels/twilio/sender.ts';
import { createTwilioWebhook } from '../../../channels/twilio/webhook.ts';
import type { InboundMessage } from '../../../core/index.ts';
import { FakeTwilio, type Plan } from '../../fakes/twilio.ts';
import { type House, openHouse } from '../../house.ts';

let fake: FakeTwilio;
let house: House;
beforeAll(async () => {
  fake = await FakeTwilio.open();
  house = await openHouse({ settings: { PUBLIC_URL: 'https://kade.test' } });
  fake.webhookBase = house.kade.url;
});
afterEach(() => {
  expect(fake.violations.splice(0)).toEqual([]);
});
afterAll(async () => {
  await house.close();
  await fake.close();
});

const account = (answerWithinMs = 300) => ({
  accountSid: fake.accountSid,
  authToken: fake.authToken,
  apiRoot: fake.url,
  answerWithinMs,
});
const from = '+15005550006';
const to = '+94771230001';
const sender = () => createTwilioSender(createTwilioClient(account()), createPace({ perSecond: 80 }));

describe('a send', () => {
  test('is one request by the SDK, and has the id of Twilio', async () => {
    const outcome = await sender()([{ to, from, body: 'Hello සුභ', statusCallback: 'https://kade.test/hooks/sms' }]);
    const [taken] = fake.person(to).seen;
    expect(outcome).toEqual({ status: 'sent', providerId: taken?.sid });
    expect(taken?.form).toMatchObject({ Body: ['Hello සුභ'], From: [from] });
  });

  test.each<[Plan, object]>([
    [
      { status: 400, code: 21610 },
      { status: 'failed', reason: 'opted_out', optOut: true },
    ],
    [
      { status: 400, code: 21614 },
      { status: 'failed', reason: 'not_mobile' },
    ],
    [
      { status: 400, code: 21408 },
      { status: 'failed', reason: 'country_off' },
    ],
    [
      { status: 400, code: 99999 },
      { status: 'failed', reason: 'carrier' },
    ],
    [
      { status: 401, code: 20003 },
      { status: 'failed', reason: 'account_refused', incident: 'credentials_refused' },
    ],
    [
      { status: 400, code: 21606 },
      { status: 'failed', reason: 'sender_wrong', incident: 'sender_refused' },
    ],
    [
      { status: 400, code: 21611 },
      { status: 'retry', afterMs: 60_000, reason: 'too_many' },
    ],
    [{ status: 429 }, { status: 'retry', afterMs: 1000, reason: 'too_many' }],
    [
      { status: 429, retryAfter: 37 },
      { status: 'retry', afterMs: 37_000, reason: 'too_many' },
    ],
    [{ status: 500 }, { status: 'retry', afterMs: 5000, reason: 'carrier' }],
    [
      { status: 503, html: true },
      { status: 'retry', afterMs: 5000, reason: 'carrier' },
    ],
    [
      { status: 504, html: true },
      { status: 'unknown', reason: 'no_answer' },
    ],
    [
      { status: 200, html: true },
      { status: 'unknown', reason: 'no_answer' },
    ],
    ['hang', { status: 'unknown', reason: 'no_answer' }],
    ['reset', { status: 'unknown', reason: 'no_answer' }],
  ])('answered by %j is %j, and never repeated by itself', async (plan, outcome) => {
    const before = fake.messages.length;
    fake.plan('messages', plan);
    expect(await sender()([{ to, from, body: 'Hello' }])).toEqual(outcome);
    expect(fake.messages).toHaveLength(before);
  });

  test('to nobody there is tried again later: nothing left', async () => {
    const client = createTwilioClient({ ...account(), apiRoot: 'http://127.0.0.1:1' });
    expect(
      await createTwilioSender(client, createPace({ perSecond: 80 }))([{ to, from, body: 'Hello' }]),
    ).toMatchObject({ status: 'retry' });
  });

  test('of which only the first part left is unknown, and the rest is not sent', async () => {
    fake.plan('messages', 'well', { status: 400, code: 30007 });
    const parts = ['one', 'two', 'three'].map((body) => ({ to: '+94771230002', from, body }));
    expect(await sender()(parts)).toEqual({ status: 'unknown', reason: 'partly_sent' });
    expect(fake.person('+94771230002').seen.map(({ form }) => form.Body)).toEqual([['one']]);
  });
});

test('every reason has words in every language', async () => {
  for (const language of ['en', 'si', 'ta']) {
    const texts = JSON.parse(await readFile(`bot/i18n/${language}.json`, 'utf8'));
    expect(TWILIO_REASONS.filter((reason) => !texts.reason[reason])).toEqual([]);
  }
  expect(reasonOf(30003)).toBe('unreachable');
  expect(reasonOf(undefined)).toBe('carrier');
});

describe('what Twilio posts', () => {
  const message = { MessageSid: `SM${'0'.repeat(32)}`, From: '+94771230003', Body: 'Hi' };
  const read = (form: Record<string, string>) =>
    readTwilioWebhook(readForm(Buffer.from(new URLSearchParams(form).toString())));

  test('is a message, with what it does not say left out', () => {
    expect(read({ ...message, Body: '50% off & more? නියමයි', Fresh: 'field' })).toEqual({
      kind: 'message',
      sid: message.MessageSid,
      from: 'sms:+94771230003',
      text: '50% off & more? නියමයි',
      media: [],
      answered: false,
    });
    expect(read({ ...message, From: 'whatsapp:+94771230003', ButtonPayload: 'stop' })).toMatchObject({
      from: 'whatsapp:+94771230003',
      payload: 'stop',
    });
  });

  test.each([
    ['sms:', 'Stop ', true],
    ['sms:', 'HELP', true],
    ['sms:', 'stop please', false],
    ['whatsapp:', 'STOP', false],
  ])('%s %s is answered by Twilio: %s', (channel, Body, answered) => {
    const From = channel === 'sms:' ? message.From : `whatsapp:${message.From}`;
    expect(read({ ...message, From, Body })).toMatchObject({ answered });
    expect(read({ ...message, From, Body, OptOutType: 'STOP' })).toMatchObject({ answered: true });
  });

  test('is a status, with its code', () => {
    const status = {
      MessageSid: message.MessageSid,
      MessageStatus: 'undelivered',
      To: '+94771230003',
      ErrorCode: '30003',
    };
    expect(read(status)).toMatchObject({ kind: 'status', to: 'sms:+94771230003', status: 'undelivered', code: 30003 });
    expect(read({ ...status, ErrorCode: '' })).not.toHaveProperty('code');
  });

  test.each([
    {},
    { From: '+94771230003' },
    { ...message, From: 'KADESHOP' },
    { ...message, NumMedia: 'many' },
    { MessageSid: 'x', MessageStatus: 'sent', To: '+94771230003' },
  ])('is refused as unreadable: %j', (form) => {
    expect(() => read(form as Record<string, string>)).toThrow(expect.objectContaining({ name: 'MalformedWebhook' }));
  });

  test('is believed only when signed over our public address, its query included', () => {
    const publicUrl = 'https://kade.test';
    const webhook = createTwilioWebhook('sms', { authToken: fake.authToken, publicUrl }, async () => undefined);
    const sign = (url: string) => createHmac('sha1', fake.authToken).update(`${url}BodyHiFrom+1`).digest('base64');
    const body = Buffer.from('From=%2B1&Body=Hi');
    const isGenuine = (path: string, signature?: string) =>
      webhook.isGenuine({ path, body, headers: signature ? { 'x-twilio-signature': signature } : {} });
    expect(isGenuine('/hooks/sms', sign('https://kade.test/hooks/sms'))).toBe(true);
    expect(isGenuine('/hooks/sms?delivery=1', sign('https://kade.test/hooks/sms?delivery=1'))).toBe(true);
    expect(isGenuine('/hooks/sms?delivery=2', sign('https://kade.test/hooks/sms?delivery=1'))).toBe(false);
    expect(isGenuine('/hooks/sms', sign('http://127.0.0.1:3000/hooks/sms'))).toBe(false);
    expect(isGenuine('/hooks/sms')).toBe(false);
  });
});

describe('a file', () => {
  const receive = async (url: string, type: string, limitMb = 1) => {
    const shop = await house.kade.core.db.shops.findOne({});
    const taken: InboundMessage[] = [];
    const take = createTwilioReceiver({
      account: account(),
      limitMb,
      pace: 0,
      core: house.kade.core,
      shopId: shop?._id as never,
      receive: async (message, onKept) => {
        taken.push(message);
        onKept?.();
      },
    });
    const media = [{ url, mimeType: type }];
    await take({ kind: 'message', sid: 'SM1', from: 'sms:+94771230004', text: 'Look', media, answered: false });
    return taken[0];
  };
  const put = (name: string, type: string, content: Buffer): string => {
    const path = `/2010-04-01/Accounts/${fake.accountSid}/Messages/${fake.sid('MM')}/Media/${fake.sid('ME')}`;
    fake.media.set(path, { name, type, content });
    return `https://api.twilio.com${path}`;
  };

  test('is fetched with our key, which goes to Twilio alone, and kept byte by byte', async () => {
    const content = Buffer.from('name\nනිමල්\n');
    const { text, file } = (await receive(put('නම්/list.csv', 'text/csv', content), 'text/csv')) ?? {};
    expect(text).toBe('Look');
    expect(file).toMatchObject({ name: 'නම්_list.csv', mimeType: 'text/csv', size: content.length });
    expect(await readFile(house.kade.core.files.path(file?.id ?? ''))).toEqual(content);
  });

  test('too large, of another kind, of another host or gone is refused', async () => {
    const signal = async (...asked: Parameters<typeof receive>) => (await receive(...asked))?.signal;
    const large = put('a.jpg', 'image/jpeg', Buffer.alloc(1024 * 1024 + 1));
    expect(await signal(large, 'image/jpeg')).toEqual({
      kind: 'refused',
      code: 'file_too_large',
      params: { limitMb: 1 },
    });
    const refused = expect.objectContaining({ kind: 'refused', code: 'file_not_fetched' });
    expect(await signal(put('a.jpg', 'text/html', Buffer.from('<p>')), 'image/jpeg')).toEqual(refused);
    expect(await signal(`${fake.url}/2010-04-01/x`, 'image/jpeg')).toEqual(refused);
    expect(await signal('https://api.twilio.com/2010-04-01/Accounts.json', 'image/jpeg')).toEqual(refused);
    fake.plan('media', { status: 500 }, { status: 404 }, { status: 500 });
    expect(await signal(put('b.jpg', 'image/jpeg', Buffer.from('b')), 'image/jpeg')).toEqual(refused);
  });

  test('of ours is reached by its link, signed and for a while, without signing in', async () => {
    const { core, url } = house.kade;
    const shop = await core.db.shops.findOne({});
    const links = createFileLinks('https://kade.test', 'another key', core.clock);
    const file = await core.files.save(shop?._id as never, 'chart 1.png', 'image/png', Buffer.from('png'));
    expect(links.linkTo(file, 1000)).toMatch(/^https:\/\/kade\.test\/media\/[\w/-]+\/chart%201\.png$/);
    const path = new URL(links.linkTo(file, 1000)).pathname;
    expect((await fetch(url + path)).status).toBe(404);
    const [, , id = '', until = '', signature = ''] = path.split('/');
    expect(links.allows(id, until, signature)).toBe(true);
    expect(links.allows(id, `${until}0`, signature)).toBe(false);
    house.clock.set('2026-11-21T04:30:01Z');
    expect(links.allows(id, until, signature)).toBe(false);
  });
});
