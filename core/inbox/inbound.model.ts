import { Schema, type Types } from 'mongoose';
import type { AddressKey, Signal, StoredFile, Via } from '../message.ts';

/** A message that came in, kept once per provider id. */
export interface Inbound {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  providerId: string;
  from: AddressKey;
  /** by which of its channel's ways it came */
  via?: Via;
  customerId?: Types.ObjectId;
  text?: string;
  choiceId?: string;
  /** what the tapped choice said, for the history */
  choiceLabel?: string;
  file?: StoredFile;
  signal?: Signal;
  /** the provider answered it */
  answered?: true;
  /** the provider's id of the message of ours that it answers */
  replyTo?: string;
  at: Date;
  /** until it is answered; what a stopped process leaves so is answered at the next start */
  waiting?: boolean;
}

const storedFile = { id: String, name: String, mimeType: String, size: Number };

export const inboundSchema = new Schema<Inbound>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    providerId: { type: String, required: true },
    from: { type: String, required: true },
    via: String,
    customerId: Schema.Types.ObjectId,
    text: String,
    choiceId: String,
    choiceLabel: String,
    file: { type: storedFile, default: undefined },
    signal: { type: Schema.Types.Mixed },
    answered: Boolean,
    replyTo: String,
    at: Date,
    waiting: Boolean,
  },
  { collection: 'inbound', versionKey: false },
);
inboundSchema.index({ shopId: 1, from: 1, providerId: 1 }, { unique: true });
inboundSchema.index({ shopId: 1, from: 1, at: -1, _id: -1 });
inboundSchema.index({ shopId: 1, customerId: 1, at: -1 });
inboundSchema.index({ shopId: 1, at: 1 });
inboundSchema.index({ shopId: 1, waiting: 1, _id: 1 }, { partialFilterExpression: { waiting: { $exists: true } } });
