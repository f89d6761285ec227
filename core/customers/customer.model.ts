import { Schema, type Types } from 'mongoose';
import type { AddressKey, ChannelName, Language } from '../message.ts';
import type { Membership } from '../segments/membership.ts';
import type { CustomValue } from './customField.ts';

/** `pending`: noted, but the person has still to confirm it, or what they wrote may be a STOP. */
export type ConsentState = 'granted' | 'denied' | 'unknown' | 'pending';
export const TOPICS = ['marketing', 'service'] as const;
export type Topic = (typeof TOPICS)[number];

/** What the provider told of an address, no consent: mail to it comes back for good, or its reader reported one as spam; `good` once a member lifted that. */
export interface AddressStanding {
  readonly state: 'bounced' | 'complained' | 'good';
  readonly at: Date;
}

/** Where a customer is reached; the states here are derived from the ledger in core/consents. */
export interface CustomerAddress {
  key: AddressKey;
  channel: ChannelName;
  value: string;
  marketing: ConsentState;
  service: ConsentState;
  /** by STOP: only START lifts it */
  stopped?: boolean;
  /** they wrote what may be a STOP, and no member has answered yet */
  held?: boolean;
  /** absent: nothing was told */
  standing?: AddressStanding;
}

/** Figures kept when orders arrive; money in minor units. Returns lower `totalReturned`, never `orderCount`. */
export interface CustomerFigures {
  /** orders with at least one line of quantity > 0 and price > 0 */
  orderCount: number;
  /** Σ amounts of those lines */
  totalSpent: number;
  /** Σ amounts of negative lines, ≤ 0 */
  totalReturned: number;
  firstOrderAt: Date | null;
  lastOrderAt: Date | null;
}

/** RFM scores 1 to 5 (5 best) and the named segment they make. */
export interface ValueScore {
  recencyDays: number;
  frequency: number;
  money: number;
  r: number;
  f: number;
  m: number;
  segment: string;
}

export const GENDERS = ['female', 'male', 'other'] as const;
export type Gender = (typeof GENDERS)[number];

/** How far someone is with the shop, the least first. */
export const LIFECYCLE_STAGES = ['awareness', 'consideration', 'purchase', 'retention', 'advocacy'] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

/** As the shop itself has them; nothing is reckoned from them. */
export const CUSTOMER_TYPES = ['prospect', 'client'] as const;
export const CUSTOMER_STATUSES = ['active', 'inactive'] as const;

/** A person the shop sells to. */
export interface Customer {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  /** the file's customer id, as text */
  externalId?: string;
  /** ids that files call them by too, since they were two customers */
  otherIds?: string[];
  name?: string;
  /** wrote first, and nothing says yet who they are; see isProvisional */
  provisional?: boolean;
  /** the merges (core/merges) that they are made of */
  merges?: Types.ObjectId[];
  /** lower-case words of name, external id and phone digits, for `find` */
  searchWords: string[];
  addresses: CustomerAddress[];
  city?: string;
  country?: string;
  birthday?: Date;
  gender?: Gender;
  language?: Language;
  tags: string[];
  /** set by a member: nothing is sent to this person */
  blocked?: boolean;
  figures: CustomerFigures;
  /** absent: no purchase yet */
  value?: ValueScore;
  /** the preference segment's key, absent where nothing was bought */
  preference?: string;
  /** where shares begin, 0 to 9,999 (core/segments/sample.ts); absent only until migration 0002 has seen the customer */
  bucket?: number;
  customerType?: (typeof CUSTOMER_TYPES)[number];
  status?: (typeof CUSTOMER_STATUSES)[number];
  company?: string;
  industry?: string;
  /** by core/segments/standing.ts, as the lead score */
  lifecycleStage?: LifecycleStage;
  churnRisk?: 'low' | 'medium' | 'high';
  /** 0 to 1 */
  churnProbability?: number;
  /** minor units in the next year */
  predictedValue?: number;
  /** purchases and minor units to be expected of them, as of the shop's latest sale; `value90` null: nothing tells */
  expected?: { orders90: number; orders365: number; value90: number | null };
  /** 0 to 100 */
  leadScore?: number;
  /** either wrote, or a member noted something */
  lastContactAt?: Date;
  /** they wrote, or a member noted something */
  lastHeardAt?: Date;
  /** the shop's own fields by their key */
  custom?: Record<string, CustomValue>;
  /** the saved segments and lists they are, or were, in */
  memberships?: Membership[];
  /** when they were last given a file of what is kept of them */
  dataGivenAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** Whether nothing but an address is known of someone who wrote: no name, no file's id, no proof, no member's word. */
export function isProvisional({
  provisional,
  name,
  externalId,
}: Pick<Customer, 'provisional' | 'name' | 'externalId'>): boolean {
  return provisional === true && !name && !externalId;
}

export const NO_FIGURES: CustomerFigures = {
  orderCount: 0,
  totalSpent: 0,
  totalReturned: 0,
  firstOrderAt: null,
  lastOrderAt: null,
};

const addressSchema = new Schema<CustomerAddress>(
  {
    key: String,
    channel: String,
    value: String,
    marketing: String,
    service: String,
    stopped: Boolean,
    held: Boolean,
    standing: { type: { state: String, at: Date }, default: undefined },
  },
  { _id: false },
);

export const customerSchema = new Schema<Customer>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    externalId: String,
    otherIds: { type: [String], default: undefined },
    name: String,
    provisional: Boolean,
    merges: { type: [Schema.Types.ObjectId], default: undefined },
    searchWords: [String],
    addresses: [addressSchema],
    city: String,
    country: String,
    birthday: Date,
    gender: String,
    language: String,
    tags: [String],
    blocked: Boolean,
    figures: { orderCount: Number, totalSpent: Number, totalReturned: Number, firstOrderAt: Date, lastOrderAt: Date },
    value: { recencyDays: Number, frequency: Number, money: Number, r: Number, f: Number, m: Number, segment: String },
    preference: String,
    bucket: Number,
    customerType: String,
    status: String,
    company: String,
    industry: String,
    lifecycleStage: String,
    churnRisk: String,
    churnProbability: Number,
    predictedValue: Number,
    expected: { type: { orders90: Number, orders365: Number, value90: Number }, default: undefined },
    leadScore: Number,
    lastContactAt: Date,
    lastHeardAt: Date,
    custom: { type: Schema.Types.Mixed },
    memberships: {
      type: [{ _id: false, segmentId: Schema.Types.ObjectId, enteredAt: Date, leftAt: Date }],
      default: undefined,
    },
    dataGivenAt: Date,
    createdAt: Date,
    updatedAt: Date,
  },
  { collection: 'customers', versionKey: false },
);
customerSchema.index(
  { shopId: 1, 'memberships.segmentId': 1, 'figures.totalSpent': -1 },
  { partialFilterExpression: { 'memberships.segmentId': { $exists: true } } },
);
customerSchema.index(
  { shopId: 1, externalId: 1 },
  { unique: true, partialFilterExpression: { externalId: { $exists: true } } },
);
customerSchema.index(
  { shopId: 1, otherIds: 1 },
  { unique: true, partialFilterExpression: { otherIds: { $exists: true } } },
);
customerSchema.index(
  { shopId: 1, 'addresses.key': 1 },
  { unique: true, partialFilterExpression: { 'addresses.key': { $exists: true } } },
);
// Of several that serve a filter equally, the embedded database takes the first: what singles out fewer people stands
// before what singles out more. Everyone of a shop is read in the order in which they were written.
customerSchema.index({ shopId: 1, createdAt: 1 });
customerSchema.index({ shopId: 1, tags: 1 });
customerSchema.index({ shopId: 1, 'value.segment': 1, 'figures.totalSpent': -1 });
customerSchema.index({ shopId: 1, city: 1 });
customerSchema.index({ shopId: 1, preference: 1, 'figures.totalSpent': -1 });
customerSchema.index({ shopId: 1, gender: 1, birthday: 1 });
customerSchema.index({ shopId: 1, birthday: 1 });
customerSchema.index({ shopId: 1, 'figures.totalSpent': -1 });
customerSchema.index({ shopId: 1, 'figures.firstOrderAt': 1 });
customerSchema.index({ shopId: 1, 'figures.lastOrderAt': 1 });
customerSchema.index({ shopId: 1, searchWords: 1, 'figures.totalSpent': -1 });
