import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

/** Where a person's dialogue stands: the step that waits for the next message, and what was gathered so far. */
export interface Conversation {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  address: AddressKey;
  /** `flow.step`; absent: nothing is asked */
  step?: string;
  version: number;
  data: Record<string, unknown>;
  updatedAt: Date;
  expiresAt: Date;
}

export const conversationSchema = new Schema<Conversation>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    address: { type: String, required: true },
    step: String,
    version: Number,
    data: Schema.Types.Mixed,
    updatedAt: Date,
    expiresAt: Date,
  },
  { collection: 'conversations', versionKey: false, minimize: false },
);
conversationSchema.index({ shopId: 1, address: 1 }, { unique: true });
conversationSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
