import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

/** A link that one person opts in by; only the token's SHA-256 is kept. */
export interface JoinLink {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  tokenHash: string;
  /** whom it was made for; absent: whoever stands at the counter */
  customerId?: Types.ObjectId;
  createdBy: AddressKey;
  /** who said yes by it: a second person cannot */
  takenBy?: AddressKey;
  expiresAt: Date;
}

export const joinLinkSchema = new Schema<JoinLink>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    tokenHash: { type: String, required: true },
    customerId: Schema.Types.ObjectId,
    createdBy: String,
    takenBy: String,
    expiresAt: { type: Date, required: true },
  },
  { collection: 'joinLinks', versionKey: false },
);
joinLinkSchema.index({ shopId: 1, tokenHash: 1 }, { unique: true });
joinLinkSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
