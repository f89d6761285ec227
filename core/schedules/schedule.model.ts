import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

/** A report that comes by itself: `cron` in the shop's time zone, for the period of `days` before it. */
export interface Schedule {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  to: AddressKey;
  cron: string;
  days: number;
  /** the member's own words */
  words: string;
  createdAt: Date;
}

export const scheduleSchema = new Schema<Schedule>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    to: { type: String, required: true },
    cron: { type: String, required: true },
    days: { type: Number, required: true },
    words: String,
    createdAt: Date,
  },
  { collection: 'schedules', versionKey: false },
);
scheduleSchema.index({ shopId: 1, to: 1 });
