import { Schema, type Types } from 'mongoose';

/** That a customer entered or left a saved segment: what campaigns and journeys start from, read in the order of `_id`. */
export interface SegmentEvent {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  segmentId: Types.ObjectId;
  customerId: Types.ObjectId;
  change: 'entered' | 'left';
  /** when the customer's state before began (null: was never in it), so that one change is one event however often it is written */
  since: Date | null;
  at: Date;
}

const KEPT_DAYS = 400;

export const segmentEventSchema = new Schema<SegmentEvent>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    segmentId: { type: Schema.Types.ObjectId, required: true },
    customerId: { type: Schema.Types.ObjectId, required: true },
    change: { type: String, enum: ['entered', 'left'], required: true },
    since: Date,
    at: Date,
  },
  { collection: 'segmentEvents', versionKey: false },
);
segmentEventSchema.index({ shopId: 1, segmentId: 1, customerId: 1, change: 1, since: 1 }, { unique: true });
segmentEventSchema.index({ shopId: 1, segmentId: 1, _id: 1 });
segmentEventSchema.index({ shopId: 1, customerId: 1 });
segmentEventSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });
