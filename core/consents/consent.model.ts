import { Schema, type Types } from 'mongoose';
import type { ConsentState, Topic } from '../customers/customer.model.ts';
import type { AddressKey, ChannelName } from '../message.ts';

/**
 * What people themselves did or told: typed a keyword, tapped yes behind a link, shut us out, spoke with a member, wrote
 * what may be a STOP (`doubt`: unknown while it is asked, then what the member says), confirmed what was noted of them.
 */
export const SPOKEN_SOURCES = ['keyword', 'link', 'block', 'member', 'doubt', 'confirmation'] as const;
/** How a consent changed: by people, a file, an undone file or merge, a merge of two who have one number, an erasure. */
export type ConsentSource = (typeof SPOKEN_SOURCES)[number] | 'import' | 'undo' | 'merge' | 'erasure';

/**
 * One row of the append-only ledger: who, when, channel, words, source. The rows of an address are a chain of hashes
 * (core/consents/chain.ts); only an erasure changes one, and takes away what names the person.
 */
export interface Consent {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  /** who holds the address now */
  customerId: Types.ObjectId;
  address: AddressKey;
  channel: ChannelName;
  topic: Topic;
  state: ConsentState;
  source: ConsentSource;
  /** the person's own words, or the file's cell */
  words: string;
  /** which wording they were asked in (core/consents/wording.ts) */
  wording?: string;
  /** the inbound message, import or member it came from */
  evidenceId: string;
  at: Date;
  /** place in the chain, from 1 */
  seq: number;
  /** the hash of the row before; '' at the beginning */
  previous: string;
  /** absent: the person was erased */
  salt?: string;
  seal: string;
  hash: string;
}

export const consentSchema = new Schema<Consent>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    customerId: { type: Schema.Types.ObjectId, required: true },
    address: { type: String, required: true },
    channel: String,
    topic: { type: String, required: true },
    state: { type: String, required: true },
    source: { type: String, required: true },
    words: String,
    wording: String,
    evidenceId: String,
    at: { type: Date, required: true },
    seq: Number,
    previous: String,
    salt: String,
    seal: String,
    hash: String,
  },
  { collection: 'consents', versionKey: false },
);
consentSchema.index({ shopId: 1, customerId: 1, at: 1 });
// One row a place in a chain: of two that join on at once, one tries again. Rows from before chains have no place yet.
consentSchema.index(
  { shopId: 1, address: 1, seq: 1 },
  { unique: true, partialFilterExpression: { seq: { $exists: true } } },
);
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

/** A question for consent as people were asked it; rows of the ledger name it by its version. */
export interface Wording {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  version: string;
  text: string;
  firstAskedAt: Date;
}

export const wordingSchema = new Schema<Wording>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    version: { type: String, required: true },
    text: String,
    firstAskedAt: Date,
  },
  { collection: 'wordings', versionKey: false },
);
wordingSchema.index({ shopId: 1, version: 1 }, { unique: true });
