import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AddressKey, type Core, type OutboundMessage, wakeTicket } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const NOW = '2026-11-21T04:30:00Z';

let house: House;
let core: Core;
let kamala: AddressKey;
let viewer: AddressKey;
beforeAll(async () => {
  house = await openHouse({ now: NOW });
  core = house.kade.core;
  kamala = await house.join('agent', 'Kamala');
  viewer = await house.join('viewer', 'Vi');
});
afterAll(() => house.close());
beforeEach(() => house.clock.set(NOW));

let people = 0;
/** A customer of this name at a number of their own. */
async function person(name: string): Promise<{ sms: AddressKey; id: string }> {
  const number = `+9477200${String(++people).padStart(4, '0')}`;
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  const customer = makeCustomer(shop._id, { name, at: [`sms:${number}`] });
  await core.db.customers.insertOne(customer);
  return { sms: `sms:${number}`, id: customer._id.toHexString() };
}

const texts = (messages: readonly OutboundMessage[]) => messages.map(({ text }) => text);
const ticketOf = (id: string) =>
  core.db.tickets.findOne({ customerId: { $eq: new core.db.connection.base.Types.ObjectId(id) } });
/** The latest notice at a member's address that has these words: its provider id. */
async function noticeWith(
  words: string,
  address: AddressKey,
): Promise<{ providerId: string; message: OutboundMessage }> {
  const rows = await core.db.deliveries.find({ to: address }).sort({ _id: -1 }).toArray();
  const found = rows.find(({ message }) => message.text.includes(words));
  if (!found?.providerId) throw new Error(`nothing about ${words}`);
  return { providerId: found.providerId, message: found.message };
}
const heard = async (address: AddressKey) => texts(await house.transcript(address));

describe('what a customer writes', () => {
  it('reaches every member who takes messages, with what can be done, and lines within a moment are one notice', async () => {
    const { sms } = await person('Nimal Perera');
    await house.say('Do you have red rice?', sms);
    await house.say('5 kg', sms);
    for (const address of [house.owner, kamala]) {
      const { message } = await noticeWith('red rice', address);
      expect(message.text).toBe(`💬 Nimal Perera (SMS ${sms.slice(4)}) wrote:\nDo you have red rice?\n5 kg`);
      expect(message.choices?.map(({ label }) => label)).toEqual([
        'Answer',
        'Assign to me',
        'Canned',
        'Note',
        'Snooze',
        'Close',
      ]);
      expect((await heard(address)).filter((text) => text.includes('5 kg'))).toHaveLength(1);
    }
    expect((await heard(viewer)).join()).not.toContain('red rice');
    house.clock.set('2026-11-21T04:40:00Z');
    await house.say('Hello?', sms);
    expect((await noticeWith('Hello?', kamala)).message.text).not.toContain('5 kg');
  });

  it('is answered by replying to it, from where the customer wrote; later lines go to who answers alone', async () => {
    const { sms } = await person('Saman');
    await house.say('Is my order ready?', sms);
    const { providerId } = await noticeWith('my order ready', kamala);
    expect(texts(await house.reply('undo', providerId, kamala))).toEqual([
      `Sent to Saman, SMS ${sms.slice(4)}.\nI stay silent towards Saman until you close this, or for 12 hours after your last word. STOP, START, HELP and FORGET ME still work.`,
    ]);
    expect((await heard(sms)).at(-1)).toBe('You are talking with a person of Test Shop now.\n\nundo');
    const before = (await heard(house.owner)).length;
    await house.say('Thanks a lot', sms);
    expect((await heard(house.owner)).length).toBe(before);
    const { providerId: second } = await noticeWith('Thanks a lot', kamala);
    expect(texts(await house.reply('Welcome', second, kamala))).toEqual([`Sent to Saman, SMS ${sms.slice(4)}.`]);
    expect((await heard(sms)).at(-1)).toBe('Welcome');
  });

  it('is answered by the button, or by name; whom is asked where several may be meant', async () => {
    const { sms, id } = await person('Ruwan Silva');
    await person('Ruwan Dias');
    await house.say('Are you open?', sms);
    expect(texts(await house.tapId(`inbox.answer:${id}`))).toEqual([
      `Type your answer to Ruwan Silva; it leaves by SMS ${sms.slice(4)}.`,
    ]);
    await house.say('Until six');
    expect((await heard(sms)).at(-1)).toContain('Until six');
    const [asked] = await house.say('to ruwan: come tomorrow,\nafter ten');
    expect(asked?.text).toBe('Who is “ruwan”?');
    expect((await heard(sms)).at(-1)).not.toContain('tomorrow');
    await house.tap('Ruwan Silva');
    expect((await heard(sms)).at(-1)).toBe('come tomorrow,\nafter ten');
    await house.say('to ruwan silva: bye');
    expect((await heard(sms)).at(-1)).toBe('bye');
    expect(texts(await house.say('to nobody at all: hello'))[0]).toContain('nobody');
  });

  it('is answered by one of two: the other is told who, and nothing is sent until they take over', async () => {
    const { sms, id } = await person('Chandra');
    await house.say('Price of dhal?', sms);
    const [mine, theirs] = await Promise.all([noticeWith('dhal', house.owner), noticeWith('dhal', kamala)]);
    const [one, other] = await Promise.all([
      house.reply('320', mine.providerId),
      house.reply('330', theirs.providerId, kamala),
    ]);
    const told = [...texts(one), ...texts(other)];
    expect(told.filter((text) => text.includes('Sent to Chandra'))).toHaveLength(1);
    expect(told.filter((text) => text.includes('answers Chandra already. Nothing was sent.'))).toHaveLength(1);
    expect((await heard(sms)).filter((text) => /3[23]0/.test(text))).toHaveLength(1);
    const first = (await ticketOf(id))?.assignee;
    const late = texts(one)[0]?.includes('Nothing was sent') ? house.owner : kamala;
    const question = (await house.transcript(late)).at(-1);
    await house.tapId(question?.choices?.[0]?.id ?? '', late);
    expect((await heard(sms)).filter((text) => /3[23]0/.test(text))).toHaveLength(2);
    expect((await ticketOf(id))?.assignee).not.toEqual(first);
  });

  it('makes Kade silent while a person talks, but for STOP, START, HELP and FORGET ME', async () => {
    const { sms, id } = await person('Anoma');
    expect(texts(await house.say('Hello', sms))).toEqual(['Thank you. Test Shop has your message.']);
    expect(texts(await house.tapId(`inbox.take:${id}`))[0]).toContain('Anoma is yours');
    expect((await heard(sms)).at(-1)).toBe('You are talking with a person of Test Shop now.');
    house.clock.set('2026-11-21T16:00:00Z');
    expect(await house.say('Are you there?', sms)).toEqual([]);
    expect(texts(await house.say('HELP', sms))[0]).toContain('reply STOP');
    expect(texts(await house.say('STOP', sms))[0]).toContain('no more offers');
    // A person still answers who has stopped offers, and only once is it said that one is there.
    await house.say('to anoma: yes, I am');
    expect((await heard(sms)).at(-1)).toBe('yes, I am');
    await house.tapId(`inbox.close:${id}`);
    house.clock.set('2026-11-22T16:30:00Z');
    expect(texts(await house.say('Hello again', sms))).toEqual(['Thank you. Test Shop has your message.']);
  });
});

describe('the inbox', () => {
  it('lists what is open, mine and nobody’s, and opens one with its last messages and notes', async () => {
    const { sms, id } = await person('Dilani');
    await house.say('Can you deliver?', sms);
    await house.tapId(`customer.note:${id}`);
    await house.say('lives far away');
    await house.say('to dilani: Yes, on Friday');
    const [list] = await house.say('inbox');
    expect(list?.text).toMatch(/^Inbox: \d+ open conversations\./);
    expect(list?.text).toContain('Dilani');
    const [mine] = await house.say('my inbox');
    expect(mine?.text).toContain('↩ Yes, on Friday');
    const [opened] = await house.tapId(`inbox.open:${id}`);
    expect(opened?.text.split('\n')).toEqual([
      `Dilani (SMS ${sms.slice(4)}) · open · Owner answers`,
      '',
      '21 Nov 10:00 · Dilani: Can you deliver?',
      '21 Nov 10:00 · 📝 Owner: lives far away',
      '21 Nov 10:00 · Owner: You are talking with a person of Test Shop now.',
      '',
      'Yes, on Friday',
    ]);
    const [looked] = await house.tapId(`inbox.open:${id}`, viewer);
    expect(looked?.choices?.some((choice) => /answer|close|take/.test(choice.id))).toBe(false);
  });

  it('gives a customer to another member, who is told', async () => {
    const { sms, id } = await person('Mala');
    await house.say('Hi there', sms);
    await house.tapId(`inbox.assign:${id}`);
    expect(texts(await house.tap('Kamala'))).toEqual(['Kamala answers Mala from now on.']);
    const { message } = await noticeWith('answer Mala', kamala);
    expect(message.text).toBe('Owner asks you to answer Mala: “Hi there”');
  });

  it('snoozes until a time, and wakes on it or when the customer writes', async () => {
    const { sms, id } = await person('Priya');
    await house.say('Call me tomorrow', sms);
    await house.tapId(`inbox.snooze:${id}`);
    expect(texts(await house.tap('1 hour'))).toEqual(['Priya sleeps until 21 Nov 11:00, or until they write.']);
    const ticket = await ticketOf(id);
    const ticketId = ticket?._id.toHexString() ?? '';
    await wakeTicket(core, ticketId);
    expect((await ticketOf(id))?.state).toBe('snoozed');
    house.clock.set('2026-11-21T05:30:00Z');
    await wakeTicket(core, ticketId);
    await wakeTicket(core, ticketId);
    expect((await ticketOf(id))?.state).toBe('open');
    expect((await heard(kamala)).filter((text) => text.startsWith('⏰ Priya'))).toHaveLength(1);
    await house.tapId(`inbox.snooze:${id}`);
    expect(texts(await house.say('monday 10am'))[0]).toContain('Priya sleeps until 23 Nov 10:00');
    await house.say('It is me again', sms);
    expect((await ticketOf(id))?.state).toBe('open');
  });

  it('fills a canned reply for the customer, reads it back, and does not send one that lacks something', async () => {
    const { sms, id } = await person('Mr Sunil {shop}');
    expect(texts(await house.say('canned Open: Dear {first_name}, we are open.\nSee you!'))).toEqual([
      'Kept as “Open”:\n\nDear {first_name}, we are open.\nSee you!',
    ]);
    expect(texts(await house.say('canned bad: Dear {wallet}'))[0]).toContain('wallet');
    await house.say('Open today?', sms);
    await house.tapId(`canned.choose:${id}`);
    expect((await house.tap('Open'))[0]?.text).toBe(
      'To Mr Sunil {shop}:\n\nDear Sunil, we are open.\nSee you!\n\nSend it?',
    );
    await house.tap('Send');
    expect((await heard(sms)).at(-1)).toContain('Dear Sunil, we are open.');
    await house.say('hello', 'sms:+94772999999');
    const nameless = await core.db.customers.findOne({ 'addresses.key': 'sms:+94772999999' });
    await house.tapId(`canned.choose:${nameless?._id.toHexString()}`);
    expect((await house.tap('Open'))[0]?.text).toContain('Nothing was sent');
    await house.say('canned');
    expect(texts(await house.tap('Delete “Open”'))).toEqual(['“Open” was deleted.']);
  });

  it('tells no new messages to a member who wants none, and lets viewers answer nobody', async () => {
    const { sms, id } = await person('Upul');
    await house.tapId('inbox.tell', kamala);
    await house.say('Quiet please', sms);
    expect((await heard(kamala)).join()).not.toContain('Quiet please');
    await house.tapId('inbox.tell', kamala);
    for (const attempt of [
      'inbox.answer',
      'inbox.take',
      'inbox.close',
      'inbox.snooze',
      'inbox.assign',
      'canned.choose',
    ])
      expect(texts(await house.tapId(`${attempt}:${id}`, viewer))[0]).toMatch(/viewer|agent/);
    expect(texts(await house.say('to upul: hi', viewer))[0]).toContain('agent');
    expect((await heard(sms)).join()).not.toContain('hi');
  });

  it('tells when an answer cannot leave', async () => {
    const { sms, id } = await person('Blocked');
    await house.say('Hello', sms);
    await core.db.customers.updateOne({ 'addresses.key': sms }, { $set: { blocked: true } });
    expect(texts(await house.say('to blocked: hi'))[0]).toContain('blocked by the shop');
    expect(texts(await house.tapId(`inbox.answer:${id}`))[0]).toContain('cannot be written to');
  });
});

describe('business hours', () => {
  it('are set in words, and who writes outside them is told once until the shop opens', async () => {
    const { sms } = await person('Late');
    expect(texts(await house.say('hours mon-fri 9-18, sat 9-1'))).toEqual([
      'Kept. Business hours:\nMonday – Friday: 09:00–18:00\nSaturday: 09:00–13:00\nSunday: closed',
    ]);
    expect(texts(await house.say('hours whenever'))[0]).toContain('could not read');
    house.clock.set('2026-11-21T10:00:00Z');
    expect(texts(await house.say('Anyone?', sms))).toEqual([
      'Thank you. Test Shop has your message. Nobody is here now; you will have an answer from 23 Nov 09:00 on.',
    ]);
    expect(await house.say('Hello?', sms)).toEqual([]);
    house.clock.set('2026-11-23T14:00:00Z');
    await house.say('away අපි හෙට එනවා');
    await core.db.customers.updateOne({ 'addresses.key': sms }, { $set: { language: 'si' } });
    expect(texts(await house.say('Anyone now?', sms))).toEqual(['අපි හෙට එනවා']);
    await house.tapId('hours.set:always');
    house.clock.set('2026-11-26T14:00:00Z');
    expect(texts(await house.say('And now?', sms))[0]).toContain('Test Shop');
  });
});

describe('nobody who is not linked', () => {
  it('reaches a command, another’s conversation or a member’s answer, by whatever id they send', async () => {
    const { sms, id } = await person('Victim');
    await house.say('My secret', sms);
    const { providerId } = await noticeWith('My secret', house.owner);
    const stranger: AddressKey = 'sms:+94772888888';
    await house.reply('pay to this account', providerId, stranger);
    for (const forged of [
      `inbox.answer:${id}`,
      `inbox.open:${id}`,
      `inbox.take:${id}`,
      `inbox.close:${id}`,
      'hours.set:always',
    ])
      await house.tapId(forged, stranger);
    await house.say('to victim: pay to this account', stranger);
    await house.say('inbox', stranger);
    expect((await heard(sms)).join()).not.toContain('pay');
    expect(await heard(stranger)).toEqual(['Thank you. Test Shop has your message.']);
    expect(await ticketOf(id)).toMatchObject({ state: 'open', assignee: null });
    // A member's answer to a message of somebody else's chat is for nobody, and no command either.
    expect(texts(await house.reply('undo', providerId, kamala))[0]).toContain('cannot tell which message');
    expect((await heard(sms)).join()).not.toContain('undo');
  });

  it('is answered twice when a provider sends their message again', async () => {
    const { sms } = await person('Again');
    const message = { id: 'replayed-1', from: sms, at: house.clock.now(), text: 'Only once' };
    await house.kade.dispatch(message);
    await house.kade.dispatch(message);
    await house.idle(sms);
    const customer = await core.db.customers.findOne({ 'addresses.key': sms });
    expect((await core.db.tickets.findOne({ customerId: customer?._id }))?.unread).toBe(1);
    expect((await heard(house.owner)).filter((text) => text.includes('Only once'))).toHaveLength(1);
  });
});
