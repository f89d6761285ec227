import { createHash, randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { JoinLink } from './joinLink.model.ts';

const LIVES_MS = 30 * 24 * 3600_000;

/** A token (22 letters, digits, - and _; 128 bits) for one person to opt in by, for 30 days; `customerId`: the one it is meant for. */
export async function createJoinLink(
  core: Core,
  shopId: Types.ObjectId,
  made: { createdBy: AddressKey; customerId?: Types.ObjectId },
): Promise<string> {
  const token = randomBytes(16).toString('base64url');
  await core.db.joinLinks.insertOne({
    _id: new Types.ObjectId(),
    shopId,
    tokenHash: hashJoinToken(token),
    ...made,
    expiresAt: new Date(core.clock.now().getTime() + LIVES_MS),
  });
  return token;
}

/** The link that this address may still say yes by, if any. */
export async function findJoinLink(
  core: Core,
  shopId: Types.ObjectId,
  token: string,
  address: AddressKey,
): Promise<JoinLink | null> {
  return core.db.joinLinks.findOne(openTo(core, shopId, token, address));
}

/** A link for an address: not too old, and nobody else's. */
export function openTo(core: Core, shopId: Types.ObjectId, token: string, address: AddressKey) {
  const takenBy = { $in: [null, address] as unknown as AddressKey[] };
  return { shopId, tokenHash: hashJoinToken(token), takenBy, expiresAt: { $gt: core.clock.now() } };
}

function hashJoinToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
