import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { Channel } from '../ports.ts';

const DAY_MS = 24 * 3600_000;
/** WhatsApp's clock is not ours, and a message may wait for its turn: a window is taken for closed a little early. */
const MARGIN_MS = 10 * 60_000;

/** Of these addresses, those that only a template reaches now: their channel keeps WhatsApp's 24 hours, and they have not written for so long. */
export async function findClosedWindows(
  core: Core,
  shopId: Types.ObjectId,
  addresses: readonly AddressKey[],
): Promise<Set<AddressKey>> {
  const closed = new Set<AddressKey>();
  for (const [name, { templates }] of core.channels) {
    const held = templates ? addresses.filter((address) => address.startsWith(`${name}:`)) : [];
    if (!templates || held.length === 0) continue;
    const open = await findHeard(core, shopId, held, templates.via);
    for (const address of held) if (!open.has(address)) closed.add(address);
  }
  return closed;
}

async function findHeard(
  core: Core,
  shopId: Types.ObjectId,
  from: readonly AddressKey[],
  via: NonNullable<Channel['templates']>['via'],
): Promise<Set<AddressKey>> {
  const since = new Date(core.clock.now().getTime() - DAY_MS + MARGIN_MS);
  const heard = await core.db.inbound
    .find({ shopId, from: { $in: [...from] }, at: { $gt: since }, via }, { projection: { _id: 0, from: 1 } })
    .toArray();
  return new Set(heard.map((message) => message.from));
}
