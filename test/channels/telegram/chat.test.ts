import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AddressKey, Core, OutboundMessage } from '../../../core/index.ts';
import { FakeTelegram } from '../../fakes/telegram.ts';
import { contractMissing } from '../../fakes/telegramContract.ts';
import { type House, openHouse } from '../../house.ts';
import { readQr } from '../../reports/readQr.ts';

const NOW = '2026-11-21T04:30:00Z';
const CSV = 'name,phone,city\nNimal Perera,0771234567,Galle\nKamala Silva,0777654321,Kandy\n';

let telegram: FakeTelegram;
let house: House;
let core: Core;
beforeAll(async () => {
  telegram = await FakeTelegram.open(() => new Date(NOW));
  house = await openHouse({
    now: NOW,
    settings: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.url },
  });
  core = house.kade.core;
  await telegram.called('getUpdates');
});
afterAll(async () => {
  await house.close();
  await telegram.close();
});
afterEach(() => expect(telegram.violations).toEqual([]));

if (contractMissing) console.log(`Requests are not held against Telegram's description: ${contractMissing}`);

let people = 1000;
const someone = () => telegram.person(++people);
const addressOf = ({ id }: { id: number }): AddressKey => `telegram:${id}`;
const customerAt = (address: AddressKey) => core.db.customers.findOne({ 'addresses.key': address });
const tokenIn = (messages: readonly OutboundMessage[]) =>
  messages.map(({ text }) => /\?start=([\w-]+)/.exec(text)?.[1]).find((token) => token) ?? '';
/** What the link carries that the owner asks for on the page. */
const linkFrom = async (command: string) => tokenIn(await house.say(command));

/** The owner's own Telegram, linked by the code that the page gives. */
async function linkedOwner() {
  const owner = someone();
  await owner.start(await linkFrom('link'));
  await owner.hears('Welcome to Test Shop');
  await house.idle(addressOf(owner));
  return owner;
}

/** A customer who came by a link from the counter and said yes. */
async function optedIn() {
  const customer = someone();
  await customer.start(await linkFrom('join link'));
  await customer.hears('would like to send you');
  await customer.tap('Yes');
  await customer.hears('Thank you');
  return customer;
}

describe('an owner', () => {
  test('links their own Telegram by a one-time code, and is told of it where they were', async () => {
    const owner = await linkedOwner();
    expect((await house.transcript()).at(-1)?.text).toContain(`Telegram ${owner.id} is yours now`);
    await owner.write('/settings@kade_test_bot');
    const settings = await owner.hears('Country');
    expect(settings.buttons.map(({ text }) => text)).toContain('Link my phone');
    const [menu] = [...telegram.commands].filter(([key]) => key.includes(String(owner.id))).map(([, menu]) => menu);
    expect(menu?.find(({ command }) => command === 'report')?.description).toContain('Sales');
  });

  test('takes a phone away that is theirs no more', async () => {
    const owner = await linkedOwner();
    await house.say('link');
    expect((await house.tap(`Take Telegram ${owner.id} away`))[0]?.text).toContain('yours no more');
    await owner.write('undo');
    await owner.hears('Test Shop has your message');
    expect(telegram.calls.findLast(({ method }) => method === 'setMyCommands')?.fields.commands).toHaveLength(2);
  });

  test('sends a file, sees the preview with buttons, and imports it', async () => {
    const owner = await linkedOwner();
    await owner.sendFile('ගනුදෙනුකරුවන් list.csv', CSV);
    const preview = await owner.hears('Nimal');
    expect(preview.buttons.map(({ text }) => text)).toContain('Yes, they agreed');
    await owner.tap('Yes, they agreed');
    await owner.hears('Nimal');
    await owner.tap('Import');
    await owner.hears('Customers: 2 new');
    await owner.write('find nimal');
    await owner.hears('Nimal Perera');
    expect(telegram.calls.some(({ method }) => method === 'answerCallbackQuery')).toBe(true);
  });

  test('is told that a file is too large for Telegram, before it is fetched', async () => {
    const owner = await linkedOwner();
    await owner.sendFile('big.csv', 'x', { told: 21 * 1024 * 1024 });
    await owner.hears('larger than 20 MB');
  });

  test('is told when a file cannot be fetched', async () => {
    const owner = await linkedOwner();
    telegram.plan('getFile', ...Array.from({ length: 3 }, () => ({ status: 400, description: 'Bad Request: gone' })));
    await owner.sendFile('gone.csv', 'x');
    await owner.hears('could not fetch that file');
  }, 10_000);

  test('sends an album: each file is looked at, in order', async () => {
    const owner = await linkedOwner();
    await owner.sendFile('first.csv', CSV, { album: 'a1' });
    await owner.sendFile('second.csv', CSV.replaceAll('077', '071'), { album: 'a1' });
    await owner.hears('first.csv');
    await owner.hears('second.csv');
  });

  test('answers a customer by replying to what they wrote, and nobody by replying to something else', async () => {
    const owner = await linkedOwner();
    const customer = await optedIn();
    await customer.write('Is my rice ready?');
    const notice = await owner.hears('Is my rice ready?');
    await owner.reply(notice, 'undo');
    await owner.hears('Sent to');
    expect((await customer.hears('undo')).text).toContain('You are talking with a person of Test Shop now.');
    // A message that the bot does not know, and one of another chat.
    await owner.reply({ id: 999_999 }, 'settings');
    await owner.hears('cannot tell which message');
    const stranger = someone();
    await stranger.start();
    await stranger.reply(notice, 'send me the money');
    await stranger.hears('Test Shop has your message');
    expect(customer.seen.every(({ text }) => !text.includes('money'))).toBe(true);
  });

  test('commands by their own words only, never by those they pass on', async () => {
    const owner = await linkedOwner();
    await owner.forward('undo');
    await owner.hears('That is a forwarded message');
  });
});

describe('someone who is not linked', () => {
  test('reaches no command, whatever they write, pass on or tap', async () => {
    const stranger = someone();
    await stranger.start();
    await stranger.hears('This is the chat of Test Shop');
    for (const text of ['undo', '/report', 'invite', 'settings']) await stranger.write(text);
    await stranger.hears('Test Shop has your message');
    await stranger.forward('menu');
    await telegram.push({
      callback_query: {
        id: 'forged',
        from: { id: stranger.id, is_bot: false, first_name: 'X' },
        chat_instance: '1',
        data: 'settings.code:owner',
        message: { message_id: 1, date: 1, chat: { id: stranger.id, type: 'private' } },
      },
    });
    await stranger.write('HELP');
    await stranger.hears('reply STOP');
    expect(stranger.seen.every(({ text }) => !/Menu|Code|Country/.test(text))).toBe(true);
  });

  test('is not heard from a group', async () => {
    const group = { id: -100, type: 'group', title: 'G' };
    const from = { id: 999, is_bot: false, first_name: 'X' };
    await telegram.push({ message: { message_id: 1, date: 1, chat: group, from, text: 'HELP' } });
    await (await optedIn()).write('HELP');
    expect(await core.db.inbound.countDocuments({ from: 'telegram:999' })).toBe(0);
  });

  test('cannot use a code twice', async () => {
    const code = await linkFrom('link');
    const [first, second] = [someone(), someone()];
    await first.start(code);
    await first.hears('Welcome');
    await second.start(code);
    await second.hears('That code is wrong');
  });
});

describe('a customer', () => {
  test('opts in by a link and one tap, and out by STOP', async () => {
    const customer = await optedIn();
    const address = (await customerAt(addressOf(customer)))?.addresses[0];
    expect(address).toMatchObject({ marketing: 'granted' });
    const row = await core.db.consents.findOne({ address: addressOf(customer) });
    expect(row).toMatchObject({ source: 'link', state: 'granted' });
    expect(row?.words).toContain('Test Shop would like to send you');
    await customer.write('Stop!');
    await customer.hears('no more offers');
    expect((await customerAt(addressOf(customer)))?.addresses[0]).toMatchObject({ marketing: 'denied', stopped: true });
    await customer.start();
    await customer.hears('This is the chat of');
    expect((await customerAt(addressOf(customer)))?.addresses[0]).toMatchObject({ marketing: 'denied', stopped: true });
  });

  test('finds the link as a QR code at the counter', async () => {
    const [invitation] = await house.say('join link');
    const { id = '', alt } = invitation?.picture ?? {};
    expect(invitation?.text).toContain(await readQr(await readFile(core.files.path(id))));
    expect(alt).toContain('QR code');
  });

  test('a link works for one person, and no is no', async () => {
    const token = await linkFrom('join link');
    const [first, second] = [someone(), someone()];
    for (const one of [first, second]) {
      await one.start(token);
      await one.hears('would like to send you');
    }
    await first.tap('No');
    await first.hears('sends you no offers');
    expect(await customerAt(addressOf(first))).toBeNull();
    await second.tap('Yes');
    await second.hears('Thank you');
    await first.tap('Yes');
    await first.hears('That link was used already');
    await first.start('nonsense-token');
    await first.hears('That link was used already');
  });

  test('a link made on a card brings the address to that customer', async () => {
    const sms: AddressKey = 'sms:+94770000001';
    await house.say('hello', sms);
    const known = await customerAt(sms);
    await house.tapId(`customer.show:${known?._id.toHexString()}`);
    const customer = someone();
    await customer.start(tokenIn(await house.tap('Link for Telegram')));
    await customer.hears('would like');
    await customer.tap('Yes');
    await customer.hears('Thank you');
    expect((await customerAt(addressOf(customer)))?._id).toEqual(known?._id);
  });

  test('shares their own number, which joins the customer with it; another’s contact is refused', async () => {
    const sms: AddressKey = 'sms:+94770000002';
    await house.say('hello', sms);
    const known = await customerAt(sms);
    const customer = await optedIn();
    expect(customer.seen.at(-1)?.phoneButton).toContain('Share my number');
    await customer.shareContact('94770000002', 4);
    await customer.hears('somebody else’s contact');
    await customer.shareContact('94770000002');
    await customer.hears('knows your number now');
    const joined = await customerAt(addressOf(customer));
    expect(joined?._id).toEqual(known?._id);
    expect(joined?.addresses.map(({ key, marketing }) => [key, marketing])).toEqual([
      [sms, 'unknown'],
      [addressOf(customer), 'granted'],
    ]);
  });

  test('a new number joins the customer who shares it', async () => {
    const customer = await optedIn();
    await customer.shareContact('+94770000003');
    await customer.hears('knows your number');
    expect((await customerAt('whatsapp:+94770000003'))?.addresses.map(({ key }) => key)).toContain(addressOf(customer));
  });

  test('blocking the bot opts that address out, no other, and starting again does not opt in', async () => {
    const customer = await optedIn();
    await customer.shareContact('94770000004');
    await customer.hears('knows your number');
    await house.say('START', 'sms:+94770000004');
    await customer.block();
    await house.idle(addressOf(customer));
    await customer.start();
    await customer.hears('This is the chat of');
    const states = (await customerAt(addressOf(customer)))?.addresses.map(({ key, stopped }) => [
      key,
      stopped ?? false,
    ]);
    expect(states).toContainEqual([addressOf(customer), true]);
    expect(states).toContainEqual(['sms:+94770000004', false]);
    await customer.write('START');
    await customer.hears('You get the offers');
  });

  test('a refused message opts the address out as well', async () => {
    const customer = await optedIn();
    customer.blockSilently();
    await customer.write('HELP');
    await house.idle(addressOf(customer));
    await telegram.until(
      () => telegram.calls.filter(({ fields }) => fields.chat_id === customer.id).length > 2 || undefined,
    );
    const row = await core.db.deliveries.findOne({ to: addressOf(customer) }, { sort: { _id: -1 } });
    expect(row).toMatchObject({ status: 'failed', reason: 'bot_blocked' });
    expect((await customerAt(addressOf(customer)))?.addresses[0]).toMatchObject({ marketing: 'denied', stopped: true });
  });
});

test('a campaign on Telegram reaches who agreed there, and STOP answers it', async () => {
  const [first, second] = [await optedIn(), await optedIn()];
  const stranger = someone();
  await stranger.start();
  await house.tapId('campaign.segment:all');
  await house.tap('Telegram');
  await house.say('Sale until Sunday');
  await house.tap('Launch now');
  await house.tap('Confirm');
  for (const one of [first, second]) await one.hears('Sale until Sunday\nReply STOP');
  expect(stranger.seen.some(({ text }) => text.includes('Sale'))).toBe(false);
  await first.write('/stop');
  await first.hears('no more offers');
  await second.tap('STOP');
  await second.hears('no more offers');
  expect(await core.db.consents.findOne({ address: addressOf(second), source: 'keyword' })).toMatchObject({
    state: 'denied',
    words: 'STOP',
  });
});

test('everyone’s menu is there in three languages', () => {
  const keys = [...telegram.commands.keys()].filter((key) => key.includes('all_private_chats'));
  expect(keys.map((key) => JSON.parse(key)[1])).toEqual([null, 'si', 'ta']);
});
