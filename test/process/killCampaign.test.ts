import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireMessage } from '../../channels/web/wire.ts';
import { connectDatabase, type Delivery, startEmbedded } from '../../core/index.ts';
import { ChatClient } from './chatClient.ts';
import { notBuilt, signInAt, startProcess } from './startProcess.ts';

if (notBuilt) process.stderr.write(`The kill in mid-campaign is skipped: ${notBuilt}\n`);

const PEOPLE = 3_000;
const KILL_AFTER = 900;
/** Countries by their hours ahead of UTC, with a mobile number: offers leave by the recipient's day, and the compiled program has the real clock. */
const COUNTRIES: Readonly<Record<string, readonly [string, number]>> = {
  '-6': ['Costa Rica', 506_8300_0000],
  '-3': ['Uruguay', 598_9423_1000],
  '0': ['Iceland', 354_611_1000],
  '3': ['Kenya', 254_7121_23000],
  '5': ['Pakistan', 92_3012_345000],
  '8': ['Singapore', 65_8123_1000],
  '12': ['Fiji', 679_701_2000],
};

/** The country where it is about one in the afternoon now, and the first of its people's numbers. */
function countryByDay(): readonly [string, number] {
  const wanted = 13 - new Date().getUTCHours();
  const apart = (hours: string) => Math.abs(((((Number(hours) - wanted) % 24) + 36) % 24) - 12);
  const nearest = Object.keys(COUNTRIES).sort((a, b) => apart(a) - apart(b))[0] ?? '';
  return COUNTRIES[nearest] ?? ['', 0];
}

const choiceOf = (message: WireMessage, action: string): { choiceId: string } => ({
  choiceId: message.choices.find(({ id }) => id.startsWith(action))?.id ?? `no ${action}`,
});

describe.skipIf(notBuilt)('a kill in mid-campaign', () => {
  const [country, firstNumber] = countryByDay();
  let folder: string;

  /** What the carrier took, by its own record: our delivery ids. */
  const accepted = async (): Promise<{ deliveryId: string; to: string }[]> => {
    const text = await readFile(join(folder, 'data/sandbox/messages.jsonl'), 'utf8').catch(() => '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter((line) => line.kind === 'accepted');
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kade-'));
    const rows = Array.from({ length: PEOPLE }, (_, i) => `C${i},Person ${i},+${firstNumber + i},yes`);
    await writeFile(join(folder, 'people.csv'), ['Customer ID,Name,Mobile,Marketing opt in', ...rows].join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('leaves everyone with one message or none, and says which', async () => {
    const first = startProcess(folder);
    const { url, code } = await first.ready;
    const { token } = await signInAt(url, code);
    const client = await new ChatClient(url, token).open();
    await client.ask({ text: 'Night Shop' });
    await client.ask({ text: country });
    await client.untilIdle();
    await client.post({ choiceId: 'onboarding.language:en' });
    await client.untilIdle();
    const preview = client.messageWith('import.confirm');
    await client.post({ path: join(folder, 'people.csv') });
    await client.post(choiceOf(await preview, 'import.confirm'));
    await client.untilIdle();
    await client.post({ choiceId: 'campaign.segment:all' });
    await client.untilIdle();
    await client.post({ choiceId: 'campaign.channel:sms' });
    const composed = client.messageWith('campaign.launch');
    await client.post({ text: 'Hi {first_name|friend}, we open late today.' });
    const readBack = client.messageWith('campaign.confirm');
    await client.post(choiceOf(await composed, 'campaign.launch'));
    await client.post(choiceOf(await readBack, 'campaign.confirm'));
    while ((await accepted()).length < KILL_AFTER) await setTimeout(5);
    first.child.kill('SIGKILL');
    await first.exit;
    client.close();
    const before = (await accepted()).length;

    const second = startProcess(folder);
    await second.ready;
    const rowsNow = async (): Promise<number> => (await accepted()).length;
    // Quiet for a while: whatever is to be sent has been sent.
    for (let last = -1, now = await rowsNow(); now !== last; last = now, now = await rowsNow()) await setTimeout(2_500);
    second.child.kill('SIGTERM');
    await second.exit;

    const sent = await accepted();
    expect(sent.length).toBeGreaterThanOrEqual(before);
    expect(new Set(sent.map(({ deliveryId }) => deliveryId)).size).toBe(sent.length);
    expect(new Set(sent.map(({ to }) => to)).size).toBe(sent.length);
    const rows = await campaignRows(join(folder, 'data/database'));
    expect(rows).toHaveLength(PEOPLE);
    const taken = new Set(sent.map(({ deliveryId }) => deliveryId));
    const wrong = rows.filter(({ _id, status, reason }) => {
      const went = taken.has(_id.toHexString());
      if (['sent', 'delivered', 'read'].includes(status)) return !went;
      return !['unknown', 'failed'].includes(status) || (status === 'failed' && !went && !reason);
    });
    expect(wrong.map(({ status, reason }) => `${status} ${reason}`)).toEqual([]);
    // Nobody the carrier has is called a doubt for good: receipts settle most; what is left is at most what was on its way.
    expect(rows.filter(({ status }) => status === 'unknown').length).toBeLessThanOrEqual(150);
  }, 120_000);
});

async function campaignRows(database: string): Promise<Delivery[]> {
  const embedded = await startEmbedded({ folder: database });
  const db = await connectDatabase(embedded.uri);
  const rows = await db.deliveries.find({ campaignId: { $exists: true } }).toArray();
  await db.connection.close();
  await embedded.stop();
  return rows;
}
