import { readFile } from 'node:fs/promises';
import { mongo } from 'mongoose';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AddressKey,
  type Channel,
  type ChannelName,
  type Core,
  type Delivery,
  editReply,
  type OutboundMessage,
  recordReceipts,
  reply,
  type Shop,
} from '../../core/index.ts';

/** A message as a person sees it on their app. */
export interface Seen {
  readonly text: string;
  /** of its buttons */
  readonly labels: readonly string[];
  readonly picture?: Buffer;
  readonly file?: { readonly name: string; readonly content: Buffer };
}

/** Someone with the app; what they do resolves once Kade has answered. */
export interface Person {
  readonly address: AddressKey;
  seen(): Promise<Seen[]>;
  /** `id`: the provider's; absent where it gives none that a test could repeat */
  write(text: string, id?: string): Promise<void>;
  tap(label: string): Promise<void>;
  sendFile?(name: string, content: Buffer): Promise<void>;
}

/** How a provider answers a send instead of well; `hang` and `reset` once the request was read. */
export type Fault = 'hang' | 'reset' | { status: number; waitMs?: number };

/** A channel in a running Kade, its provider a fake on loopback that the real SDK talks to. */
export interface Rig {
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly channel: ChannelName;
  /** letters that a message may hold */
  readonly longest: number;
  /** the people are customers, and are answered in the language that they write */
  readonly customers: boolean;
  /** a message may come twice from the provider */
  readonly repeats: boolean;
  /** someone who was not written to before */
  person(): Promise<Person>;
  /** A channel by itself that soon loses patience, someone it reaches, and a provider who answers the next send so. */
  provider?: { open(): Promise<{ channel: Channel; to: string }>; answers(fault: Fault): void };
  webhook?: {
    post(body: string, signed?: boolean): Promise<number>;
    /** what someone writes, as the provider would post it */
    bodyOf(person: Person, text: string, id: string): string;
    lines: readonly string[];
  };
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const CHOICES = ['📄 Send a file', 'වාර්තාව', 'Report'].map((label, index) => ({ id: `contract:${index}`, label }));

/** What every channel must do; a new one passes this first. What a provider does not have is left out of its rig. */
export function channelContract(
  name: string,
  has: { webhook?: boolean; provider?: boolean },
  open: () => Promise<Rig>,
): void {
  describe(`${name} as a channel`, () => {
    let rig: Rig;
    let core: Core;
    beforeAll(async () => {
      rig = await open();
      core = rig.core;
    });
    const say = (person: Person, message: OutboundMessage): Promise<Delivery> =>
      reply(core, { shopId: rig.shopId, to: person.address }, message);
    const received = (person: Person) => receivedBy(core, person);
    const keep = (file: string, type: string, content: Buffer) => core.files.save(rig.shopId, file, type, content);
    const channel = (): Channel => core.channels.get(rig.channel) as Channel;

    describe('out', () => {
      test('carries text in every language as it is', async () => {
        const person = await rig.person();
        const text = 'Good morning! 👋\nසුභ උදෑසනක්. <b>100%</b> & more\nகாலை வணக்கம்';
        expect(await say(person, { text })).toMatchObject({ status: 'sent', providerId: expect.any(String) });
        expect((await person.seen()).at(-1)?.text).toBe(text);
      });

      test('parts a long text at sentence ends, its choices under the last part', async () => {
        const person = await rig.person();
        const sentence = (index: number) => `Sentence number ${index} says හරි නේද? `;
        const text = Array.from({ length: 300 }, (_, index) => sentence(index))
          .join('')
          .trim();
        const before = (await person.seen()).length;
        await say(person, { text, choices: CHOICES });
        const parts = (await person.seen()).slice(before);
        const bare = (words: string) => words.replace(/\s+/g, '');
        const list = channel().buttons ? '' : CHOICES.map(({ label }, index) => `${index + 1}. ${label}`).join('');
        expect(bare(parts.map((part) => part.text).join(''))).toBe(bare(text + list));
        expect(parts.length).toBe(rig.longest === Number.POSITIVE_INFINITY ? 1 : Math.ceil(text.length / rig.longest));
        for (const part of parts.slice(0, -1)) expect(part.text).toMatch(/\?$/);
        expect(Math.max(...parts.map((part) => part.text.length))).toBeLessThanOrEqual(rig.longest);
        if (channel().buttons) expect(parts.at(-1)?.labels).toEqual(CHOICES.map(({ label }) => label));
      });

      test('shows a picture, with its words', async () => {
        const person = await rig.person();
        const picture = { ...(await keep('chart.png', 'image/png', PNG)), alt: 'A chart' };
        await say(person, { text: 'Here it is.', picture });
        const seen = (await person.seen()).findLast((message) => message.picture);
        expect(seen?.picture).toEqual(PNG);
        expect(JSON.stringify((await person.seen()).map(({ text }) => text))).toContain('Here it is.');
      });

      test('hands over a file byte by byte, its name as it is', async () => {
        const person = await rig.person();
        const content = Buffer.from('name\nනිමල්\n--boundary\r\n\r\n');
        await say(person, { text: 'The list.', file: await keep('පාරිභෝගිකයෝ 2026.csv', 'text/csv', content) });
        expect((await person.seen()).at(-1)?.file).toEqual({ name: 'පාරිභෝගිකයෝ 2026.csv', content });
      });

      test('tells progress by editing one message, or sparingly', async () => {
        const person = await rig.person();
        const first = await say(person, { text: '0 rows' });
        const before = (await person.seen()).length;
        let id = first._id.toHexString();
        for (const rows of [50, 60, 100]) id = await editReply(core, rig.shopId, id, { text: `${rows} rows` });
        if (channel().edit) await expect.poll(async () => (await person.seen()).at(-1)?.text).toBe('100 rows');
        expect((await person.seen()).length).toBe(before);
      });
    });

    describe('in', () => {
      test('takes an answer to choices', async () => {
        const person = await rig.person();
        await say(person, { text: 'What now?', choices: CHOICES });
        if (channel().buttons) await person.tap('Report');
        else
          for (const answer of ['3', 'report', '2.']) {
            await say(person, { text: 'What now?', choices: CHOICES });
            await person.write(answer);
          }
        const chosen = (await received(person)).map(({ choiceId, choiceLabel }) => [choiceId, choiceLabel]);
        const report = ['contract:2', 'Report'];
        expect(chosen).toEqual(channel().buttons ? [report] : [report, report, ['contract:1', 'වාර්තාව']]);
      });

      test('takes text as it is, and answers in the language of who wrote', async () => {
        const person = await rig.person();
        await person.write('උදව්');
        expect((await received(person)).at(-1)?.text).toBe('උදව්');
        if (rig.customers) expect((await person.seen()).at(-1)?.text).toMatch(/\p{Script=Sinhala}/u);
      });

      test('takes a file byte by byte', async () => {
        const person = await rig.person();
        if (!person.sendFile) return;
        const content = Buffer.from('name,phone\nනිමල්,0771234567\n');
        await person.sendFile('නම් list.csv', content);
        const { file } = (await received(person)).at(-1) ?? {};
        expect(file).toMatchObject({ name: 'නම් list.csv', size: content.length });
        expect(await readFile(core.files.path(file?.id ?? ''))).toEqual(content);
      });

      test('handles what comes twice once', async () => {
        if (!rig.repeats) return;
        const person = await rig.person();
        await person.write('HELP', 'repeat-01');
        const answers = (await person.seen()).length;
        await person.write('HELP', 'repeat-01');
        expect(await received(person)).toHaveLength(1);
        expect(await person.seen()).toHaveLength(answers);
      });
    });

    test('receipts move a message forward only, repeated and out of order', async () => {
      // Not sent: the sandbox would give receipts of its own.
      const { address: to } = await rig.person();
      const [_id, providerId] = [new mongo.ObjectId(), `receipts-${to}`];
      const row = { _id, shopId: rig.shopId, to, channel: rig.channel, providerId, createdAt: core.clock.now() };
      await core.db.deliveries.insertOne({ ...row, topic: 'service', message: { text: 'Hello' }, status: 'sent' });
      const receipt = (status: 'delivered' | 'read' | 'failed') => ({
        channel: rig.channel,
        providerId,
        status,
        at: core.clock.now(),
      });
      const statusAfter = async (...statuses: ('delivered' | 'read' | 'failed')[]) => {
        await recordReceipts(core, rig.shopId, statuses.map(receipt));
        return (await core.db.deliveries.findOne({ _id }))?.status;
      };
      expect(await statusAfter('delivered', 'delivered')).toBe('delivered');
      expect(await statusAfter('read', 'delivered', 'failed', 'read')).toBe('read');
    });

    if (has.provider) providerContract(() => rig.provider as Provider);
    if (has.webhook) webhookContract(() => rig);
  });
}

type Provider = NonNullable<Rig['provider']>;

function providerContract(provider: () => Provider): void {
  describe('a provider that', () => {
    const outcomeOf = async (fault: Fault | null) => {
      const { channel, to } = await provider().open();
      if (fault) provider().answers(fault);
      return channel.send(to, { text: 'Hello' }, 'delivery');
    };
    test('takes a message gives its id', async () => {
      expect(await outcomeOf(null)).toMatchObject({ status: 'sent', providerId: expect.stringMatching(/./) });
    });
    test.each([400, 401, 404])('refuses with %i: the message has failed', async (status) => {
      expect(await outcomeOf({ status })).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^\w+$/) });
    });
    test('asks to wait is obeyed exactly, and asked nothing meanwhile', async () => {
      const { channel, to } = await provider().open();
      provider().answers({ status: 429, waitMs: 37_000 });
      expect(await channel.send(to, { text: 'Hello' }, 'd1')).toMatchObject({ status: 'retry', afterMs: 37_000 });
      const again = await channel.send(to, { text: 'Hello' }, 'd2');
      expect(again).toMatchObject({ status: 'retry' });
      expect((again as { afterMs: number }).afterMs).toBeLessThanOrEqual(37_000);
    });
    test('is in trouble is asked again later', async () => {
      expect(await outcomeOf({ status: 500 })).toMatchObject({ status: 'retry', afterMs: expect.any(Number) });
    });
    test.each(['hang', 'reset'] as const)('has read the message, then %ss: nobody knows', async (fault) => {
      expect(await outcomeOf(fault)).toMatchObject({ status: 'unknown' });
    });
  });
}

function webhookContract(rig: () => Rig): void {
  const webhook = () => rig().webhook as NonNullable<Rig['webhook']>;
  describe('its webhook', () => {
    test('refuses what is not signed: nothing is done, and it is logged', async () => {
      const person = await rig().person();
      const { post, bodyOf, lines } = webhook();
      const before = lines.length;
      expect(await post(bodyOf(person, 'HELP', '7001'), false)).toBe(401);
      expect(await receivedBy(rig().core, person)).toEqual([]);
      expect(lines.slice(before).join()).toContain('webhook.refused');
    });

    test.each(['', '{', '[]', '"x"', '{"unknown":1}'])('refuses %j as unreadable', async (body) => {
      expect(await webhook().post(body)).toBe(400);
    });

    test('acknowledges a burst at once, and works it off in order per person', async () => {
      const { post, bodyOf } = webhook();
      const { core } = rig();
      const people = await Promise.all(Array.from({ length: 8 }, () => rig().person()));
      const texts = Array.from({ length: 5 }, (_, index) => `message ${index}`);
      let id = 8000;
      const answers: number[] = [];
      const writeAll = async (person: Person): Promise<void> => {
        for (const text of texts) answers.push(await post(bodyOf(person, text, String(id++))));
      };
      await Promise.all(people.map(writeAll));
      expect(new Set(answers)).toEqual(new Set([200]));
      for (const person of people) {
        expect((await receivedBy(rig().core, person)).map(({ text }) => text)).toEqual(texts);
        await expect.poll(() => core.work.isIdle(person.address), { timeout: 10_000 }).toBe(true);
        const customer = await core.db.customers.findOne({ 'addresses.key': person.address });
        const kept = await core.db.interactions.find({ customerId: customer?._id }).sort({ _id: 1 }).toArray();
        expect(kept.map(({ text }) => text)).toEqual(texts);
      }
    });
  });
}

const receivedBy = (core: Core, person: Person) =>
  core.db.inbound.find({ from: person.address }).sort({ _id: 1 }).toArray();
