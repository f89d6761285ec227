import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type AddressKey, parseAddress, type Via } from '../message.ts';

/** The way by which someone was last heard; null where their channel has only one, or they have never written. */
export async function findLastVia(core: Core, shopId: Types.ObjectId, from: AddressKey): Promise<Via | null> {
  const channel = core.channels.get(parseAddress(from)?.channel ?? 'web');
  if (!channel?.ways) return null;
  const last = await core.db.inbound.findOne(
    { shopId, from, via: { $in: [...channel.ways] } },
    { sort: { at: -1, _id: -1 }, projection: { via: 1 } },
  );
  return last?.via ?? null;
}
