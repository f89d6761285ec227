import type { Client } from 'whatsapp-web.js';
import type { AddressKey } from '../../../core/index.ts';

const PHONE = /^(\d{7,15})@c\.us$/;
const HIDDEN = /^\d+@lid$/;

/**
 * Chats and addresses: WhatsApp names a chat by its number, or by an id that hides it. What is known is not asked again,
 * for who asks much is taken for a robot.
 */
export interface People {
  /** `whatsapp:+94771234567`; where WhatsApp does not tell the number, `whatsapp:<id>@lid` */
  addressOf(client: Client, chat: string): Promise<AddressKey>;
  /** The chat with this address's value; null: the number has no WhatsApp. */
  chatOf(client: Client, to: string): Promise<string | null>;
}

export function createPeople(): People {
  const addresses = new Map<string, AddressKey>();
  const chats = new Map<string, string>();

  function know(chat: string, value: string): AddressKey {
    addresses.set(chat, `whatsapp:${value}`);
    chats.set(value, chat);
    return `whatsapp:${value}`;
  }

  return {
    async addressOf(client, chat) {
      const known = addresses.get(chat);
      if (known) return known;
      const number = PHONE.exec(chat)?.[1] ?? (await numberBehind(client, chat));
      return know(chat, number ? `+${number}` : chat);
    },
    async chatOf(client, to) {
      const known = chats.get(to) ?? (HIDDEN.test(to) ? to : undefined);
      if (known) return known;
      const found = await client.getNumberId(to.slice(1));
      if (!found) return null;
      chats.set(to, found._serialized);
      return found._serialized;
    },
  };
}

async function numberBehind(client: Client, chat: string): Promise<string | undefined> {
  const [found] = await client.getContactLidAndPhone([chat]);
  return PHONE.exec(found?.pn ?? '')?.[1];
}

/** Whether a chat is with one person: not a group, a status, a broadcast or a channel. */
export function isPersonal(chat: string): boolean {
  return PHONE.test(chat) || HIDDEN.test(chat);
}
