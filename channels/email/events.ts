import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { AddressKey, Receipt } from '../../core/index.ts';
import { MalformedWebhook } from '../webhooks.ts';
import { readAddress } from './address.ts';

/** What an event tells: how far a message came, that an address takes none, or what its reader wants. */
export interface News {
  readonly receipt?: Receipt;
  readonly standing?: { readonly address: AddressKey; readonly state: 'bounced' | 'complained'; readonly at: Date };
  /** its reader has left the list on SendGrid's own page; `id` is the event's */
  readonly left?: { readonly address: AddressKey; readonly id: string; readonly at: Date };
}

const eventSchema = z.object({
  event: z.string(),
  email: z.string(),
  /** seconds */
  timestamp: z.number(),
  sg_event_id: z.string().min(1),
  /** ours, of custom_args */
  deliveryId: z
    .string()
    .regex(/^[0-9a-f]{24}$/)
    .optional(),
  /** of a bounce: `bounce`, for good, or `blocked`, for now */
  type: z.string().optional(),
  reason: z.string().optional(),
  sg_machine_open: z.boolean().optional(),
});
type Event = z.infer<typeof eventSchema>;

/** The news of an event webhook's body, oldest first as they stand; throws MalformedWebhook. What is told by no event of ours is left out. */
export function readEvents(body: Buffer, messageIdOf: (deliveryId: string) => string): News[] {
  return parseList(body).flatMap((raw) => {
    const parsed = eventSchema.safeParse(raw);
    return parsed.success ? [newsOf(parsed.data, messageIdOf)] : [];
  });
}

function parseList(body: Buffer): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedWebhook('no JSON', { cause: error });
  }
  if (!Array.isArray(parsed) || parsed.length === 0) throw new MalformedWebhook('no list of events');
  return parsed;
}

function newsOf(event: Event, messageIdOf: (deliveryId: string) => string): News {
  const at = new Date(event.timestamp * 1000);
  const value = readAddress(event.email);
  const address: AddressKey | null = value ? `email:${value}` : null;
  const { deliveryId } = event;
  const receipt = (status: Receipt['status'], reason?: string): Pick<News, 'receipt'> => {
    if (!deliveryId) return {};
    const providerId = messageIdOf(deliveryId);
    return { receipt: { channel: 'email', providerId, deliveryId, status, ...(reason ? { reason } : {}), at } };
  };
  const standing = (state: 'bounced' | 'complained'): Pick<News, 'standing'> =>
    address ? { standing: { address, state, at } } : {};
  switch (event.event) {
    case 'delivered':
      return receipt('delivered');
    case 'open':
      // An app that fetches pictures beforehand has read nothing.
      return event.sg_machine_open ? {} : receipt('read');
    case 'click':
      return receipt('read');
    case 'bounce':
      return event.type === 'blocked'
        ? receipt('failed', 'mail_blocked')
        : { ...receipt('failed', 'bounced'), ...standing('bounced') };
    case 'dropped':
      return droppedNews(event.reason ?? '', receipt, standing);
    case 'spamreport':
      return standing('complained');
    case 'unsubscribe':
    case 'group_unsubscribe':
      return address ? { left: { address, id: event.sg_event_id, at } } : {};
    default:
      return {};
  }
}

/** SendGrid sent nothing, for what it knew of the address before. */
function droppedNews(
  why: string,
  receipt: (status: 'failed', reason: string) => News,
  standing: (state: 'bounced' | 'complained') => News,
): News {
  if (/^bounced/i.test(why)) return { ...receipt('failed', 'bounced'), ...standing('bounced') };
  if (/^spam reporting/i.test(why)) return { ...receipt('failed', 'complained'), ...standing('complained') };
  if (/^unsubscribed/i.test(why)) return receipt('failed', 'opted_out');
  return receipt('failed', /^invalid/i.test(why) ? 'invalid_address' : 'carrier');
}

const PREFIX = 'x-twilio-email-event-webhook';
/** SendGrid signs each try anew; older than this is someone's copy. */
const SIGNED_WITHIN_MS = 10 * 60_000;

/** The key from SendGrid's screen: a public key of ECDSA P-256, SPKI in base64. */
export function readEventsKey(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
}

/** Whether SendGrid signed this body, lately: ECDSA over timestamp and body as they came. */
export function isSigned(key: KeyObject, headers: IncomingHttpHeaders, body: Buffer, now: Date): boolean {
  const timestamp = String(headers[`${PREFIX}-timestamp`]);
  const signature = Buffer.from(String(headers[`${PREFIX}-signature`]), 'base64');
  if (!(Math.abs(now.getTime() - Number(timestamp) * 1000) <= SIGNED_WITHIN_MS)) return false;
  return verify('sha256', Buffer.concat([Buffer.from(timestamp), body]), key, signature);
}
