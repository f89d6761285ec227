import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noBrowser } from '../channels/web/openBrowser.ts';
import { processesWith } from '../channels/whatsapp/linkedHouse.ts';
import { FakeWhatsAppWeb } from '../fakes/whatsappWeb.ts';
import { ChatClient } from './chatClient.ts';
import { type KadeProcess, notBuilt, signInAt, startProcess } from './startProcess.ts';

if (notBuilt) console.log(`Skipped: ${notBuilt}`);

let folder: string;
let whatsapp: FakeWhatsAppWeb;
const started: KadeProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kade-process-'));
  whatsapp = await FakeWhatsAppWeb.open();
});
afterEach(async () => {
  for (const kade of started) kade.child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((kade) => kade.exit));
  await whatsapp.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe.skipIf(notBuilt || noBrowser)('the process with a browser of WhatsApp', () => {
  it('leaves no browser behind, killed or stopped, and goes on with its login', async () => {
    const settings = await whatsapp.furnish(join(folder, 'data'));
    const browsers = () => processesWith(join(folder, 'data', 'whatsapp', 'session'));
    const start = async () => {
      const kade = startProcess(folder, settings);
      started.push(kade);
      return { kade, ...(await kade.ready) };
    };
    const first = await start();
    const { token } = await signInAt(first.url, first.code);
    await new ChatClient(first.url, token).post({ choiceId: 'whatsapp.accept' });
    await whatsapp.until(() => whatsapp.opened === 1);
    whatsapp.pair();
    const number = '94771234567@c.us';
    whatsapp.greet(number, 'HELP');
    await whatsapp.until(() => whatsapp.seen.length === 1);
    first.kade.child.kill('SIGKILL');
    await first.kade.exit;
    await vi.waitFor(async () => expect(await browsers()).toEqual([]), 5_000);

    const second = await start();
    await whatsapp.until(() => whatsapp.opened === 2);
    whatsapp.greet(number, 'STOP');
    await whatsapp.until(() => whatsapp.seen.length === 2);
    expect(await browsers()).not.toEqual([]);
    second.kade.child.kill('SIGTERM');
    expect(await second.kade.exit).toBe(0);
    expect(await browsers()).toEqual([]);
  }, 90_000);
});
