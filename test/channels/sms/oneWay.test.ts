import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AddressKey, OutboundMessage } from '../../../core/index.ts';
import { FakeTwilio } from '../../fakes/twilio.ts';
import { type House, openHouse } from '../../house.ts';

let fake: FakeTwilio;
let house: House;
beforeAll(async () => {
  fake = await FakeTwilio.open();
  house = await openHouse({
    settings: {
      TWILIO_ACCOUNT_SID: fake.accountSid,
      TWILIO_AUTH_TOKEN: fake.authToken,
      TWILIO_SMS_FROM: 'KADESHOP',
      TWILIO_API_ROOT: fake.url,
      PUBLIC_URL: fake.publicUrl,
    },
  });
  fake.webhookBase = house.kade.url;
  await house.send('people.csv', 'name,phone,marketing consent\nNimal,0771234567,yes\nKamala,0771234568,yes\n');
  await house.tap('Import');
});
afterAll(async () => {
  expect(fake.violations).toEqual([]);
  await house.close();
  await fake.close();
});

const last = (messages: OutboundMessage[]) => messages.at(-1)?.text ?? '';
const LINK = /https:\/\/kade\.test(\/o\/[\w-]{24}0)$/;

async function write(text: string): Promise<string> {
  await house.say('campaign');
  await house.tap('All customers');
  await house.tap('SMS');
  return last(await house.say(text));
}

async function launch(text: string): Promise<void> {
  await write(text);
  await house.tap('Launch');
  await house.tap('Confirm');
  await house.idle();
}

const bodyOf = (number: string) => fake.person(number).seen.at(-1)?.form.Body?.[0] ?? '';
const pathIn = (text: string) => LINK.exec(text)?.[1] ?? '';
const open = async (path: string, method = 'GET') => {
  const response = await fetch(house.kade.url + path, { method, headers: { Host: 'kade.test' } });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const stateOf = async (address: AddressKey) => {
  const customer = await house.kade.core.db.customers.findOne({ 'addresses.key': address });
  return customer?.addresses.find(({ key }) => key === address)?.marketing;
};

test('the message check refuses "reply STOP" where nobody can answer, in every language, and waits for another text', async () => {
  const refusal = 'Nobody can answer on SMS, so “reply STOP” cannot work there';
  expect(await write('Sale. Reply STOP to end')).toContain(refusal);
  expect(last(await house.say('අද දීමනා. එපා නම් STOP එවන්න'))).toContain(refusal);
  expect(last(await house.say('சலுகை. வேண்டாமெனில் STOP அனுப்பவும்'))).toContain(refusal);
  expect(await house.kade.core.db.campaigns.countDocuments({})).toBe(0);
  expect(last(await house.say('Non-stop sale'))).toContain('They read:');
});

test('the preview shows the link, and counts it among the letters', async () => {
  const preview = await write('Sale today');
  expect(preview).toMatch(/Sale today\nNo more offers: https:\/\/kade\.test\/o\/[\w-]{24}0/);
  expect(preview).toContain('1 SMS part (GSM-7, 72 of 160)');
  expect(preview).not.toContain('STOP');
});

test('the link asks, and opts out only who confirms: opening it, or checking it, changes nothing', async () => {
  await launch('අද දීමනා');
  const [nimal, kamala] = ['+94771234567', '+94771234568'].map(bodyOf);
  expect(nimal).toMatch(/^අද දීමනා\nදීමනා එපා නම්: /);
  const path = pathIn(nimal ?? '');
  expect(path).not.toBe(pathIn(kamala ?? ''));
  const page = await open(path);
  expect(page.status).toBe(200);
  expect(page.text).toContain('<html lang="si">');
  expect(page.text).toContain('Test Shop');
  expect(page.text).toContain('…4567');
  expect(page.text).not.toContain('94771234567');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('x-robots-tag')).toBe('noindex');
  await open(path, 'HEAD');
  await open(path);
  expect(await stateOf('sms:+94771234567')).toBe('granted');

  for (let times = 0; times < 2; times++) {
    const done = await open(path, 'POST');
    expect(done.status).toBe(200);
    expect(done.text).toContain('සාප්පුවට කියන්න');
    expect(done.text).not.toContain('<button');
  }
  expect(await stateOf('sms:+94771234567')).toBe('denied');
  expect(await stateOf('sms:+94771234568')).toBe('granted');
  const rows = await house.kade.core.db.consents.find({ address: 'sms:+94771234567', source: 'link' }).toArray();
  expect(rows).toHaveLength(1);
  expect(await house.kade.core.db.deliveries.countDocuments({ optedOutAt: { $exists: true } })).toBe(1);
});

test('who has left gets no offer any more', async () => {
  const before = fake.person('+94771234567').seen.length;
  await launch('Another sale');
  expect(fake.person('+94771234567').seen).toHaveLength(before);
  expect(bodyOf('+94771234568')).toContain('Another sale');
});

test('a link that was changed, cut off or made up leads nowhere', async () => {
  const path = pathIn(bodyOf('+94771234568'));
  const other = path.at(-3) === 'A' ? 'B' : 'A';
  for (const wrong of [
    `${path.slice(0, -3)}${other}${path.slice(-2)}`,
    path.slice(0, -4),
    '/o/x',
    `/o/${'A'.repeat(25)}`,
  ])
    expect((await open(wrong, 'POST')).status).toBe(404);
  expect(await stateOf('sms:+94771234568')).toBe('granted');
});
