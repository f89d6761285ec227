import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { LinkedAccount } from '../../../core/index.ts';
import { FakeWhatsAppWeb } from '../../fakes/whatsappWeb.ts';
import { type House, openHouse } from '../../house.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

/** A Kade with the shop's own WhatsApp set up, on a fake of WhatsApp in a real browser. */
export interface WhatsAppHouse {
  readonly folder: string;
  readonly whatsapp: FakeWhatsAppWeb;
  house: House;
  account(): LinkedAccount;
  /** Waits until the account is so. */
  becomes(is: ReturnType<LinkedAccount['state']>['is']): Promise<void>;
  /** Accepts the risk and scans. */
  link(): Promise<void>;
  /** Waits until a message that came in is written down, and answered. */
  taken(providerId: string): Promise<void>;
  /** Stops Kade, and starts it again on the same data. */
  restart(meanwhile?: () => void): Promise<void>;
  /** The processes of our browser that run. */
  browsers(): Promise<number[]>;
  close(): Promise<void>;
}

export async function openWhatsAppHouse(): Promise<WhatsAppHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'kade-whatsapp-'));
  const whatsapp = await FakeWhatsAppWeb.open();
  const settings = await whatsapp.furnish(folder);
  const open: WhatsAppHouse = {
    folder,
    whatsapp,
    house: await openHouse({ folder, settings }),
    account: () => open.house.kade.core.channels.get('whatsapp')?.account as LinkedAccount,
    becomes: (is) => vi.waitFor(() => expect(open.account().state().is).toBe(is), PATIENCE),
    async link() {
      await open.house.say('whatsapp');
      await open.house.tap('I accept');
      await open.becomes('code');
      whatsapp.pair();
      await open.becomes('ready');
    },
    async taken(providerId) {
      const { db } = open.house.kade.core;
      const inbound = await vi.waitFor(async () => {
        const found = await db.inbound.findOne({ providerId });
        if (!found) throw new Error(`${providerId} did not come`);
        return found;
      }, PATIENCE);
      await open.house.idle(inbound.from);
    },
    async restart(meanwhile = () => undefined) {
      await open.house.close();
      meanwhile();
      open.house = await openHouse({ folder, settings });
    },
    browsers: () => processesWith(join(folder, 'whatsapp', 'session')),
    async close() {
      await open.house.close();
      await whatsapp.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return open;
}

/** The processes whose command line names this, the one that began the others first. */
export async function processesWith(word: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  const found = ids.flatMap((id, at) => (lines[at]?.includes(word) ? [{ id: Number(id), line: lines[at] }] : []));
  const isChild = ({ line }: { line: string }): number => Number(/--type=|crashpad/.test(line));
  return found.toSorted((a, b) => isChild(a) - isChild(b)).map(({ id }) => id);
}
