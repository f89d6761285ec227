import { describe, expect, test } from 'vitest';
import { createPace } from '../../channels/pace.ts';
import { EnforcedLimit, SimulatedTimer } from '../simulatedTimer.ts';

const MINUTES = 10 * 60_000;

/** Lanes that send as fast as their pace lets them until the time is over; `whom` says to whom the n-th goes. */
async function sendInBulk(
  limit: { perSecond: number; chatGapMs?: number },
  { lanes = 100, until = MINUTES, whom = (n: number) => String(n), enforced = limit.perSecond, restMs = 5_000 } = {},
) {
  const timer = new SimulatedTimer();
  const pace = createPace({ ...limit, timer });
  const provider = new EnforcedLimit(timer, enforced, limit.chatGapMs);
  let sent = 0;
  let askedInRest = 0;
  let restUntil = 0;
  const run = (end: number) =>
    timer.run(lanes, async () => {
      while (timer.now() < end) {
        const to = whom(sent++);
        let wait = await pace.turn(to);
        for (; wait > 0; wait = await pace.turn(to)) await timer.sleep(wait);
        if (timer.now() >= end) return;
        if (timer.now() < restUntil) askedInRest += 1;
        if (provider.takes(to)) continue;
        restUntil = timer.now() + restMs;
        pace.rest(restMs);
      }
    });
  await run(until);
  return { provider, pace, run, asked: () => askedInRest, timer };
}

describe('ten minutes of messages in bulk are never refused, and lose nothing of what is allowed', () => {
  test.each([
    ['Telegram', { perSecond: 30, chatGapMs: 1000 }],
    ['WhatsApp', { perSecond: 80 }],
    ['SMS', { perSecond: 1 }],
  ])('%s', async (_, limit) => {
    const { provider } = await sendInBulk(limit);
    expect(provider.refused).toBe(0);
    expect(provider.accepted).toBeGreaterThanOrEqual(0.99 * limit.perSecond * 600);
  });

  test('Telegram, where the same forty people get several in a row', async () => {
    const limit = { perSecond: 30, chatGapMs: 1000 };
    const { provider } = await sendInBulk(limit, { whom: (n) => String(Math.floor(n / 3) % 40) });
    expect(provider.refused).toBe(0);
    expect(provider.accepted).toBeGreaterThanOrEqual(0.99 * 18_000);
  });

  test('one chat alone, a message a second', async () => {
    const { provider } = await sendInBulk({ perSecond: 30, chatGapMs: 1000 }, { lanes: 3, whom: () => 'one' });
    expect(provider.refused).toBe(0);
    expect(provider.accepted).toBeGreaterThanOrEqual(0.99 * 600);
  });
});

describe('a provider that allows less than it says', () => {
  test('is obeyed while it wants rest, approached, and followed when it allows more', async () => {
    const limit = { perSecond: 30 };
    const { provider, pace, run, asked } = await sendInBulk(limit, { enforced: 20 });
    // Those that were on their way when it refused the first may be refused with it: no time passes between them.
    expect(asked()).toBe(0);
    expect(provider.refused).toBeLessThan(40);
    expect(provider.accepted).toBeGreaterThan(0.75 * 20 * 600);
    provider.perSecond = 30;
    const before = provider.accepted;
    await run(MINUTES + 120_000);
    expect(pace.perSecond()).toBe(30);
    expect(provider.accepted - before).toBeGreaterThan(0.75 * 30 * 120);
  });
});

test('what went without a turn counts, and holds the others up a second at most', async () => {
  const timer = new SimulatedTimer();
  const pace = createPace({ perSecond: 10, chatGapMs: 1000, timer });
  pace.count('a');
  await timer.run(1, async () => {
    expect(await pace.turn('b')).toBe(0);
    expect(timer.now()).toBe(100);
    for (let times = 0; times < 500; times++) pace.count('c');
    expect(await pace.turn('d')).toBe(0);
    expect(timer.now()).toBe(1100);
    expect(await pace.turn('c')).toBe(0);
    expect(timer.now()).toBe(1200);
  });
});

test('who would wait long is told so, and asks again', async () => {
  const timer = new SimulatedTimer();
  const pace = createPace({ perSecond: 1, timer });
  const waits: number[] = [];
  await timer.run(10, async (index) => {
    waits[index] = await pace.turn();
  });
  expect(waits).toEqual([0, 0, 0, 0, 0, 5000, 5000, 5000, 5000, 5000]);
});

test('a message of several parts takes as many turns', async () => {
  const timer = new SimulatedTimer();
  const pace = createPace({ perSecond: 1, timer });
  await timer.run(1, async () => {
    await pace.turn('a', 3);
    await pace.turn('b');
    expect(timer.now()).toBe(3000);
  });
});
