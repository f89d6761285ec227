import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import type { AddressKey } from '../../core/index.ts';
import { noBrowser } from '../channels/web/openBrowser.ts';
import { FakeWhatsAppWeb } from '../fakes/whatsappWeb.ts';
import { type House, openHouse } from '../house.ts';
import { channelContract, type Person, type Rig } from './channel.contract.ts';

let folder: string;
let whatsapp: FakeWhatsAppWeb;
let house: House;

describe.skipIf(noBrowser)('in a browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kade-whatsapp-'));
    whatsapp = await FakeWhatsAppWeb.open();
    house = await openHouse({ folder, settings: await whatsapp.furnish(folder) });
    await house.say('whatsapp');
    await house.tap('I accept');
    await whatsapp.until(() => whatsapp.opened > 0);
    whatsapp.pair();
    await vi.waitFor(() => expect(house.kade.core.channels.get('whatsapp')?.account?.state().is).toBe('ready'), 20_000);
  });
  afterAll(async () => {
    await house?.close();
    await whatsapp?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  channelContract('WhatsApp by the shop’s phone', {}, rig);
});

let numbers = 0;

async function rig(): Promise<Rig> {
  const { core } = house.kade;
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  return {
    core,
    shopId: shop._id,
    channel: 'whatsapp',
    longest: 4096,
    customers: true,
    repeats: true,
    async person(): Promise<Person> {
      const number = `9471${1_000_000 + ++numbers}`;
      const chat = `${number}@c.us`;
      const address: AddressKey = `whatsapp:+${number}`;
      const taken = (providerId: string) =>
        vi.waitFor(async () => expect(await core.db.inbound.findOne({ providerId })).not.toBeNull(), 5_000);
      const answered = async (id: string) => {
        await taken(id);
        // One that comes again leaves no trace: what was written after it does.
        await taken(whatsapp.write(`9472${1_000_000 + ++numbers}@c.us`, 'HELP'));
        await house.idle(address);
      };
      return {
        address,
        seen: async () =>
          whatsapp.seen
            .filter((one) => one.chat === chat)
            .map(({ text, file, type }) => ({
              text,
              labels: [],
              ...(file && type === 'image' ? { picture: file.content } : {}),
              ...(file && type !== 'image' ? { file: { name: file.name, content: file.content } } : {}),
            })),
        write: (text, id) => answered(whatsapp.write(chat, text, id ? { id } : {})),
        tap: () => Promise.reject(new Error('no buttons')),
        sendFile: (name, content) => answered(whatsapp.sendFile(chat, name, content)),
      };
    },
  };
}
