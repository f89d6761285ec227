import { Schema, type Types } from 'mongoose';

/** That a customer is in a saved segment or on a static list, or was: one row for the two, its latest stay. */
export interface Membership {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  segmentId: Types.ObjectId;
  customerId: Types.ObjectId;
  enteredAt: Date;
  /** null: is in it now */
  leftAt: Date | null;
}

export const membershipSchema = new Schema<Membership>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    segmentId: { type: Schema.Types.ObjectId, required: true },
    customerId: { type: Schema.Types.ObjectId, required: true },
    enteredAt: { type: Date, required: true },
    leftAt: { type: Date, default: null },
  },
  { collection: 'memberships', versionKey: false },
);
membershipSchema.index({ shopId: 1, segmentId: 1, customerId: 1 }, { unique: true });
// Who is in it now, in the order of their ids; who left it in a period.
membershipSchema.index({ shopId: 1, segmentId: 1, leftAt: 1, customerId: 1 });
membershipSchema.index({ shopId: 1, segmentId: 1, enteredAt: 1 });
membershipSchema.index({ shopId: 1, customerId: 1 });
