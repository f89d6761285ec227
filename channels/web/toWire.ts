import type { Core, OutboundMessage, Shop, StoredFile, ThreadMessage } from '../../core/index.ts';
import { findNames } from '../../core/index.ts';
import type { Phone, PhoneMessage } from '../phones.ts';
import type { WireFile, WireMessage, WirePhone } from './wire.ts';

/** A message of the member's own thread. */
export function threadToWire({ id, direction, at, message }: Omit<ThreadMessage, 'rowId'>): WireMessage {
  return { id, direction, at: at.toISOString(), text: message.text, choices: message.choices ?? [], ...media(message) };
}

/** A message on a phone, its direction as the shop sees it. */
export function phoneMessageToWire(message: PhoneMessage): WireMessage {
  const { id, direction, at, text, choices, subject, status } = message;
  return {
    id,
    direction,
    at: at.toISOString(),
    text,
    choices,
    status,
    ...(subject ? { subject } : {}),
    ...media(message),
  };
}

/** Phones with their customers' names, as the list shows them. */
export async function phonesToWire(core: Core, shopId: Shop['_id'], phones: readonly Phone[]): Promise<WirePhone[]> {
  const names = await findNames(
    core,
    shopId,
    phones.map((phone) => phone.address),
  );
  return phones.flatMap((phone) => {
    const last = phone.messages.at(-1);
    if (!last) return [];
    const { at, text, direction, status } = last;
    return [
      {
        ...identity(phone.address, names),
        last: { at: at.toISOString(), text: text.slice(0, 200), direction, status },
      },
    ];
  });
}

/** Who has an address. */
export function identity(
  address: Phone['address'],
  names: ReadonlyMap<string, string>,
): Pick<WirePhone, 'address' | 'channel' | 'value' | 'name'> {
  const colon = address.indexOf(':');
  return {
    address,
    channel: address.slice(0, colon) as WirePhone['channel'],
    value: address.slice(colon + 1),
    name: names.get(address) ?? null,
  };
}

function media({ picture, file }: Pick<OutboundMessage, 'picture' | 'file'>): Pick<WireMessage, 'picture' | 'file'> {
  return {
    ...(picture ? { picture: { ...withUrl(picture), alt: picture.alt } } : {}),
    ...(file ? { file: withUrl(file) } : {}),
  };
}

function withUrl(file: StoredFile): WireFile {
  return { ...file, url: `/api/files/${file.id}` };
}
