import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEmail } from '../../../channels/email/email.ts';
import type { Channel, OutboundMessage, SendOutcome } from '../../../core/index.ts';
import { FakeSendGrid } from '../../fakes/sendgrid.ts';

let sendgrid: FakeSendGrid;
let channel: Channel;
const lines: string[] = [];
beforeAll(async () => {
  sendgrid = await FakeSendGrid.open();
});
beforeEach(() => {
  sendgrid.requests.length = 0;
  sendgrid.boxes.clear();
  lines.length = 0;
  ({ channel } = createEmail({
    account: sendgrid.account,
    optOutUrl: (id) => `https://kade.test/o/${id}`,
    filePath: () => import.meta.filename,
    log: { warn: (event, fields) => void lines.push(`${event} ${JSON.stringify(fields)}`) },
  }));
});
afterEach(() => expect(sendgrid.violations.splice(0)).toEqual([]));
afterAll(() => sendgrid.close());

const id = (): string => randomBytes(12).toString('hex');
const optOut = { sender: 'Test Shop\n12 Galle Road, Colombo', words: 'No more offers by email' };
const offer = (text: string, more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...{ text, subject: 'Sale', optOut, ...more },
});
const sendAll = (people: readonly (readonly [string, OutboundMessage])[]): Promise<SendOutcome[]> =>
  Promise.all(people.map(([to, message]) => channel.send(to, message, id(), true)));
const boxOf = (email: string) => sendgrid.box(email).at(-1);

describe('a campaign', () => {
  test('goes in one request, to each their own words, and nobody sees another', async () => {
    const people = Array.from({ length: 1000 }, (_, index) => `p${index}@example.com`);
    const outcomes = await sendAll(
      people.map((to, index) => [to, offer(`Hi <${index}> & co,\n\n10% off: https://shop.lk/a?b=1&c=2.\nReply STOP`)]),
    );
    expect(sendgrid.requests).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set(['sent']));
    expect(new Set(outcomes.map((outcome) => (outcome as { providerId: string }).providerId)).size).toBe(1000);
    const mail = boxOf('p7@example.com');
    expect(mail?.text).toContain('Hi <7> & co,\n\n10% off: https://shop.lk/a?b=1&c=2.');
    expect(mail?.html).toContain('Hi &#60;7&#62; &#38; co,');
    expect(mail?.html).toContain('<a href="https://shop.lk/a?b=1&#38;c=2">');
    expect(`${mail?.text}${mail?.html}`).not.toContain('[%');
    const [{ personalizations = [] } = {}] = sendgrid.requests;
    // What all share stands in the letter once.
    const own = Object.values(personalizations[7]?.substitutions ?? {});
    expect(own.filter((value) => value.includes('10% off'))).toEqual([]);
  });

  test('has a way out that one press takes, and who sends it', async () => {
    await sendAll([['n@example.com', offer('Sale!')]]);
    const mail = boxOf('n@example.com');
    const link = `https://kade.test/o/${mail?.deliveryId}`;
    expect(mail?.headers).toMatchObject({
      'List-Unsubscribe': `<${link}>, <mailto:${sendgrid.inboundAddress}?subject=STOP%20${mail?.deliveryId}@shop.lk>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(mail?.text).toBe(`Sale!\n\n-- \nTest Shop\n12 Galle Road, Colombo\nNo more offers by email: ${link}`);
    expect(mail?.html).toContain(`<a href="${link}">No more offers by email</a>`);
    expect(mail?.replyTo).toBe(sendgrid.inboundAddress);
  });

  test('parts where a request would hold more than 1,000, and where letters differ in more than words', async () => {
    await sendAll(Array.from({ length: 1001 }, (_, index) => [`p${index}@example.com`, offer('Sale!')]));
    expect(sendgrid.requests.map(({ personalizations }) => personalizations.length).sort()).toEqual([1, 1000].sort());
    sendgrid.requests.length = 0;
    await sendAll([
      ['a@example.com', offer('One')],
      ['b@example.com', offer('One', { subject: 'Another' })],
      ['c@example.com', offer('Two\nlines')],
      ['d@example.com', offer('එක')],
    ]);
    expect(sendgrid.requests).toHaveLength(4);
  });

  test('keeps to what may be replaced: 10,000 bytes a letter', async () => {
    const long = (mark: string) => offer(`${mark}${'ක"'.repeat(2000)}`);
    const outcomes = await sendAll([
      ['a@example.com', long('a')],
      ['b@example.com', long('b')],
      ['c@example.com', offer('short')],
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
    expect(boxOf('b@example.com')?.text).toContain('bක"ක"');
    expect(boxOf('c@example.com')?.text).toContain('short');
  });

  test('words that look like a mark, or like a regular expression, stay words', async () => {
    await sendAll([
      ['a@example.com', offer('{{0}} [%0%] $& $1 {name}')],
      ['b@example.com', offer('{{1}} [%1%] $& $2 {name}')],
    ]);
    expect(boxOf('a@example.com')?.text).toContain('{{0}} [%0%] $& $1 {name}');
    expect(boxOf('b@example.com')?.html).toContain('{{1}} [%1%] $&#38; $2 {name}');
  });

  test('one address that SendGrid refuses fails alone', async () => {
    const outcomes = await sendAll([
      ['a@example.com', offer('Hi a')],
      ['wrong!%@example.com', offer('Hi w')],
      ['b@example.com', offer('Hi b')],
    ]);
    expect(outcomes).toMatchObject([
      { status: 'sent' },
      { status: 'failed', reason: 'invalid_address' },
      { status: 'sent' },
    ]);
    expect(sendgrid.box('a@example.com')).toHaveLength(1);
  });

  test('too large for one request goes in two', async () => {
    sendgrid.plan({ status: 413 });
    const outcomes = await sendAll(Array.from({ length: 4 }, (_, index) => [`p${index}@example.com`, offer('Hi')]));
    expect(outcomes.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(sendgrid.requests.map(({ personalizations }) => personalizations.length)).toEqual([2, 2]);
  });

  test.each([
    [
      { status: 429, headers: { 'Retry-After': '7' } },
      { status: 'retry', afterMs: 7000 },
    ],
    [{ status: 503 }, { status: 'retry', reason: 'carrier' }],
    ['reset', { status: 'unknown' }],
    [{ status: 401 }, { status: 'failed', reason: 'key_refused', incident: 'credentials_refused' }],
    [{ status: 403 }, { status: 'failed', reason: 'sender_unverified', incident: 'sender_refused' }],
    [
      { status: 307, headers: { Location: 'http://127.0.0.1:1/' } },
      { status: 'failed', reason: 'carrier' },
    ],
  ] as const)('that SendGrid answers with %j: each row has that outcome', async (plan, outcome) => {
    sendgrid.plan(plan);
    const outcomes = await sendAll([
      ['a@example.com', offer('Hi')],
      ['b@example.com', offer('Hi')],
    ]);
    expect(outcomes).toMatchObject([outcome, outcome]);
    expect(sendgrid.box('a@example.com')).toEqual([]);
    expect(lines.join()).not.toContain(sendgrid.apiKey);
    expect(lines.join()).not.toContain('@example.com');
  });
});

describe('a single mail', () => {
  test('goes at once, says nothing of leaving a list, and counts no opening', async () => {
    await channel.send('n@example.com', { text: 'Your order is ready.\nSee you' }, id());
    const mail = boxOf('n@example.com');
    expect(mail).toMatchObject({ subject: 'Your order is ready.', text: 'Your order is ready.\nSee you' });
    expect(Object.keys(mail?.headers ?? {})).not.toContain('List-Unsubscribe');
    expect(sendgrid.requests[0]).toMatchObject({
      tracking_settings: { open_tracking: { enable: false }, click_tracking: { enable: false } },
    });
  });

  test('has its choices as a list, and as links that write the answer', async () => {
    const choices = [
      { id: 'a', label: 'Yes & no' },
      { id: 'b', label: 'නැහැ' },
    ];
    await channel.send('n@example.com', { text: 'Well?', choices }, id());
    const mail = boxOf('n@example.com');
    expect(mail?.text).toBe('Well?\n1. Yes & no\n2. නැහැ');
    expect(mail?.html).toContain('subject=Re%3A%20Well%3F&#38;body=1.%20Yes%20%26%20no');
  });

  test('has its file beside it, and its picture within', async () => {
    const file = { id: 'x', name: 'නම්.csv', mimeType: 'text/csv', size: 10 };
    const picture = { id: 'y', name: 'chart.png', mimeType: 'image/png', size: 10, alt: 'A "chart"' };
    await channel.send('n@example.com', { text: '', file, picture }, id());
    const mail = boxOf('n@example.com');
    expect(mail?.attachments.map(({ name, contentId }) => [name, contentId])).toEqual([
      ['chart.png', 'picture'],
      ['නම්.csv', undefined],
    ]);
    expect(mail?.html).toContain('<img src="cid:picture" alt="A &#34;chart&#34;"');
    expect(mail?.text).not.toBe('');
  });

  test('that is too large, or to no address, is not tried', async () => {
    const file = { id: 'x', name: 'x', mimeType: 'x/y', size: 21 * 1024 * 1024 };
    expect(await channel.send('n@example.com', { text: 'x', file }, id())).toMatchObject({ reason: 'file_too_large' });
    expect(await channel.send('nobody', { text: 'x' }, id())).toMatchObject({ reason: 'invalid_address' });
    expect(sendgrid.requests).toEqual([]);
  });
});

test('an address is taken off the lists that SendGrid keeps', async () => {
  await channel.readmit?.('n+1@example.com');
  expect(sendgrid.removed).toEqual([
    '/v3/suppression/bounces/n%2B1%40example.com',
    '/v3/suppression/spam_reports/n%2B1%40example.com',
  ]);
});
