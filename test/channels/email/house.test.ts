import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AddressKey, Core, Customer } from '../../../core/index.ts';
import { FakeSendGrid, type Received, type Written } from '../../fakes/sendgrid.ts';
import { contractMissing } from '../../fakes/sendgridContract.ts';
import { type House, openHouse } from '../../house.ts';
import { makeCustomer } from '../../makeCustomer.ts';

const NOW = '2026-11-21T04:30:00Z';
let sendgrid: FakeSendGrid;
let house: House;
let core: Core;
beforeAll(async () => {
  sendgrid = await FakeSendGrid.open(() => house.clock.now());
  house = await openHouse({ now: NOW, settings: sendgrid.settings });
  core = house.kade.core;
  sendgrid.webhookBase = house.kade.url;
});
afterAll(async () => {
  await house.close();
  await sendgrid.close();
});
afterEach(() => expect(sendgrid.violations.splice(0)).toEqual([]));

if (contractMissing) console.log(`Requests are not held against SendGrid's description: ${contractMissing}`);

let count = 0;
const addressOf = (email: string): AddressKey => `email:${email}`;
const holderOf = (email: string) => core.db.customers.findOne({ 'addresses.key': addressOf(email) });
const stateOf = async (email: string) => (await holderOf(email))?.addresses.find(({ key }) => key === addressOf(email));
/** The last campaign's row of theirs. */
const rowOf = (email: string) =>
  core.db.deliveries.findOne({ to: addressOf(email), topic: 'marketing' }, { sort: { _id: -1 } });
const last = (email: string): Received => {
  const mail = sendgrid.box(email).at(-1);
  if (!mail) throw new Error(`${email} has no mail`);
  return mail;
};

/** A customer with an email who agreed to offers. */
async function agreed(): Promise<string> {
  const email = `c${++count}@example.com`;
  const shop = await core.db.shops.findOne({});
  const customer: Customer = makeCustomer(shop?._id as never, { name: `Customer ${count}`, at: [addressOf(email)] });
  for (const address of customer.addresses) address.marketing = 'granted';
  await core.db.customers.insertOne(customer);
  return email;
}

async function writes(email: string, written: Partial<Written>): Promise<number> {
  const headers = [`Message-ID: <m${++count}@example.com>`, ...(written.headers ?? [])];
  const status = await sendgrid.postMail(sendgrid.formOf({ from: email, ...written, headers }));
  await house.idle(addressOf(email));
  return status;
}

/** People who have the first campaign in their boxes; a test takes the next. */
const mailed: string[] = [];
const next = (): string => mailed.pop() ?? '';

/** Sends everyone another offer; resolves once it is out. */
async function campaign(): Promise<void> {
  await house.say('campaign');
  await house.tap('All customers');
  await house.tap('email');
  await house.say('Aurudu sale');
  await house.say('Hi {first_name|friend}, 10% off');
  await house.tap('Launch');
  await house.tap('Confirm');
  await house.idle();
}

describe('a campaign by email', () => {
  test('asks the postal address once, then the subject, shows both before, and reaches the boxes', async () => {
    for (let person = 0; person < 9; person++) mailed.push(await agreed());
    const email = next();
    await house.say('campaign');
    await house.tap('All customers');
    expect((await house.tap('email')).at(-1)?.text).toContain('postal address');
    expect((await house.say('12 Galle Road, Colombo 3')).at(-1)?.text).toContain('subject');
    await house.say('Aurudu sale');
    const preview = (await house.say('Hi {first_name|friend}, 10% off')).at(-1)?.text;
    expect(preview).toContain('Subject: Aurudu sale');
    expect((await house.tap('Launch')).at(-1)?.text).toContain('Subject: Aurudu sale\nHi {first_name|friend}, 10% off');
    await house.tap('Confirm');
    await house.idle();
    expect(last(email)).toMatchObject({ subject: 'Aurudu sale' });
    expect(last(email).text).toContain(
      'Test Shop\n12 Galle Road, Colombo 3\nNo more offers by email: https://kade.test/o/',
    );
    const row = await rowOf(email);
    expect(row).toMatchObject({ status: 'sent', providerId: `${row?._id.toHexString()}@shop.lk` });
  });

  test('changed, keeps its subject or takes another', async () => {
    await house.say('campaign');
    await house.tap('All customers');
    await house.tap('email');
    await house.say('First subject');
    await house.say('Words');
    await house.tap('Change');
    await house.tap('Keep “First subject”');
    expect((await house.say('Other words')).at(-1)?.text).toContain('Subject: First subject\nOther words');
    await house.tap('Change');
    await house.say('Second subject');
    expect((await house.say('Words')).at(-1)?.text).toContain('Subject: Second subject\nWords');
    await house.tap('Cancel');
  });
});

describe('the events', () => {
  test('move a delivery forward, but for what a mail app opens by itself', async () => {
    const email = next();
    const status = async () => (await rowOf(email))?.status;
    const post = (event: string, more = {}) => sendgrid.postEvents([sendgrid.event(last(email), event, more)]);
    expect(await post('processed')).toBe(200);
    expect(await status()).toBe('sent');
    await post('open', { sg_machine_open: true });
    expect(await status()).toBe('sent');
    await post('open');
    await post('delivered');
    expect(await status()).toBe('read');
  });

  test('are refused unsigned, or signed long ago; nothing is done, and it is logged', async () => {
    const email = await agreed();
    await house.kade.core.channels.get('email')?.send(email, { text: 'Hi' }, 'a'.repeat(24));
    const bounce = [sendgrid.event(last(email), 'bounce', { type: 'bounce' })];
    expect(await sendgrid.postEvents(bounce, null)).toBe(401);
    expect(await sendgrid.postEvents(bounce, new Date('2026-11-21T04:10:00Z'))).toBe(401);
    expect(await stateOf(email)).not.toHaveProperty('standing');
    expect(house.lines.filter((line) => line.includes('webhook.refused'))).toHaveLength(2);
  });

  test.each(['', '{', '[]', '"x"', '{"unknown":1}'])('that cannot be read are refused: %j', async (body) => {
    expect(await sendgrid.postEvents(body)).toBe(400);
  });

  test('of other programs, and of kinds that are new, do nothing', async () => {
    const foreign = { to: 'x@example.com', deliveryId: '', sgMessageId: 'other' };
    const events = [sendgrid.event(foreign, 'delivered', { deliveryId: undefined }), { event: 'new' }, 7, null];
    expect(await sendgrid.postEvents(events as object[])).toBe(200);
  });

  test('of a mailbox that is gone: nothing is sent there any more, and a member lifts it', async () => {
    const email = next();
    expect(await sendgrid.postEvents([sendgrid.event(last(email), 'bounce', { type: 'bounce' })])).toBe(200);
    expect(await rowOf(email)).toMatchObject({
      status: 'failed',
      reason: 'bounced',
    });
    expect(await stateOf(email)).toMatchObject({ marketing: 'granted', standing: { state: 'bounced' } });
    await campaign();
    expect(sendgrid.box(email)).toHaveLength(1);
    const id = (await holderOf(email))?._id.toHexString();
    expect((await house.tapId(`customer.show:${id}`)).at(-1)?.text).toContain(
      `${email}: agreed to offers (mail comes back)`,
    );
    house.clock.set('2026-11-21T04:31:00Z');
    await house.tap('Write to them again');
    expect((await house.tap('Yes, write again')).at(-1)?.text).toContain('can be written to again');
    expect(sendgrid.removed.at(-2)).toBe(`/v3/suppression/bounces/${encodeURIComponent(email)}`);
    // The same event once more is older than the member's word.
    const late = sendgrid.event(last(email), 'bounce', { type: 'bounce', timestamp: Date.parse(NOW) / 1000 });
    await sendgrid.postEvents([late]);
    expect(await stateOf(email)).toMatchObject({ marketing: 'granted', standing: { state: 'good' } });
  });

  test('that a server would not take a mail this time says nothing of the address', async () => {
    const email = next();
    await sendgrid.postEvents([sendgrid.event(last(email), 'bounce', { type: 'blocked' })]);
    expect(await rowOf(email)).toMatchObject({ reason: 'mail_blocked' });
    expect(await stateOf(email)).not.toHaveProperty('standing');
  });

  test('of a spam report shut the address for offers, and leave what was agreed to as it is', async () => {
    const email = next();
    await sendgrid.postEvents([sendgrid.event(last(email), 'spamreport')]);
    expect(await stateOf(email)).toMatchObject({ marketing: 'granted', standing: { state: 'complained' } });
    const id = (await holderOf(email))?._id.toHexString();
    expect((await house.tapId(`customer.show:${id}`)).at(-1)?.text).toContain('(reported mail as spam)');
    expect(await core.db.consents.countDocuments({ address: addressOf(email) })).toBe(0);
  });

  test('that somebody left on SendGrid’s own page are their wish, once', async () => {
    const email = next();
    const event = sendgrid.event(last(email), 'unsubscribe');
    await sendgrid.postEvents([event, event]);
    await sendgrid.postEvents([event]);
    await house.idle(addressOf(email));
    expect(await stateOf(email)).toMatchObject({ marketing: 'denied', stopped: true });
    expect(await core.db.consents.countDocuments({ address: addressOf(email) })).toBe(1);
  });
});

describe('the way out', () => {
  const linkOf = (email: string) => /https:\/\/kade\.test(\/o\/[\w-]+)/.exec(last(email).text)?.[1] ?? '';
  const open = (link: string, method: string) =>
    fetch(house.kade.url + link, { method, body: method === 'POST' ? 'List-Unsubscribe=One-Click' : null });

  test('asks when it is opened, and is done at once when it is posted to, as often as one likes', async () => {
    const email = next();
    const link = linkOf(email);
    const asked = await open(link, 'GET');
    expect(asked.status).toBe(200);
    expect(await asked.text()).toContain(`Shall Test Shop send no more offers to ${email.slice(0, 2)}…@example.com?`);
    expect(await stateOf(email)).toMatchObject({ marketing: 'granted' });
    for (const _ of [1, 2]) {
      const done = await open(link, 'POST');
      expect(done.status).toBe(200);
      expect(await done.text()).toContain('sends no more offers');
    }
    expect(await stateOf(email)).toMatchObject({ marketing: 'denied', stopped: true });
    expect(await core.db.consents.countDocuments({ address: addressOf(email) })).toBe(1);
    const row = await rowOf(email);
    expect(row?.optedOutAt).toEqual(house.clock.now());
    // START brings them back, and the same link leads out once more.
    await writes(email, { text: 'START' });
    expect(await stateOf(email)).toMatchObject({ marketing: 'granted' });
    house.clock.set('2026-11-21T04:40:00Z');
    await open(link, 'POST');
    expect(await stateOf(email)).toMatchObject({ marketing: 'denied' });
  });

  test.each(['x', '', 'A'.repeat(24), '../api/session'])(
    'by a link that was not made here leads nowhere: %j',
    async (token) => {
      const response = await fetch(`${house.kade.url}/o/${token}`, { method: 'POST' });
      expect([404, 401, 403]).toContain(response.status);
    },
  );

  test('by mail: the one that a List-Unsubscribe header asks for, from whatever address', async () => {
    const email = next();
    const subject = decodeURIComponent(
      /subject=([^>]+)/.exec(last(email).headers['List-Unsubscribe'] ?? '')?.[1] ?? '',
    );
    await writes('alias@example.net', { subject, dkim: 'none' });
    expect(await stateOf(email)).toMatchObject({ marketing: 'denied' });
  });
});

describe('a mail', () => {
  test('STOP counts, proven or not, in its subject or its first line, above what it quotes', async () => {
    for (const written of [
      { text: 'STOP', dkim: 'none' },
      { subject: 'stop', text: '' },
      { subject: 'Re: Sale', text: 'Please stop\n\nOn Sat, 21 Nov 2026 Test Shop <chat@mail.shop.lk> wrote:\n> START' },
      { html: '<p>එපා</p><blockquote>Sale</blockquote>' },
    ]) {
      const email = await agreed();
      expect(await writes(email, written)).toBe(200);
      expect(await stateOf(email)).toMatchObject({ marketing: 'denied', stopped: true });
    }
  });

  test('a STOP from another address than the one that was written to stops both', async () => {
    const email = next();
    const { 'Message-ID': id } = last(email).headers;
    await writes('other@example.net', { text: 'STOP', headers: [`In-Reply-To: ${id}`] });
    expect(await stateOf(email)).toMatchObject({ marketing: 'denied' });
    expect(await stateOf('other@example.net')).toMatchObject({ marketing: 'denied' });
  });

  test('that nobody vouches for grants nothing, chooses nothing and is answered nothing, but the shop reads it', async () => {
    const email = await agreed();
    await writes(email, { text: 'STOP' });
    const answers = sendgrid.box(email).length;
    for (const text of ['START', 'FORGET ME', '1', 'Two of the blue ones, please'])
      await writes(email, { text, dkim: '{@evil.com : pass}' });
    expect(await stateOf(email)).toMatchObject({ marketing: 'denied' });
    expect(sendgrid.box(email)).toHaveLength(answers);
    const customer = await holderOf(email);
    const kept = await core.db.interactions.find({ customerId: customer?._id }).toArray();
    expect(kept.map(({ text }) => text)).toContain('Two of the blue ones, please');
  });

  test.each([
    ['an absence note', { headers: ['Auto-Submitted: auto-replied'] }],
    ['a bounce', { envelopeFrom: '' }],
  ])('%s is left alone', async (_, written) => {
    const email = `robot${++count}@example.com`;
    expect(await writes(email, { text: 'STOP', ...written })).toBe(200);
    expect(await holderOf(email)).toBeNull();
    expect(sendgrid.box(email)).toEqual([]);
  });

  test('of our own that comes back is left alone', async () => {
    expect(await writes('hello@shop.lk', { text: 'HELP' })).toBe(200);
    expect(await writes(sendgrid.inboundAddress, { text: 'HELP' })).toBe(200);
    expect(sendgrid.box('hello@shop.lk')).toEqual([]);
  });

  test('is answered in its thread, once, and so that no robot answers back', async () => {
    const email = `new${++count}@example.com`;
    await writes(email, { text: 'HELP', subject: 'Question', headers: ['References: <a@x.lk>\n <b@x.lk>'] });
    const { subject, headers } = last(email);
    expect(subject).toBe('Re: Question');
    expect(headers.References).toMatch(/^<a@x\.lk> <b@x\.lk> <m\d+@example\.com>$/);
    expect(headers['In-Reply-To']).toBe(headers.References?.split(' ').at(-1));
    expect(headers['Auto-Submitted']).toBe('auto-replied');
  });

  test('keeps its letters whatever they are written in, and its files but for logos', async () => {
    const email = `files${++count}@example.com`;
    const big = Buffer.alloc(3 * 1024 * 1024, 7);
    await writes(email, {
      text: 'Café',
      charsets: { text: 'iso-8859-1' },
      files: [
        { name: 'logo.png', type: 'image/png', content: Buffer.from('x'), contentId: 'logo' },
        { name: 'නම්.csv', type: 'text/csv', content: Buffer.from('name\r\nA\r\n--xYzZ') },
        { name: 'big.bin', type: 'application/octet-stream', content: big },
      ],
    });
    const kept = await core.db.inbound
      .find({ from: addressOf(email) })
      .sort({ _id: 1 })
      .toArray();
    expect(kept.map(({ text, file }) => [text, file?.name])).toEqual([
      ['Café', 'නම්.csv'],
      [undefined, 'big.bin'],
    ]);
    expect(await readFile(core.files.path(kept[0]?.file?.id ?? ''), 'utf8')).toBe('name\r\nA\r\n--xYzZ');
    expect((await readFile(core.files.path(kept[1]?.file?.id ?? ''))).equals(big)).toBe(true);
  });

  test('with a wrong secret is refused before it is read', async () => {
    expect(await sendgrid.postMail('', 'guessed-guessed-guessed')).toBe(401);
    expect(await sendgrid.postMail(sendgrid.formOf({ from: 'nobody' }))).toBe(400);
  });
});

describe('a member', () => {
  test('links their mail by a code and works with it; a forged sender reaches no command', async () => {
    const email = 'owner@example.org';
    const [told] = await house.say('link');
    const code = /\b[A-Z2-9]{8}\b/.exec(told?.text ?? '')?.[0] ?? '';
    await writes(email, { text: code, dkim: 'none' });
    expect(await core.db.members.countDocuments({ addresses: addressOf(email) })).toBe(0);
    await writes(email, { text: code });
    expect(await core.db.members.countDocuments({ addresses: addressOf(email) })).toBe(1);
    await writes(email, { text: 'settings', dkim: '{@evil.com : pass}' });
    // The owners hear of it, here, as of anything that a customer writes.
    expect(sendgrid.box(email).some(({ text }) => text.includes('Country'))).toBe(false);
    await writes(email, { text: 'settings' });
    expect(last(email).text).toContain('Country');
    expect(last(email).html).toContain('mailto:chat@mail.shop.lk?subject=');
  });
});
