import { afterAll, beforeAll, describe } from 'vitest';
import type { AddressKey } from '../../core/index.ts';
import { noBrowser } from '../channels/web/openBrowser.ts';
import { openWhatsAppHouse, type WhatsAppHouse } from '../channels/whatsapp/linkedHouse.ts';
import { channelContract, type Person, type Rig } from './channel.contract.ts';

let open: WhatsAppHouse;

describe.skipIf(noBrowser)('in a browser', () => {
  beforeAll(async () => {
    open = await openWhatsAppHouse();
    await open.link();
  });
  afterAll(() => open?.close());
  channelContract('WhatsApp by the shop’s phone', {}, rig);
});

let numbers = 0;

async function rig(): Promise<Rig> {
  const { house, whatsapp } = open;
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
      const answered = async (id: string) => {
        await open.taken(id);
        // One that comes again leaves no trace: what was written after it does.
        await open.taken(whatsapp.write(`9472${1_000_000 + ++numbers}@c.us`, 'HELP'));
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
