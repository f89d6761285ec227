import { Schema, type Types } from 'mongoose';

export const SEGMENT_KINDS = ['value', 'preference', 'demographic'] as const;
export type SegmentKind = (typeof SEGMENT_KINDS)[number];

/** A named rule over customers with its figures at the last refresh. `key` is `kind:name`, unique per shop. */
export interface Segment {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  kind: SegmentKind;
  key: string;
  /** for preference clusters: what lifts it above the shop's average; else empty, the key's own text is shown */
  label: string;
  size: number;
  /** Σ totalSpent of its members, minor units */
  revenue: number;
  refreshedAt: Date;
}

export const segmentSchema = new Schema<Segment>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    kind: { type: String, enum: SEGMENT_KINDS, required: true },
    key: { type: String, required: true },
    label: String,
    size: Number,
    revenue: Number,
    refreshedAt: Date,
  },
  { collection: 'segments', versionKey: false },
);
segmentSchema.index({ shopId: 1, key: 1 }, { unique: true });
