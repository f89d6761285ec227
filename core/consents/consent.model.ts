import { Schema, type Types } from 'mongoose';
import type { ConsentState, Topic } from '../customers/customer.model.ts';
import type { AddressKey } from '../message.ts';

/** What people themselves did or told: typed a keyword, tapped yes behind a link, shut us out, spoke with a member. */
export const SPOKEN_SOURCES = ['keyword', 'link', 'block', 'member'] as const;
/** How a consent changed: by people, a file, an undone file, an erasure. */
export type ConsentSource = (typeof SPOKEN_SOURCES)[number] | 'import' | 'undo' | 'erasure';

/** One row of the append-only ledger: who, when, channel, words, source. */
export interface Consent {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  customerId: Types.ObjectId;
  address: AddressKey;
  topic: Topic;
  state: ConsentState;
  source: ConsentSource;
  /** the person's own words, or the file's cell */
  words: string;
  /** the inbound message, import or member it came from */
  evidenceId: string;
  at: Date;
}

export const consentSchema = new Schema<Consent>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    customerId: { type: Schema.Types.ObjectId, required: true },
    address: { type: String, required: true },
    topic: { type: String, required: true },
    state: { type: String, required: true },
    source: { type: String, required: true },
    words: String,
    evidenceId: String,
    at: { type: Date, required: true },
  },
  { collection: 'consents', versionKey: false },
);
consentSchema.index({ shopId: 1, customerId: 1, at: 1 });
consentSchema.index({ shopId: 1, address: 1, topic: 1, at: 1 });
// One import grants an address once, however often its job runs.
consentSchema.index({ shopId: 1, evidenceId: 1, address: 1, topic: 1, state: 1 }, { unique: true });

/** What is left of an erased person: a keyed hash of each address and external id, so that no import brings them back. */
export interface Tombstone {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  hash: string;
  at: Date;
}

export const tombstoneSchema = new Schema<Tombstone>(
  { shopId: { type: Schema.Types.ObjectId, required: true }, hash: { type: String, required: true }, at: Date },
  { collection: 'tombstones', versionKey: false },
);
tombstoneSchema.index({ shopId: 1, hash: 1 }, { unique: true });
