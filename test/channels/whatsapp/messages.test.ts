import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PER_DAY } from '../../../channels/whatsapp/web/allowance.ts';
import { type AddressKey, type Channel, type Core, type Delivery, reply } from '../../../core/index.ts';
import { noBrowser } from '../web/openBrowser.ts';
import { openWhatsAppHouse, type WhatsAppHouse } from './linkedHouse.ts';

vi.setConfig({ testTimeout: 60_000 });
const SOON = { timeout: 10_000, interval: 50 };

let open: WhatsAppHouse;
let core: Core;
let channel: Channel;
let people = 0;
const someone = () => `9475${1_000_000 + ++people}`;
const addressOf = (number: string): AddressKey => `whatsapp:+${number}`;
const seenBy = (chat: string) => open.whatsapp.seen.filter((one) => one.chat === chat).map(({ text }) => text);
const hears = (chat: string, words: string) =>
  open.whatsapp.until(() => seenBy(chat).some((text) => text.includes(words)));
const inboundOf = (from: AddressKey) => core.db.inbound.find({ from }).sort({ _id: 1 }).toArray();
const told = async () => (await open.house.transcript()).map(({ text }) => text);
const say = async (to: AddressKey, text: string): Promise<Delivery> => {
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  return reply(core, { shopId: shop._id, to }, { text });
};
/** All that came before it is dealt with when this is. */
const afterwards = async () => open.taken(open.whatsapp.write(`${someone()}@c.us`, 'HELP'));

describe.skipIf(noBrowser)('messages of WhatsApp on the shop’s phone', () => {
  beforeAll(async () => {
    open = await openWhatsAppHouse();
    await open.link();
    core = open.house.kade.core;
    channel = core.channels.get('whatsapp') as Channel;
  });
  afterAll(() => open?.close());

  test('finds the person whose number WhatsApp hides, asking once, and answers in their chat', async () => {
    const number = someone();
    open.whatsapp.reveal('881@lid', `${number}@c.us`);
    await open.taken(open.whatsapp.write('881@lid', 'STOP'));
    await open.taken(open.whatsapp.write('881@lid', 'HELP'));
    expect((await inboundOf(addressOf(number))).map(({ text, via }) => [text, via])).toEqual([
      ['STOP', 'web'],
      ['HELP', 'web'],
    ]);
    await hears('881@lid', 'START');
    expect(await core.db.consents.countDocuments({ address: addressOf(number), state: 'denied' })).toBe(1);
  });

  test('tells the owner of somebody whose number stays hidden, once, and heeds their STOP', async () => {
    await open.taken(open.whatsapp.write('882@lid', 'STOP'));
    await open.taken(open.whatsapp.write('882@lid', 'HELP'));
    await hears('882@lid', 'FORGET ME');
    await vi.waitFor(async () => expect((await told()).join()).toContain('number WhatsApp hides: “STOP”'), SOON);
    expect((await told()).filter((text) => text.includes('WhatsApp hides'))).toHaveLength(1);
    expect(await core.db.consents.countDocuments({ address: 'whatsapp:882@lid', state: 'denied' })).toBe(1);
  });

  test('hears no group, status, broadcast or channel, no note of the app, and nothing typed to customers', async () => {
    const number = someone();
    const { whatsapp } = open;
    whatsapp.write('1203630@g.us', 'STOP', { author: `${number}@c.us` });
    whatsapp.write('status@broadcast', 'STOP', { isStatusV3: true });
    whatsapp.write('1999@newsletter', 'STOP');
    whatsapp.write(`${number}@c.us`, 'STOP', { broadcast: true });
    whatsapp.write(`${number}@c.us`, '', { type: 'e2e_notification' });
    whatsapp.write(`${number}@c.us`, 'I call you back', { fromMe: true });
    await afterwards();
    expect(await inboundOf(addressOf(number))).toEqual([]);
    expect(await core.db.inbound.countDocuments({ text: 'STOP', from: /g\.us|broadcast|newsletter/ })).toBe(0);
  });

  test('takes commands in the owner’s chat with themselves once it is linked, and answers nobody twice', async () => {
    const { whatsapp, house } = open;
    const own = `${whatsapp.number}@c.us`;
    const note = (text: string) => whatsapp.write(own, text, { fromMe: true });
    note('buy sugar');
    await afterwards();
    expect(await inboundOf(addressOf(whatsapp.number))).toEqual([]);
    const [made] = await house.say('link');
    await open.taken(note(/: ([A-Z2-9]{8})\n/.exec(made?.text ?? '')?.[1] ?? ''));
    await hears(own, 'Welcome');
    await open.taken(note('menu'));
    await hears(own, '1. ');
    await afterwards();
    expect(await inboundOf(addressOf(whatsapp.number))).toHaveLength(2);
    await core.db.members.updateOne({ addresses: house.owner }, { $set: { addresses: [house.owner] } });
  });

  test('takes no words that are passed on for a person’s own, and no file that is too large', async () => {
    const number = someone();
    await open.taken(open.whatsapp.write(`${number}@c.us`, 'START', { isForwarded: true }));
    await open.taken(
      open.whatsapp.sendFile(`${number}@c.us`, 'film.mp4', Buffer.from('x'), { size: 21 * 1024 * 1024 }),
    );
    expect((await inboundOf(addressOf(number))).map(({ signal }) => signal)).toEqual([
      { kind: 'refused', code: 'forwarded' },
      { kind: 'refused', code: 'file_too_large', params: { limitMb: 20 } },
    ]);
    await hears(`${number}@c.us`, '20 MB');
  });

  test('moves a message on with what the phone says of it', async () => {
    const number = someone();
    await open.taken(open.whatsapp.write(`${number}@c.us`, 'HELP'));
    const { _id, providerId = '', status } = await say(addressOf(number), 'Your order is ready.');
    expect(status).toBe('sent');
    const becomes = (wanted: string) =>
      vi.waitFor(async () => expect((await core.db.deliveries.findOne({ _id }))?.status).toBe(wanted), SOON);
    open.whatsapp.acknowledge(providerId, 2);
    await becomes('delivered');
    open.whatsapp.acknowledge(providerId, 3);
    await becomes('read');
  });

  test('does not take again after a break what it had taken, of a person forgotten meanwhile least of all', async () => {
    const number = someone();
    const chat = `${number}@c.us`;
    const at = (time: string) => ({ t: Date.parse(`2026-11-21T${time}Z`) / 1000 });
    const forget = open.whatsapp.messageOf(chat, 'FORGET ME', at('04:40:00'));
    await open.taken(open.whatsapp.write(chat, 'HELP', at('04:40:00')));
    open.whatsapp.write(chat, 'FORGET ME', { ...at('04:40:00'), id: forget.id });
    await hears(chat, 'Reply YES');
    const yes = open.whatsapp.messageOf(chat, 'YES', at('04:40:00'));
    open.whatsapp.write(chat, 'YES', { ...at('04:40:00'), id: yes.id });
    await hears(chat, 'has erased');
    await open.taken(open.whatsapp.write(`${someone()}@c.us`, 'HELP', at('06:00:00')));
    const missed = open.whatsapp.messageOf(`${someone()}@c.us`, 'HELP', at('05:59:00'));
    open.whatsapp.history.push(forget, yes, missed);
    const said = seenBy(chat).length;
    open.whatsapp.setState('CONFLICT');
    await open.taken(missed.key);
    await afterwards();
    expect(await inboundOf(addressOf(number))).toEqual([]);
    expect(seenBy(chat)).toHaveLength(said);
  });

  test('says why a message did not leave', async () => {
    const [nowhere, refused] = [someone(), someone()];
    open.whatsapp.strangers.add(`${nowhere}@c.us`);
    expect(await say(addressOf(nowhere), 'Hello')).toMatchObject({ status: 'failed', reason: 'not_on_whatsapp' });
    expect(await say('whatsapp:77', 'Hello')).toMatchObject({ status: 'failed', reason: 'invalid_address' });
    await open.taken(open.whatsapp.write(`${refused}@c.us`, 'HELP'));
    expect(await channel.send(`+${someone()}`, { text: 'Offer' }, 'd', true)).toEqual({
      status: 'failed',
      reason: 'not_written',
    });
  });

  test('writes to few who did not write first, and to none once WhatsApp has refused a message', async () => {
    const known = someone();
    await open.taken(open.whatsapp.write(`${known}@c.us`, 'HELP'));
    const outcomes: string[] = [];
    for (let sent = 0; sent <= PER_DAY; sent++) outcomes.push((await say(addressOf(someone()), 'Hello')).status);
    // One was used up by the number that has no WhatsApp.
    expect(outcomes.filter((status) => status === 'sent')).toHaveLength(PER_DAY - 1);
    expect(await say(addressOf(someone()), 'Hello')).toMatchObject({ status: 'failed', reason: 'daily_limit' });
    expect(await say(addressOf(known), 'Hello')).toMatchObject({ status: 'sent' });

    open.house.clock.set('2026-11-22T05:30:00Z');
    expect(await channel.send(`+${known}`, { text: 'Offer' }, 'd', true)).toMatchObject({ status: 'sent' });
    open.whatsapp.plan(-1);
    expect(await channel.send(`+${known}`, { text: 'Offer' }, 'd', true)).toEqual({
      status: 'failed',
      reason: 'carrier',
    });
    expect(await channel.send(`+${known}`, { text: 'Offer' }, 'd', true)).toEqual({
      status: 'failed',
      reason: 'daily_limit',
    });
    expect(await say(addressOf(known), 'Hello')).toMatchObject({ status: 'sent' });
  });
});
