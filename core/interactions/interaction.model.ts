import { Schema, type Types } from 'mongoose';

export const INTERACTION_TYPES = [
  'call',
  'visit',
  'message',
  'email',
  'meeting',
  'demo',
  'support',
  'review',
  'note',
  'campaign',
] as const;
export type InteractionType = (typeof INTERACTION_TYPES)[number];

/** One thing that happened with a customer. */
export interface Interaction {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  customerId: Types.ObjectId;
  type: InteractionType;
  text: string;
  /** absent: Kade itself */
  memberId?: Types.ObjectId;
  at: Date;
}

export const interactionSchema = new Schema<Interaction>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    customerId: { type: Schema.Types.ObjectId, required: true },
    type: { type: String, enum: INTERACTION_TYPES, required: true },
    text: String,
    memberId: Schema.Types.ObjectId,
    at: { type: Date, required: true },
  },
  { collection: 'interactions', versionKey: false },
);
interactionSchema.index({ shopId: 1, customerId: 1, at: -1 });
interactionSchema.index({ shopId: 1, at: 1 });
