import { Schema, type Types } from 'mongoose';
import type { AddressKey, Language } from '../message.ts';

export const ROLES = ['owner', 'manager', 'agent', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** A person working for the shop. `addresses` are the ones whose messages are commands. */
export interface Member {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  name: string;
  role: Role;
  language: Language;
  addresses: AddressKey[];
  /** is not told of customers' messages unless they answer them already */
  quiet?: boolean;
  createdAt: Date;
}

export const memberSchema = new Schema<Member>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    name: String,
    role: { type: String, enum: ROLES, required: true },
    language: String,
    addresses: [String],
    quiet: Boolean,
    createdAt: Date,
  },
  { collection: 'members', versionKey: false },
);
memberSchema.index(
  { shopId: 1, addresses: 1 },
  { unique: true, partialFilterExpression: { addresses: { $exists: true } } },
);

/** A one-time code that makes its bearer a member, or an address a member's; only its SHA-256 is kept. */
export interface SignInCode {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  codeHash: string;
  role: Role;
  /** whose address the bearer's becomes; absent: a new member's */
  memberId?: Types.ObjectId;
  /** printed at a start of Kade; the next start withdraws it */
  atStart?: boolean;
  expiresAt: Date;
}

export const signInCodeSchema = new Schema<SignInCode>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    codeHash: { type: String, required: true },
    role: { type: String, enum: ROLES, required: true },
    memberId: Schema.Types.ObjectId,
    atStart: Boolean,
    expiresAt: Date,
  },
  { collection: 'signInCodes', versionKey: false },
);
signInCodeSchema.index({ shopId: 1, atStart: 1 });
signInCodeSchema.index({ codeHash: 1 }, { unique: true });
signInCodeSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
