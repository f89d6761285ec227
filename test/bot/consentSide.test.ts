import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AddressKey, type Core, canMessage, recordConsent } from '../../core/index.ts';
import { type House, openHouse } from '../house.ts';

let house: House;
let core: Core;
beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
});
afterAll(() => house.close());

const say = async (from: AddressKey, text: string) => (await house.say(text, from)).map((message) => message.text);
const addressAt = async (key: AddressKey) =>
  (await core.db.customers.findOne({ 'addresses.key': key }))?.addresses.find((address) => address.key === key);
const stateOf = async (key: AddressKey) => {
  const { marketing, stopped = false, held = false } = (await addressAt(key)) ?? {};
  return { marketing, stopped, held };
};
const setDouble = (doubleOptIn: boolean) => core.db.shops.updateOne({}, { $set: { doubleOptIn } });
let people = 0;

/** Someone who wrote START, by a new number. */
async function agreed(name: string, text = 'START'): Promise<AddressKey> {
  people += 1;
  const from: AddressKey = `sms:+9477200${String(people).padStart(4, '0')}`;
  await house.say(text, from);
  await core.db.customers.updateOne(
    { 'addresses.key': from },
    { $set: { name, searchWords: name.toLowerCase().split(' ') } },
  );
  return from;
}
const gate = async (key: AddressKey) => {
  const customer = await core.db.customers.findOne({ 'addresses.key': key });
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  const answer = canMessage(customer, key, 'marketing', core.clock.now(), { shop, sentThisWeek: 0 });
  return answer.ok ? 'ok' : answer.reason;
};

describe('what may be a STOP', () => {
  it('holds offers, thanks the person, and is put before a member, whose yes stops them', async () => {
    const from = await agreed('Nimal');
    expect(await say(from, 'please stop these')).toEqual([
      'Thank you. Test Shop has your message. If you want no more offers, reply STOP.',
    ]);
    expect([await stateOf(from), await gate(from)]).toEqual([
      { marketing: 'pending', stopped: false, held: true },
      'doubt',
    ]);
    const asked = (await house.transcript()).at(-1);
    expect(asked?.text).toBe(
      'Nimal wrote by SMS: “please stop these”\nIs that a STOP? Until you answer, no offers go to them.',
    );
    const [yes, no] = asked?.choices ?? [];
    expect((await house.tapId(yes?.id ?? ''))[0]?.text).toContain('gets no more offers, and was told so');
    expect((await house.transcript(from)).at(-1)?.text).toContain('You will get no more offers from Test Shop');
    expect(await stateOf(from)).toEqual({ marketing: 'denied', stopped: true, held: false });
    expect((await house.tapId(no?.id ?? ''))[0]?.text).toContain('settled already');
    expect(await stateOf(from)).toEqual({ marketing: 'denied', stopped: true, held: false });
    await say(from, 'START');
    expect(await gate(from)).toBe('ok');
  });

  it('goes on as before when the member says no, and a second tap changes nothing', async () => {
    const from = await agreed('Kamala');
    await say(from, 'නවත්වන්න එපා');
    expect(await gate(from)).toBe('doubt');
    const [, no] = (await house.transcript()).at(-1)?.choices ?? [];
    expect((await house.tapId(no?.id ?? ''))[0]?.text).toBe('Kamala gets offers as before.');
    expect((await house.tapId(no?.id ?? ''))[0]?.text).toContain('settled already');
    expect([await gate(from), (await house.transcript(from)).length]).toEqual(['ok', 2]);
  });

  it('is over when the person says STOP or START first', async () => {
    const from = await agreed('Sunil');
    await say(from, 'stop these please');
    const [yes] = (await house.transcript()).at(-1)?.choices ?? [];
    await say(from, 'START');
    expect(await gate(from)).toBe('ok');
    expect((await house.tapId(yes?.id ?? ''))[0]?.text).toContain('settled already');
    expect(await gate(from)).toBe('ok');
  });

  it('is none in an ordinary message, nor where nobody agreed to anything', async () => {
    const from = await agreed('Ruwan');
    expect(await say(from, 'we must stop this bill')).toEqual(['Thank you. Test Shop has your message.']);
    expect(await gate(from)).toBe('ok');
    expect(await say('sms:+94772009999', 'please stop these')).toEqual(['Thank you. Test Shop has your message.']);
    expect((await stateOf('sms:+94772009999')).held).toBe(false);
  });
});

describe('a consent that is asked twice', () => {
  it('waits for the word YES, which counts only when asked', async () => {
    await setDouble(true);
    const from = await agreed('Saman');
    expect((await house.transcript(from)).at(-1)?.text).toContain('please confirm');
    expect([await stateOf(from), await gate(from)]).toEqual([
      { marketing: 'pending', stopped: false, held: false },
      'unconfirmed',
    ]);
    expect(await say(from, 'yes')).toEqual([
      'Thank you, it is confirmed: Test Shop sends you its offers here. Reply STOP whenever you have had enough.',
    ]);
    expect(await gate(from)).toBe('ok');
    const rows = await core.db.consents.find({ address: from }).sort({ seq: 1 }).toArray();
    expect(rows.map(({ source, state, words }) => [source, state, words])).toEqual([
      ['keyword', 'pending', 'START'],
      ['confirmation', 'granted', 'yes'],
    ]);
    const asked = await core.db.wordings.findOne({ version: rows[1]?.wording ?? '' });
    expect(asked?.text).toBe((await house.transcript(from))[0]?.text);
    await say(from, 'STOP');
    await say(from, 'START');
    expect(await gate(from)).toBe('ok');
    await setDouble(false);
  });

  it('is none after a no, or a STOP in between, and a yes out of the blue is an ordinary message', async () => {
    await setDouble(true);
    const no = await agreed('Mala');
    expect((await say(no, 'නැහැ'))[0]).toContain('දීමනා එවන්නේ නැත');
    expect(await gate(no)).toBe('no_consent');
    const stop = await agreed('Priya');
    await say(stop, 'STOP');
    expect((await say(stop, 'yes'))[0]).toContain('nothing to confirm');
    expect(await gate(stop)).toBe('opted_out');
    await setDouble(false);
    expect(await say('sms:+94772008888', 'yes')).toEqual(['Thank you. Test Shop has your message.']);
    expect(await gate('sms:+94772008888')).toBe('no_consent');
  });

  it('of a file waits too; a member asks the person to confirm', async () => {
    await setDouble(true);
    await house.send('people.csv', 'Customer ID,Name,Phone,Marketing\nC1,Anura File,0772007777,yes\n');
    await house.tap('Import');
    const from: AddressKey = 'sms:+94772007777';
    expect(await gate(from)).toBe('unconfirmed');
    expect((await house.say('why Anura File'))[0]?.text).toContain('agreed, not yet confirmed');
    expect((await house.tap('Ask them to confirm'))[0]?.text).toBe('Anura File was asked to confirm.');
    const question = (await house.transcript(from)).at(-1);
    expect(question?.choices?.map(({ label }) => label)).toEqual(['Yes', 'No']);
    await house.say('1', from);
    expect(await gate(from)).toBe('ok');
    await setDouble(false);
  });
});

describe('WHY', () => {
  it('tells the person where their consent comes from, and the member who asks', async () => {
    const from = await agreed('Dilini Why');
    expect(await say(from, 'why')).toEqual(['You get offers by SMS. On 21 Nov 2026 you wrote “START”.']);
    expect((await house.say('why Dilini Why'))[0]?.text).toBe(
      `Where the consent of Dilini Why comes from:\nSMS ${from.slice(4)}: agreed to offers\n  On 21 Nov 2026 they wrote “START”.`,
    );
    await say(from, 'stop please');
    expect(await say(from, 'ඇයි')).toEqual(['SMS මගින් ඔබට දීමනා එන්නේ නැත. 2026 නොවැ 21 දින ඔබ “stop please” ලියුවා.']);
    expect(await say('sms:+94772006666', 'why me?')).toEqual([
      'Test Shop has no consent of yours, and sends you no offers.',
    ]);
  });

  it('names the file, and is no help with a stranger', async () => {
    await house.send('list.csv', 'Customer ID,Name,Phone,Marketing\nC9,Fileson,0772005555,yes\n');
    const preview = (await house.transcript()).at(-1)?.text ?? '';
    await house.tap('Import');
    const why = await say('sms:+94772005555', 'why');
    if (!preview.includes('Marketing')) throw new Error(preview);
    expect(why[0]).toContain('from its file list.csv');
    expect((await house.say('why Nobody Atall'))[0]?.text).toContain('I found nobody');
    expect((await house.say('why'))[0]?.text).toContain('Type why, or evidence');
  });

  it('tells what was taken back as if it had never come', async () => {
    const from = await agreed('Late Lakmal');
    const customerId = (await core.db.customers.findOne({ 'addresses.key': from }))?._id;
    const shop = await core.db.shops.findOne({});
    if (!customerId || !shop) throw new Error('nobody');
    const row = { customerId, address: from, topic: 'marketing', words: '', evidenceId: 'file' } as const;
    await recordConsent(core, shop._id, { ...row, source: 'undo', state: 'unknown' });
    expect((await say(from, 'why'))[0]).toContain('START');
  });
});

describe('FORGET ME', () => {
  it('is asked back once; no, or another message, leaves everything', async () => {
    const from = await agreed('Keeper');
    await say(from, 'forget me');
    expect(await say(from, 'no')).toEqual(['All right, nothing was erased.']);
    await say(from, 'forget me');
    await say(from, 'do you have rice?');
    expect(await say(from, 'yes')).toEqual([]);
    expect((await addressAt(from))?.key).toBe(from);
    await say(from, 'forget me');
    house.clock.set('2026-11-22T05:00:00Z');
    expect((await say(from, 'forget me'))[0]).toContain('cannot be undone');
    house.clock.set('2026-11-21T04:30:00Z');
    expect((await addressAt(from))?.key).toBe(from);
  });

  it('is done at a tap, by number on SMS, or by the same word again', async () => {
    for (const word of ['1', 'FORGET ME', 'ஆம்']) {
      const from = await agreed('Goner');
      await say(from, 'forget me');
      await say(from, word);
      expect(await addressAt(from)).toBeUndefined();
      expect(await core.db.inbound.countDocuments({ from })).toBe(0);
    }
  });
});
