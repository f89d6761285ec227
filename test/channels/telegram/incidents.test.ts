import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeTelegram } from '../../fakes/telegram.ts';
import { type House, openHouse } from '../../house.ts';

const NOW = '2026-11-21T04:30:00Z';

let telegram: FakeTelegram;
let house: House;
beforeEach(async () => {
  telegram = await FakeTelegram.open(() => new Date(NOW));
});
afterEach(async () => {
  await house.close();
  await telegram.close();
});

const start = async (more: Record<string, string> = {}) => {
  house = await openHouse({
    now: NOW,
    settings: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.url, ...more },
  });
};
/** The incidents as they stand: `kind` while open, `kind solved` after. */
const incidents = async () =>
  (await house.kade.core.db.incidents.find({ channel: 'telegram' }).sort({ kind: 1 }).toArray()).map(
    ({ kind, open }) => (open ? kind : `${kind} solved`),
  );
const becomes = (...expected: string[]) => expect.poll(incidents, { timeout: 10_000 }).toEqual(expected);
const told = async () => (await house.transcript()).map(({ text }) => text).filter((text) => /^[⚠✅]/u.test(text));
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('asking for news', () => {
  test('beside another program is told, with what to do, and again when it is gone', async () => {
    telegram.plan('getUpdates', ...times(5, { status: 409, description: 'Conflict: terminated by other getUpdates' }));
    await start();
    await becomes('second_listener');
    await expect.poll(async () => (await told())[0]).toContain('another program takes this bot’s messages');
    const someone = telegram.person(1);
    someone.join();
    await someone.write('HELP');
    await becomes('second_listener solved');
  });

  test('in vain is told after a few times, a hiccup is not', async () => {
    telegram.plan('getUpdates', ...times(4, 'reset' as const));
    await start();
    await telegram.until(() =>
      telegram.calls.filter(({ method }) => method === 'getUpdates').length > 4 ? 1 : undefined,
    );
    expect(await incidents()).toEqual([]);
    telegram.plan('getUpdates', ...times(500, 'reset' as const));
    const someone = telegram.person(1);
    someone.join();
    await someone.write('HELP');
    await becomes('unreachable');
    await expect.poll(async () => (await told())[0]).toContain('Telegram: the service does not answer');
  });

  test('with a token that was taken back is told at once', async () => {
    telegram.plan('getMe', { status: 401, description: 'Unauthorized' });
    await start();
    await becomes('credentials_refused');
    await expect.poll(async () => (await told())[0]).toContain('refuses the key');
    expect((await told())[0]).toContain('401 Unauthorized');
    expect((await told())[0]).not.toContain(telegram.token);
  });
});

describe('a webhook', () => {
  test('that Telegram cannot reach is told, and when it can again', async () => {
    telegram.trouble = {
      pending_update_count: 3,
      last_error_date: Math.floor(Date.parse(NOW) / 1000) - 60,
      last_error_message: 'SSL error {certificate verify failed}',
    };
    await start({ PUBLIC_URL: 'https://kade.test' });
    await becomes('webhook_failing');
    await expect.poll(async () => (await told())[0]).toContain('certificate verify failed');
    telegram.trouble = {};
    await becomes('webhook_failing solved');
  });

  test('whose address Telegram does not take is told', async () => {
    telegram.plan('setWebhook', { status: 400, description: 'Bad Request: bad webhook: Failed to resolve host' });
    await start({ PUBLIC_URL: 'https://kade.test' });
    await becomes('webhook_failing solved');
  });

  test('that gets only unsigned messages is told; among signed ones they are nobody’s incident', async () => {
    await start({ PUBLIC_URL: 'https://kade.test' });
    telegram.webhookBase = house.kade.url;
    await telegram.called('setWebhook');
    for (let posts = 0; posts < 4; posts++) expect(await telegram.post('{}', 'guessed')).toBe(401);
    expect(await incidents()).toEqual([]);
    for (let posts = 0; posts < 4; posts++) await telegram.post('{}', 'guessed');
    await becomes('webhook_refused');
    const someone = telegram.person(1);
    someone.join();
    expect(await someone.write('HELP')).toBe(200);
    await becomes('webhook_refused solved');
    for (let posts = 0; posts < 9; posts++) await telegram.post('{}', 'guessed');
    expect(await incidents()).toEqual(['webhook_refused solved']);
  });
});
