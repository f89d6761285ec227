import { expect, test } from 'vitest';
import { parseSettings } from '../../core/index.ts';

const problemsOf = (env: Record<string, string>) => {
  const parsed = parseSettings(env);
  return 'problems' in parsed ? parsed.problems : [];
};

test('a channel that is set up by half is a problem, beside every other', () => {
  expect(problemsOf({ TELEGRAM_API_ROOT: 'http://127.0.0.1:8081', PORT: 'x' })).toEqual([
    'PORT: must be a whole number from 0 to 65535, PORT=3000 for one (see README, "Settings")',
    'TELEGRAM_BOT_TOKEN: is missing, and TELEGRAM_API_ROOT needs it (see README, "Settings")',
  ]);
});

test.each([
  ['TELEGRAM_BOT_TOKEN', 'AAE-without-a-number-before-it'],
  ['PUBLIC_URL', 'http://shop.example.com'],
  ['PUBLIC_URL', 'https://shop.example.com/kade'],
])('%s=%s is refused', (name, value) => {
  expect(problemsOf({ [name]: value })[0]).toMatch(new RegExp(`^${name}: must be`));
});

test('without a token there is no Telegram, and a slash behind the public address is taken off', () => {
  const parsed = parseSettings({ PUBLIC_URL: 'https://shop.example.com/', TELEGRAM_BOT_TOKEN: ' ' });
  expect(parsed).toMatchObject({ settings: { PUBLIC_URL: 'https://shop.example.com' } });
  expect('settings' in parsed && parsed.settings.TELEGRAM_BOT_TOKEN).toBe(undefined);
});
