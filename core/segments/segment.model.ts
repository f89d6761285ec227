import { Schema, type Types } from 'mongoose';
import type { NoModel } from '../analytics/bgNbd.ts';
import type { AddressKey } from '../message.ts';
import type { FamilyShare } from './preferences.ts';
import type { GridCount } from './rfm.ts';
import type { Rule } from './rule.ts';
import type { ScoreEdges } from './scoreEdges.ts';

/** Found by a refresh. */
export const COMPUTED_KINDS = ['all', 'value', 'preference', 'demographic'] as const;
/** Made by a member: a rule whose members are followed, or the people who matched once. */
export const KEPT_KINDS = ['saved', 'list'] as const;
export const SEGMENT_KINDS = [...COMPUTED_KINDS, ...KEPT_KINDS] as const;
export type SegmentKind = (typeof SEGMENT_KINDS)[number];

/** What a segment's members spent most on, minor units. */
export interface SegmentProduct {
  name: string;
  amount: number;
}

/** What the customers' predictions rest on: the beginning of the day of the latest sale to any of them, and why there is no model. */
export interface Forecast {
  /** null: nobody has bought */
  asOf: Date | null;
  noModel: NoModel | null;
}

/**
 * A named rule over customers with its figures at the last refresh. `key` is `kind:name`, of a kept one `kind:id`, or `all`,
 * unique per shop.
 */
export interface Segment {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  kind: SegmentKind;
  key: string;
  /** kept: the name a member gave it; preference: what lifts it above the shop's average; else empty, the key's own text is shown */
  label: string;
  /** kept: the label as names are compared, unique per shop; absent once it is put away */
  nameKey?: string;
  /** saved: who is in it */
  rule?: Rule;
  createdBy?: AddressKey;
  /** its place among its kind, 0 first */
  position: number;
  size: number;
  /** Σ totalSpent of its members, minor units */
  revenue: number;
  /** Σ orderCount of its members */
  orders: number;
  /** members who have bought */
  buyers: number;
  /** Σ recency of those, in whole days to the day after the shop's last purchase */
  recencyDays: number;
  /** best first, at most 10 */
  topProducts: SegmentProduct[];
  /** value: the cells of the 5 × 5 grid it is made of, with their people */
  cells: GridCount[];
  /** preference: the families or categories that set it apart, best first */
  words: string[];
  /** preference: the clusters are hardly apart from each other (silhouette below 0.25) */
  weak: boolean;
  /** preference: its spend by family beside the shop's average, most spent on first */
  families?: FamilyShare[];
  /** all: the quintile edges of everyone who has bought */
  edges?: ScoreEdges;
  /** all */
  forecast?: Forecast;
  refreshedAt: Date;
}

export const segmentSchema = new Schema<Segment>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    kind: { type: String, enum: SEGMENT_KINDS, required: true },
    key: { type: String, required: true },
    label: String,
    nameKey: String,
    rule: Schema.Types.Mixed,
    createdBy: String,
    position: Number,
    size: Number,
    revenue: Number,
    orders: Number,
    buyers: Number,
    recencyDays: Number,
    topProducts: [{ _id: false, name: String, amount: Number }],
    cells: [{ _id: false, recency: Number, frequency: Number, size: Number }],
    words: [String],
    weak: Boolean,
    families: [{ _id: false, name: String, share: Number, average: Number }],
    edges: { recency: [Number], frequency: [Number], money: [Number] },
    forecast: { type: { asOf: Date, noModel: String }, default: undefined },
    refreshedAt: Date,
  },
  { collection: 'segments', versionKey: false },
);
segmentSchema.index({ shopId: 1, key: 1 }, { unique: true });
segmentSchema.index(
  { shopId: 1, nameKey: 1 },
  { unique: true, partialFilterExpression: { nameKey: { $exists: true } } },
);
