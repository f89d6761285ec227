import { Schema, type Types } from 'mongoose';
import type { ChannelName } from '../message.ts';

/** What can go wrong that an owner can cure; bot/i18n has what is the matter, and the cure, under `incident.<kind>`. */
export const INCIDENT_KINDS = [
  /** the provider does not answer, again and again */
  'unreachable',
  /** the provider refuses our token or key */
  'credentials_refused',
  /** the provider refuses our sender: its number, name or address */
  'sender_refused',
  'balance_low',
  /** WhatsApp on the shop's phone must be linked anew */
  'qr_needed',
  /** the app has blocked the shop's account */
  'account_blocked',
  /** the browser that a channel needs does not start */
  'browser_missing',
  /** `subject`: the template's name; `detail`: why */
  'template_rejected',
  /** what is posted to our webhook is not signed as it should be */
  'webhook_refused',
  /** the provider cannot post to our webhook, or did not take its address */
  'webhook_failing',
  /** another program takes what comes in */
  'second_listener',
  /** `subject`: the schedule's id */
  'report_failed',
  /** `detail`: what is left, `320 MB` */
  'disk_low',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** What tells one incident from another: of each there is one at a time. */
export interface IncidentName {
  readonly kind: IncidentKind;
  readonly channel?: ChannelName;
  /** which one of several, a template for one; one line */
  readonly subject?: string;
}

/** Something wrong, or that was: one row for each name, opened anew when it comes back. */
export interface Incident extends IncidentName {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  /** its name in one string */
  key: string;
  /** what the provider says of it, may be ''; never a secret */
  detail: string;
  open: boolean;
  since: Date;
  solvedAt?: Date;
  /** changed since the owners were told, as it stood then, at that time */
  untold?: boolean;
  told?: 'open' | 'solved';
  toldAt?: Date;
}

export const incidentSchema = new Schema<Incident>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    key: { type: String, required: true },
    kind: { type: String, enum: INCIDENT_KINDS, required: true },
    channel: String,
    subject: String,
    detail: String,
    open: Boolean,
    since: Date,
    solvedAt: Date,
    untold: Boolean,
    told: String,
    toldAt: Date,
  },
  { collection: 'incidents', versionKey: false },
);
incidentSchema.index({ shopId: 1, key: 1 }, { unique: true });
