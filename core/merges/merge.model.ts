import { Schema, type Types } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import type { Ticket } from '../tickets/ticket.model.ts';

export const MERGE_STATES = ['merging', 'merged', 'undoing', 'undone'] as const;

/** That two customers are one, with all that parts them again; what was moved stands in `mergeMoves`. */
export interface Merge {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  /** who stays, and who became part of them */
  into: Types.ObjectId;
  from: Types.ObjectId;
  state: (typeof MERGE_STATES)[number];
  /** until it is undone: nobody is part of two */
  live?: true;
  /** the one who became part, as they were; absent once they are back */
  before?: Customer;
  /** the fields that the one who stays was given; `was`: the same before, absent where there was none */
  given?: Partial<Customer>;
  was?: Partial<Customer>;
  /** the ticket of the one who became part, where both had one */
  ticket?: Ticket;
  /** the member who confirmed it; absent: an app or a link has proven it */
  memberId?: Types.ObjectId;
  at: Date;
}

/** A batch of documents whose customer was changed, written before they were. */
export interface MergeMove {
  _id: Types.ObjectId;
  mergeId: Types.ObjectId;
  collection: MovedCollection;
  ids: Types.ObjectId[];
}

/** What points to a customer and goes with them. */
export const MOVED = ['orders', 'interactions', 'inbound', 'deliveries', 'consents', 'joinLinks', 'tickets'] as const;
export type MovedCollection = (typeof MOVED)[number];

export const mergeSchema = new Schema<Merge>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    into: { type: Schema.Types.ObjectId, required: true },
    from: { type: Schema.Types.ObjectId, required: true },
    state: { type: String, enum: MERGE_STATES, required: true },
    live: Boolean,
    before: Schema.Types.Mixed,
    given: Schema.Types.Mixed,
    was: Schema.Types.Mixed,
    ticket: Schema.Types.Mixed,
    memberId: Schema.Types.ObjectId,
    at: Date,
  },
  { collection: 'merges', versionKey: false },
);
mergeSchema.index({ shopId: 1, from: 1 }, { unique: true, partialFilterExpression: { live: { $exists: true } } });
mergeSchema.index({ shopId: 1, into: 1, at: -1 });
mergeSchema.index({ shopId: 1, state: 1, at: -1 });

export const mergeMoveSchema = new Schema<MergeMove>(
  {
    mergeId: { type: Schema.Types.ObjectId, required: true },
    collection: { type: String, required: true },
    ids: [Schema.Types.ObjectId],
  },
  { collection: 'mergeMoves', versionKey: false, suppressReservedKeysWarning: true },
);
mergeMoveSchema.index({ mergeId: 1, collection: 1 });

/** That two customers look alike and are not one: they are not suggested again. `first` has the lesser id. */
export interface NotSame {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  first: Types.ObjectId;
  second: Types.ObjectId;
  memberId: Types.ObjectId;
  at: Date;
}

export const notSameSchema = new Schema<NotSame>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    first: { type: Schema.Types.ObjectId, required: true },
    second: { type: Schema.Types.ObjectId, required: true },
    memberId: Schema.Types.ObjectId,
    at: Date,
  },
  { collection: 'notSame', versionKey: false },
);
notSameSchema.index({ shopId: 1, first: 1, second: 1 }, { unique: true });
