import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../fakes/telegram.ts';
import { type KadeProcess, notBuilt, startProcess } from './startProcess.ts';

if (notBuilt) process.stderr.write(`The kill in a burst of messages is skipped: ${notBuilt}\n`);

const PEOPLE = 60;
const EACH = 6;
const KILLED_AFTER = 100;

const folder = await mkdtemp(join(tmpdir(), 'kade-inbound-'));
let kade: KadeProcess | undefined;
afterAll(async () => {
  kade?.child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(notBuilt)('a kill in a burst of messages', () => {
  it('loses none that was acknowledged: the next start answers each, in order, and Telegram repeats the others', async () => {
    const telegram = await FakeTelegram.open();
    const start = async () => {
      telegram.webhook = null;
      kade = startProcess(folder, {
        TELEGRAM_BOT_TOKEN: telegram.token,
        TELEGRAM_API_ROOT: telegram.url,
        PUBLIC_URL: 'https://kade.test',
      });
      telegram.webhookBase = (await kade.ready).url;
      await telegram.until(() => telegram.webhook ?? undefined);
      return kade;
    };
    const people = Array.from({ length: PEOPLE }, (_, index) => telegram.person(1000 + index));
    for (const person of people) person.join();

    const first = await start();
    let acknowledged = 0;
    const lost: { index: number; text: string; id: number }[] = [];
    const write = async (index: number): Promise<void> => {
      for (let round = 0; round < EACH; round++) {
        const [text, id] = [round % 2 === 0 ? 'STOP' : 'START', telegram.nextUpdateId()];
        const status = await people[index]?.write(text, id).catch(() => 0);
        if (status !== 200) lost.push({ index, text, id });
        else if (++acknowledged === KILLED_AFTER) first.child.kill('SIGKILL');
      }
    };
    await Promise.all(people.map((_, index) => write(index)));
    await first.exit;
    expect(acknowledged).toBeGreaterThanOrEqual(KILLED_AFTER);
    expect(lost.length).toBeGreaterThan(0);

    await start();
    // As Telegram does: those of a person in their order.
    await Promise.all(
      people.map(async (person, index) => {
        for (const { text, id } of lost.filter((one) => one.index === index))
          expect(await person.write(text, id)).toBe(200);
      }),
    );
    const unanswered = () => people.filter(({ seen }) => seen.length < EACH).length;
    await expect.poll(unanswered, { timeout: 40_000 }).toBe(0);
    // What was answered as the kill came may be answered again; the order stays.
    for (const { seen } of people) {
      expect(seen.length).toBeLessThanOrEqual(EACH + 1);
      expect(seen.at(-1)?.text).toContain('You get the offers');
    }
    await telegram.close();
  }, 60_000);
});
