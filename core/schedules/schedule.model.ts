import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

/** When a report comes, by the clock of the shop's time zone: on these weekdays (1 Monday to 7 Sunday), or on a day of the month. */
export interface ScheduleRule {
  hour: number;
  minute: number;
  /** none: every day */
  weekdays?: number[];
  /** 1 to 28, so that every month has it */
  monthDay?: number;
}

/** What a report covers: so many whole days, or calendar months, before the day it comes. */
export interface ReportSpan {
  unit: 'day' | 'month';
  count: number;
}

/** A report that comes by itself. */
export interface Schedule {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  to: AddressKey;
  rule: ScheduleRule;
  span: ReportSpan;
  /** the due moment that was last answered, so that none is answered twice */
  sentFor?: Date;
  /** someone is answering a due moment until then */
  leaseUntil?: Date;
  createdAt: Date;
}

export const scheduleSchema = new Schema<Schedule>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    to: { type: String, required: true },
    rule: { hour: Number, minute: Number, weekdays: { type: [Number], default: undefined }, monthDay: Number },
    span: { unit: String, count: Number },
    sentFor: Date,
    leaseUntil: Date,
    createdAt: Date,
  },
  { collection: 'schedules', versionKey: false },
);
scheduleSchema.index({ shopId: 1, to: 1 });
