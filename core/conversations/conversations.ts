import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { Conversation } from './conversation.model.ts';

const EXPIRES_AFTER_MS = 7 * 24 * 3600_000;
/** Raised when a step's data changes shape; older records are dropped. */
const VERSION = 1;

/** The open dialogue with an address, if one is waiting for an answer. */
export async function findConversation(
  core: Core,
  shopId: Types.ObjectId,
  address: AddressKey,
): Promise<Conversation | null> {
  const found = await core.db.conversations.findOne({ shopId, address });
  return found && found.version === VERSION && found.expiresAt > core.clock.now() ? found : null;
}

/** Remembers which step waits for the next message, and its data. */
export async function saveConversation(
  core: Core,
  shopId: Types.ObjectId,
  address: AddressKey,
  step: string,
  data: Record<string, unknown>,
): Promise<void> {
  const now = core.clock.now();
  await core.db.conversations.updateOne(
    { shopId, address },
    { $set: { step, data, version: VERSION, updatedAt: now, expiresAt: new Date(now.getTime() + EXPIRES_AFTER_MS) } },
    { upsert: true },
  );
}

/** Ends the dialogue with an address. */
export async function endConversation(core: Core, shopId: Types.ObjectId, address: AddressKey): Promise<void> {
  await core.db.conversations.deleteOne({ shopId, address });
}
