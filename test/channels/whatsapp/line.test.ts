import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AddressKey, createSignInCode, signIn } from '../../../core/index.ts';
import { openHouse } from '../../house.ts';
import { readQr } from '../../reports/readQr.ts';
import { noBrowser } from '../web/openBrowser.ts';
import { openWhatsAppHouse, type WhatsAppHouse } from './linkedHouse.ts';

vi.setConfig({ testTimeout: 60_000 });

let open: WhatsAppHouse;
/** the owner who linked it; each start of a house has one more */
let owner: AddressKey;
const transcript = () => open.house.transcript(owner);
const isTold = (text: RegExp, times = 1) =>
  vi.waitFor(async () => expect((await transcript()).filter((said) => text.test(said.text))).toHaveLength(times), WAIT);
const WAIT = { timeout: 10_000, interval: 100 };
const pictures = async () => (await transcript()).flatMap(({ picture }) => (picture ? [picture] : []));
const shown = async () => readQr(await readFile(open.house.kade.core.files.path((await pictures()).at(-1)?.id ?? '')));
const session = () => existsSync(join(open.folder, 'whatsapp', 'session'));

// One story, told in order: each test goes on where the one before it ended.
describe.skipIf(noBrowser)('WhatsApp on the shop’s phone', () => {
  beforeAll(async () => {
    open = await openWhatsAppHouse();
    owner = open.house.owner;
  });
  afterAll(() => open?.close());

  test('starts nothing before an owner has read the risk and accepted it', async () => {
    const { house } = open;
    const [warning] = await house.say('whatsapp');
    expect(warning?.text).toContain('can block the number for good');
    expect(warning?.text).toContain('20 messages a day');
    await house.tap('Leave it off');
    await open.account().link();
    expect(open.account().state()).toEqual({ is: 'off' });
    const { core } = house.kade;
    const shopId = (await core.db.shops.findOne({}))?._id;
    if (!shopId) throw new Error('no shop');
    const { member } = await signIn(core, await createSignInCode(core, shopId, 'manager'));
    const [refusal] = await house.say('whatsapp', member.addresses[0]);
    expect(refusal?.text).toContain('owner');
    expect(await open.browsers()).toEqual([]);
  });

  test('brings the code as a picture, renews it in place, and stops when nobody scans', async () => {
    const { house, whatsapp } = open;
    await house.say('whatsapp');
    await house.tap('I accept');
    await open.becomes('code');
    await vi.waitFor(async () => expect(await shown()).toMatch(/^ref1,/), WAIT);
    whatsapp.renewCode();
    await vi.waitFor(async () => expect(await shown()).toMatch(/^ref2,/), WAIT);
    expect(await pictures()).toHaveLength(1);
    expect((await house.say('whatsapp'))[0]?.text).toContain('waits to be scanned');
    for (let codes = 2; codes < 6; codes++) whatsapp.renewCode();
    await open.becomes('ended');
    await isTold(/shop’s phone is not linked\nType “link whatsapp”/);
    expect(await open.browsers()).toEqual([]);
  });

  test('links when it is asked again and scanned, and says so', async () => {
    await open.house.say('link whatsapp');
    await open.becomes('code');
    open.whatsapp.pair();
    await open.becomes('ready');
    await isTold(/WhatsApp is linked: \+94770009999\. People/);
    expect((await open.house.say('whatsapp'))[0]?.text).toContain('+94770009999');
  });

  test('starts a browser that crashed anew, and tells it once', async () => {
    const [before = 0] = await open.browsers();
    process.kill(before, 'SIGKILL');
    await isTold(/WhatsApp: the service does not answer\n/);
    await open.becomes('ready');
    expect(await open.browsers()).not.toContain(before);
    const id = open.whatsapp.write('94771111112@c.us', 'HELP');
    await open.taken(id);
    await open.whatsapp.until(() => open.whatsapp.seen.length > 0);
    await isTold(/does not answer\n/);
  });

  test('keeps the login over a restart, and takes what came meanwhile but not what came before', async () => {
    const { whatsapp } = open;
    const chat = '94771111111@c.us';
    const old = whatsapp.messageOf(chat, 'long ago', { t: Date.parse('2026-11-20T00:00:00Z') / 1000 });
    const missed = whatsapp.messageOf(chat, 'STOP');
    const before = (await pictures()).length;
    await open.restart(() => whatsapp.history.push(old, missed));
    await open.becomes('ready');
    await open.taken(missed.key);
    await whatsapp.until(() => whatsapp.seen.some((one) => one.chat === chat));
    expect(await open.house.kade.core.db.inbound.countDocuments({ from: 'whatsapp:+94771111111' })).toBe(1);
    expect(await pictures()).toHaveLength(before);
    await isTold(/is linked: \+94770009999\. People/);
  });

  test('takes a lost connection up again', async () => {
    const before = open.whatsapp.opened;
    open.whatsapp.setState('CONFLICT');
    await open.whatsapp.until(() => open.whatsapp.opened > before);
    await open.becomes('ready');
  });

  test('tells that the phone took the device away, and forgets the login', async () => {
    open.house.clock.set('2026-11-21T05:30:00Z');
    open.whatsapp.unlink();
    await open.becomes('ended');
    await isTold(/shop’s phone is not linked\n/, 2);
    expect(session()).toBe(false);
    await open.house.say('whatsapp');
    await open.becomes('code');
    open.whatsapp.pair();
    await open.becomes('ready');
  });

  test('tells that the account is blocked, and tries no more', async () => {
    const before = open.whatsapp.opened;
    open.whatsapp.setState('TOS_BLOCK');
    await open.becomes('ended');
    await isTold(/has blocked the shop’s account/);
    expect(open.whatsapp.opened).toBe(before);
  });

  test('is unlinked by its owner: signed out, the login deleted, and off from then on', async () => {
    await open.house.say('whatsapp');
    await open.becomes('ready');
    await open.house.say('whatsapp');
    const [answer] = await open.house.tap('Unlink');
    expect(answer?.text).toContain('login is deleted');
    expect(open.whatsapp.signedOut).toBe(true);
    expect(session()).toBe(false);
    expect(open.account().state()).toEqual({ is: 'off' });
    await open.account().link();
    expect(open.account().state()).toEqual({ is: 'off' });
    expect((await open.house.say('whatsapp'))[0]?.text).toContain('can block the number');
  });

  test('leaves no process behind when it stops, also in the middle of the start', async () => {
    await open.house.tap('I accept');
    await vi.waitFor(async () => expect(await open.browsers()).not.toEqual([]), { timeout: 10_000, interval: 5 });
    await open.house.kade.stop();
    expect(await open.browsers()).toEqual([]);
  });
});

test('without a browser an owner is told so in one sentence, and everything else runs', async () => {
  const house = await openHouse({ settings: { WHATSAPP_WEB: 'on', CHROMIUM_PATH: '/nowhere/chromium' } });
  await house.say('whatsapp');
  await house.tap('I accept');
  await vi.waitFor(async () =>
    expect((await house.transcript()).at(-1)?.text).toContain(
      'the browser that it needs does not start\nInstall Chromium',
    ),
  );
  expect((await house.say('menu'))[0]?.text).toContain('Test Shop');
  await house.close();
});

test('where it is not set up, it says how', async () => {
  const house = await openHouse();
  expect((await house.say('whatsapp'))[0]?.text).toContain('WHATSAPP_WEB=on');
  await house.close();
});
