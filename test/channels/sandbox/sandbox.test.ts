import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../../channels/sandbox/sandbox.ts';
import type { ChannelName, InboundMessage, OutboundMessage, Receipt } from '../../../core/index.ts';

const NOW = new Date('2026-11-21T04:30:00Z');
const PHONE = 'sms:+94771234567';

let folder: string;
let open: Sandbox[];
let receipts: Receipt[];
let received: InboundMessage[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kade-sandbox-'));
  open = [];
  receipts = [];
  received = [];
});
afterEach(async () => {
  for (const sandbox of open) await sandbox.stop();
  rmSync(folder, { recursive: true });
});

function start(
  options: Partial<Parameters<typeof createSandbox>[0]> = {},
): Sandbox & { send(to: string, message: OutboundMessage, channel?: ChannelName): ReturnType<Send> } {
  const sandbox = createSandbox({
    channels: ['sms', 'whatsapp', 'email'],
    folder,
    clock: { now: () => NOW },
    receive: async (message) => void received.push(message),
    onReceipt: async (receipt) => void receipts.push(receipt),
    pace: 0,
    ...options,
  });
  open.push(sandbox);
  const send = (to: string, message: OutboundMessage, name: ChannelName = 'sms') => {
    const channel = sandbox.channels.find((one) => one.name === name);
    if (!channel) throw new Error(name);
    return channel.send(to, message, `delivery-${to}`);
  };
  return { ...sandbox, send };
}
type Send = Sandbox['channels'][number]['send'];

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `+9477${1_000_000 + index}`);

describe('accepting', () => {
  test('gives each message an id of its own and a receipt that names ours', async () => {
    const sandbox = start();
    const outcomes = await Promise.all([0, 1].map(() => sandbox.send('+94771234567', { text: 'Hello' })));
    const ids = outcomes.map((outcome) => outcome.status === 'sent' && outcome.providerId);
    expect(new Set(ids).size).toBe(2);
    await sandbox.settle();
    expect(receipts).toEqual(
      ids.map((providerId) => ({
        channel: 'sms',
        providerId,
        deliveryId: 'delivery-+94771234567',
        status: 'delivered',
        at: NOW,
      })),
    );
  });

  test.each([
    ['sms', '0771234567'],
    ['sms', '+94'],
    ['whatsapp', 'nimal'],
    ['email', 'nimal'],
  ] as const)('refuses %s:%s', async (channel, to) => {
    expect(await start().send(to, { text: 'x' }, channel)).toEqual({ status: 'failed', reason: 'invalid_address' });
  });

  test('a full disk is a reason to try later', async () => {
    const sandbox = start();
    await sandbox.stop();
    open = [];
    expect(await sandbox.send('+94771234567', { text: 'x' })).toMatchObject({ status: 'retry', afterMs: 60_000 });
  });
});

describe('receipts', () => {
  test('a small share fails, always for the same addresses, and some are read', async () => {
    const sandbox = start();
    for (const to of numbers(2000)) await sandbox.send(to, { text: 'x' }, 'whatsapp');
    await sandbox.settle();
    const failed = receipts.filter(({ status }) => status === 'failed');
    expect(failed.length).toBeGreaterThan(10);
    expect(failed.length).toBeLessThan(60);
    expect(new Set(failed.map(({ reason }) => reason))).toEqual(new Set(['unreachable']));
    const read = receipts.filter(({ status }) => status === 'read').length;
    expect(read).toBeGreaterThan(1300);
    expect(read).toBeLessThan(1700);
    const failedNumbers = failed.map(({ deliveryId }) => deliveryId);
    receipts.length = 0;
    for (const to of numbers(2000)) await sandbox.send(to, { text: 'y' }, 'whatsapp');
    await sandbox.settle();
    expect(
      receipts
        .filter(({ status }) => status === 'failed')
        .map(({ deliveryId }) => deliveryId)
        .sort(),
    ).toEqual(failedNumbers.sort());
  });

  test('a message is delivered before it is read', async () => {
    const sandbox = start();
    for (const to of numbers(50)) await sandbox.send(to, { text: 'x' }, 'whatsapp');
    await sandbox.settle();
    const seen = new Set<string>();
    for (const { providerId, status } of receipts) {
      if (status === 'read') expect(seen).toContain(providerId);
      else seen.add(providerId);
    }
  });

  test('a phone that has written is reached', async () => {
    const sandbox = start();
    for (const to of numbers(500)) await sandbox.phones.answer(`sms:${to}`, 'hi');
    for (const to of numbers(500)) await sandbox.send(to, { text: 'x' });
    await sandbox.settle();
    expect(receipts.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  test('one that cannot be taken is handed over again', async () => {
    let refusals = 2;
    const sandbox = start({
      onReceipt: async (receipt) => {
        if (refusals-- > 0) throw new Error('busy');
        receipts.push(receipt);
      },
    });
    await sandbox.send('+94771234567', { text: 'x' });
    await sandbox.settle();
    expect(receipts).toHaveLength(1);
  });

  test('those outstanding at a stop come after the next start, once', async () => {
    const first = start({ pace: 1000 });
    await first.send('+94771234567', { text: 'one' });
    await first.stop();
    open = [];
    expect(receipts).toEqual([]);
    const second = start();
    await second.settle();
    expect(receipts.map(({ status }) => status)).toEqual(['delivered']);
    await second.stop();
    open = [];
    await start().settle();
    expect(receipts).toHaveLength(1);
  });
});

describe('phones', () => {
  test('show what was sent, as the channel can, the latest phone first', async () => {
    const sandbox = start();
    const choices = [
      { id: 'a', label: 'Yes' },
      { id: 'b', label: 'No' },
    ];
    await sandbox.send('+94771234567', { text: 'Come?', choices });
    await sandbox.send('+94771234567', { text: 'Come?', choices }, 'whatsapp');
    await sandbox.send('nimal@example.lk', { text: 'Dear Nimal', subject: 'News' }, 'email');
    const [email, whatsapp, sms] = sandbox.phones.list(10).map(({ messages }) => messages[0]);
    expect(email).toMatchObject({ subject: 'News', text: 'Dear Nimal', direction: 'out' });
    expect(whatsapp).toMatchObject({ text: 'Come?', choices });
    expect(sms).toMatchObject({ text: 'Come?\n1. Yes\n2. No', choices: [] });
  });

  test('an answer reaches Kade with an id of its own', async () => {
    const sandbox = start();
    const changes: string[] = [];
    const stop = sandbox.phones.onChange(({ address }) => changes.push(address));
    await sandbox.phones.answer(PHONE, 'STOP');
    await sandbox.phones.answer(PHONE, 'STOP');
    stop();
    await sandbox.phones.answer(PHONE, 'START');
    expect(received.map(({ from, text, at }) => [from, text, at])).toEqual([
      [PHONE, 'STOP', NOW],
      [PHONE, 'STOP', NOW],
      [PHONE, 'START', NOW],
    ]);
    expect(new Set(received.map(({ id }) => id)).size).toBe(3);
    expect(changes).toEqual([PHONE, PHONE]);
  });

  test('memory is bounded', async () => {
    const sandbox = start();
    for (let count = 0; count < 80; count += 1) await sandbox.send('+94779999999', { text: `${count}` });
    expect(sandbox.phones.get('sms:+94779999999')?.messages.map(({ text }) => text)).toEqual(
      Array.from({ length: 50 }, (_, index) => `${index + 30}`),
    );
    for (const to of numbers(2100)) await sandbox.send(to, { text: 'x' });
    expect(sandbox.phones.list(5000)).toHaveLength(2000);
    expect(sandbox.phones.get('sms:+94779999999')).toBeNull();
  });

  test('come back after a start, a torn last line passed over', async () => {
    const first = start();
    await first.send('+94771234567', { text: 'one' });
    await first.phones.answer(PHONE, 'two');
    await first.settle();
    await first.stop();
    open = [];
    appendFileSync(join(folder, 'messages.jsonl'), '{"kind":"acc');
    const second = start();
    await second.send('+94771234567', { text: 'three' });
    await second.stop();
    open = [];
    const messages = start().phones.get(PHONE)?.messages ?? [];
    expect(messages.map(({ text, status }) => [text, status])).toEqual([
      ['one', 'delivered'],
      ['two', 'read'],
      ['three', 'accepted'],
    ]);
  });

  test('the journal has every message before it was answered', async () => {
    const sandbox = start();
    const outcome = await sandbox.send('+94771234567', { text: 'Hello' });
    const lines = readFileSync(join(folder, 'messages.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        kind: 'accepted',
        id: outcome.status === 'sent' && outcome.providerId,
        deliveryId: 'delivery-+94771234567',
        to: PHONE,
        at: NOW.toISOString(),
        message: { text: 'Hello' },
      },
    ]);
  });
});
