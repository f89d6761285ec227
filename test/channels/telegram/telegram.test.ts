import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTelegram } from '../../../channels/telegram/telegram.ts';
import type { Channel, Core, InboundMessage, OutboundMessage, StoredFile } from '../../../core/index.ts';
import { FakeTelegram } from '../../fakes/telegram.ts';
import type { TelegramPerson } from '../../fakes/telegramPerson.ts';

let telegram: FakeTelegram;
let folder: string;
let channel: Channel;
let person: TelegramPerson;
let people = 0;
beforeAll(async () => {
  telegram = await FakeTelegram.open();
  folder = await mkdtemp(join(tmpdir(), 'kade-telegram-'));
});
afterAll(async () => {
  await telegram.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  channel = open();
  person = telegram.person(++people);
  person.join();
});
afterEach(() => expect(telegram.violations).toEqual([]));

function open(apiRoot = telegram.url, pace = 0): Channel {
  return createTelegram({
    token: telegram.token,
    apiRoot,
    filePath: (id) => join(folder, id),
    answerWithinMs: 500,
    pace,
  }).channel;
}
const send = (message: OutboundMessage, to = String(person.id)) => channel.send(to, message, 'd');
const texts = () => person.seen.map(({ text }) => text);
let files = 0;
function stored(name: string, bytes: number): StoredFile & { alt: string } {
  const id = `f${++files}`;
  writeFileSync(join(folder, id), Buffer.alloc(Math.min(bytes, 1000), 'x'));
  return { id, name, mimeType: 'image/png', size: bytes, alt: '' };
}
const MB = 1024 * 1024;
const LONG = 'A sentence of some length. '.repeat(60).trim();
const LONGEST = 'A sentence of some length. '.repeat(300).trim();

describe('a message', () => {
  test('with a picture and a file is one call each, its text under the last, its buttons there', async () => {
    const choices = [
      { id: 'a', label: 'Yes' },
      { id: 'b', label: 'No' },
      { id: 'c', label: 'Something that is longer than the others' },
    ];
    await send({ text: 'Both.', picture: stored('p.png', 10), file: stored('f.csv', 10), choices });
    expect(person.seen.map(({ text, picture, file }) => [text, picture?.name, file?.name])).toEqual([
      ['', 'p.png', undefined],
      ['Both.', undefined, 'f.csv'],
    ]);
    const markup = telegram.calls.at(-1)?.fields.reply_markup as { inline_keyboard: unknown[][] };
    expect(markup.inline_keyboard.map((row) => row.length)).toEqual([2, 1]);
  });

  test('too long for a caption follows its picture', async () => {
    await send({ text: LONG, picture: stored('p.png', 10) });
    expect(texts()).toEqual(['', LONG]);
  });

  test('shows a picture above 10 MB as a file, and refuses one above 50', async () => {
    await send({ text: 'Big.', picture: stored('p.png', 11 * MB) });
    expect(person.seen.at(-1)?.file?.name).toBe('p.png');
    expect(await send({ text: 'Bigger.', file: stored('f.csv', 51 * MB) })).toEqual({
      status: 'failed',
      reason: 'file_too_large',
    });
  });

  test('takes text that looks like markup, or a number, as text', async () => {
    for (const text of ['<b>', '*_[', '42', '{"a":1}']) await send({ text, picture: stored('p.png', 10) });
    expect(texts()).toEqual(['<b>', '*_[', '42', '{"a":1}']);
  });
});

describe('what became of it', () => {
  test.each([
    [
      { status: 403, description: 'Forbidden: bot was blocked by the user' },
      { reason: 'bot_blocked', optOut: true },
    ],
    [{ status: 403, description: "Forbidden: bot can't initiate conversation with a user" }, { reason: 'not_started' }],
    [{ status: 403, description: 'Forbidden: user is deactivated' }, { reason: 'chat_unknown' }],
    [{ status: 400, description: 'Bad Request: chat not found' }, { reason: 'chat_unknown' }],
    [{ status: 400, description: 'Bad Request: BUTTON_DATA_INVALID' }, { reason: 'carrier' }],
    [
      { status: 401, description: 'Unauthorized' },
      { reason: 'token_refused', incident: 'credentials_refused' },
    ],
    [{ status: 413, description: 'Request Entity Too Large' }, { reason: 'file_too_large' }],
  ])('%j has failed for %j', async (plan, failure) => {
    telegram.plan('sendMessage', plan);
    expect(await send({ text: 'Hello' })).toEqual({ status: 'failed', ...failure });
  });

  test('a gateway’s page says nothing about it', async () => {
    telegram.plan('sendMessage', { status: 502, html: true });
    expect(await send({ text: 'Hello' })).toMatchObject({ status: 'unknown' });
  });

  test('nobody listening means that it has not left', async () => {
    channel = open('http://127.0.0.1:9');
    expect(await send({ text: 'Hello' })).toMatchObject({ status: 'retry' });
  });

  test('a part that waits its turn is sent after it, and nothing twice', async () => {
    telegram.plan('sendMessage', 'well', { status: 429, retryAfter: 0.05 });
    expect(await send({ text: LONGEST })).toMatchObject({ status: 'sent' });
    expect(person.seen).toHaveLength(2);
  });

  test('a message of which only the beginning left is not sent again', async () => {
    telegram.plan('sendMessage', 'well', { status: 400 });
    expect(await send({ text: LONGEST })).toEqual({ status: 'unknown', reason: 'partly_sent' });
    expect(person.seen).toHaveLength(1);
  });

  test.each(['nimal', '-100', '1.5', ''])('%j is no address', async (to) => {
    expect(await send({ text: 'x' }, to)).toEqual({ status: 'failed', reason: 'invalid_address' });
  });
});

describe('an edit', () => {
  const edit = (providerId: string, message: OutboundMessage) => channel.edit?.(String(person.id), providerId, message);
  const sent = async (message: OutboundMessage): Promise<string> => {
    const outcome = await send(message);
    return outcome.status === 'sent' ? outcome.providerId : '';
  };

  test('changes text, caption and buttons; the same again is fine', async () => {
    const id = await sent({ text: 'One' });
    await edit(id, { text: 'Two', choices: [{ id: 'a', label: 'Stop' }] });
    await edit(id, { text: 'Two', choices: [{ id: 'a', label: 'Stop' }] });
    const picture = await sent({ text: 'Caption', picture: stored('p.png', 10) });
    await edit(picture, { text: 'Changed' });
    await telegram.until(() => (texts().join() === 'Two,Changed' ? true : undefined));
    expect(person.seen[0]?.buttons).toEqual([{ text: 'Stop', callback_data: 'a' }]);
  });

  test('puts a picture in the place of the one before', async () => {
    const id = await sent({ text: 'First', picture: stored('one.png', 10) });
    await edit(id, { text: 'Second', picture: stored('two.png', 20) });
    await person.hears('Second');
    expect(person.seen).toHaveLength(1);
    expect(person.seen[0]?.picture).toMatchObject({ name: 'two.png' });
    expect(person.seen[0]?.picture?.content).toHaveLength(20);
    expect(telegram.violations).toEqual([]);
  });

  test('of many only the last is made, after a rest', async () => {
    channel = open(telegram.url, 0.1);
    const id = await sent({ text: '0' });
    for (let rows = 1; rows <= 20; rows++) await edit(id, { text: `${rows}` });
    await person.hears('20');
    expect(person.seen[0]?.edits).toBe(2);
  });

  test('waits as long as Telegram wants', async () => {
    const id = await sent({ text: '0' });
    telegram.plan('editMessageText', { status: 429, retryAfter: 0.05 });
    await edit(id, { text: '1' });
    await person.hears(/^1$/);
  });
});

describe('updates', () => {
  /** A bot that keeps what it is given only when the test says so. */
  async function listen(fake: FakeTelegram) {
    const received: InboundMessage[] = [];
    const warnings: string[] = [];
    let hold: Promise<void> = Promise.resolve();
    const core = {
      clock: { now: () => new Date() },
      db: { incidents: { updateOne: async () => ({ modifiedCount: 0 }) } },
      log: { info() {}, error() {}, warn: (event: string) => void warnings.push(event) },
      files: {
        save: async (_shop: unknown, name: string, mimeType: string, content: AsyncIterable<Buffer>) => {
          const chunks: Buffer[] = [];
          for await (const chunk of content) chunks.push(chunk);
          return { id: name, name, mimeType, size: Buffer.concat(chunks).length };
        },
      },
    } as unknown as Core;
    const bot = createTelegram({ token: fake.token, apiRoot: fake.url, filePath: String, pace: 0 }).listen({
      core,
      shopId: new mongo.ObjectId(),
      async receive(message, onKept) {
        received.push(message);
        await hold.then(onKept, () => undefined);
      },
      onReady: async () => {},
    });
    await fake.called('getUpdates');
    const setHold = (until: Promise<void>): void => {
      hold = until;
    };
    return { received, warnings, bot, hold: setHold };
  }
  const offsets = (fake: FakeTelegram) =>
    fake.calls.filter(({ method }) => method === 'getUpdates').map(({ fields }) => Number(fields.offset));

  test('are confirmed only once they are kept; a message that waits holds nobody else up', async () => {
    const fake = await FakeTelegram.open();
    const { received, bot, hold } = await listen(fake);
    let keep = (): void => undefined;
    hold(
      new Promise((resolve) => {
        keep = resolve;
      }),
    );
    await fake.person(1).start();
    await fake.until(() => (offsets(fake).length > 1 ? true : undefined));
    hold(Promise.resolve());
    await fake.person(2).start();
    await expect.poll(() => received.length).toBe(2);
    expect(Math.max(...offsets(fake))).toBe(100);
    keep();
    await fake.until(() => (offsets(fake).includes(102) ? true : undefined));
    await bot.stop();
    await fake.close();
  });

  test('that could not be written down come again', async () => {
    const fake = await FakeTelegram.open();
    const { received, bot, hold } = await listen(fake);
    const full = Promise.reject(new Error('disk full'));
    full.catch(() => undefined);
    hold(full);
    await fake.person(1).write('STOP');
    await expect.poll(() => received.length).toBeGreaterThan(1);
    hold(Promise.resolve());
    await fake.until(() => (offsets(fake).includes(101) ? true : undefined));
    expect(new Set(received.map(({ id, text }) => `${id} ${text}`))).toEqual(new Set(['4711.100 STOP']));
    await bot.stop();
    await fake.close();
  });

  test('of a person stay in order behind a file that is slow, and one that comes again meanwhile is one', async () => {
    const fake = await FakeTelegram.open();
    const { received, bot } = await listen(fake);
    fake.plan('getFile', { status: 500 }, { status: 500 });
    const nimal = fake.person(1);
    await nimal.sendFile('a/../b.csv', 'x');
    await nimal.write('second');
    await expect.poll(() => received.length).toBe(2);
    expect(received.map(({ text, file }) => text ?? file?.name)).toEqual(['a_.._b.csv', 'second']);
    await bot.stop();
    await fake.close();
  });

  test('survive an outage, a conflict and what cannot be read', async () => {
    const fake = await FakeTelegram.open();
    fake.plan('getMe', 'reset');
    const listening = listen(fake);
    const { received, bot, warnings } = await listening;
    await fake.push({ message: { odd: true } });
    await fake.push({ poll_answer: {} });
    await fake.person(1).write('still here');
    await expect.poll(() => received.length).toBe(1);
    expect(warnings).toEqual(['telegram.unreached', 'telegram.unreadable']);
    await bot.stop();
    await fake.close();
  }, 10_000);
});
