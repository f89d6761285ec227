import { Schema, type Types } from 'mongoose';
import type { CustomField } from '../customers/customField.ts';
import type { AddressKey, ChannelName, Language } from '../message.ts';
import type { ScoreEdges } from '../segments/scoreEdges.ts';
import type { BusinessHours } from './businessHours.ts';

/** What messages are billed for. */
export const PRICED_CHANNELS = ['sms', 'whatsapp', 'email'] as const;
export type PricedChannel = (typeof PRICED_CHANNELS)[number];

/** The tenant. Money anywhere in its data is an integer of minor units of `currency`. */
export interface Shop {
  _id: Types.ObjectId;
  /** null until onboarding is done */
  name: string | null;
  /** ISO 3166-1 alpha-2 */
  country: string;
  /** ISO 4217 */
  currency: string;
  /** IANA name */
  timeZone: string;
  language: Language;
  ready: boolean;
  /** local hours [from, to) in which marketing may be sent */
  sendingHours: { from: number; to: number };
  /** other hours on some channels */
  channelHours?: Partial<Record<ChannelName, { from: number; to: number }>>;
  /** marketing messages a customer may get in 7 days, in all */
  weeklyCap: number;
  /** and on some channels */
  channelCaps?: Partial<Record<ChannelName, number>>;
  /** days beside its country's on which marketing waits, and those of its country's on which it does not (2026-12-23) */
  holidays?: { added: { date: string; name: string }[]; removed: string[] };
  /** when people of the shop answer customers; absent: always */
  businessHours?: BusinessHours;
  /** the shop's own words for those who write outside them; a language without has the bot's */
  awayTexts?: Partial<Record<Language, string>>;
  /** a consent counts only once the person has confirmed it */
  doubleOptIn?: boolean;
  /** where the owner's own value scores begin and end; what is absent is cut into fifths */
  scoreEdges?: Partial<ScoreEdges>;
  /** what the shop notes of its customers besides */
  customFields?: readonly CustomField[];
  /** which member, at which address, knows the risk of WhatsApp Web and wants it; absent: it stays off */
  whatsappWeb?: { acceptedBy: AddressKey; acceptedAt: Date };
  /** what a message to a country (ISO 3166-1 alpha-2) costs, where the shop has said so; minor units, fractions kept */
  prices?: Partial<Record<PricedChannel, Readonly<Record<string, number>>>>;
  /** where letters reach the shop: stands under its mails to many */
  postalAddress?: string;
  /** key of the tombstone hashes (core/consents/tombstone.ts) */
  tombstoneKey: string;
  createdAt: Date;
}

export const shopSchema = new Schema<Shop>(
  {
    name: { type: String, default: null },
    country: { type: String, required: true },
    currency: { type: String, required: true },
    timeZone: { type: String, required: true },
    language: { type: String, required: true },
    ready: { type: Boolean, required: true },
    sendingHours: { from: Number, to: Number },
    channelHours: Schema.Types.Mixed,
    weeklyCap: Number,
    channelCaps: Schema.Types.Mixed,
    holidays: { type: { added: [{ _id: false, date: String, name: String }], removed: [String] }, default: undefined },
    businessHours: { type: [{ _id: false, from: Number, to: Number }], default: undefined },
    awayTexts: { en: String, si: String, ta: String },
    doubleOptIn: Boolean,
    scoreEdges: { recency: [Number], frequency: [Number], money: [Number] },
    customFields: {
      type: [
        {
          _id: false,
          key: String,
          name: String,
          type: { type: String },
          choices: { type: [String], default: undefined },
        },
      ],
      default: undefined,
    },
    whatsappWeb: { type: { acceptedBy: String, acceptedAt: Date }, default: undefined },
    prices: { type: Schema.Types.Mixed },
    postalAddress: String,
    tombstoneKey: String,
    createdAt: Date,
  },
  { collection: 'shops', versionKey: false },
);
