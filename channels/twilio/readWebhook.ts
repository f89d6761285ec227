import { z } from 'zod';
import type { AddressKey } from '../../core/index.ts';
import { isPhoneAddress } from '../phones.ts';
import { MalformedWebhook } from '../webhooks.ts';

/** Form fields as they came: Twilio adds some without notice. */
export type Form = Readonly<Record<string, string>>;

/** A file at Twilio, behind the account's own sign-in. */
export interface Media {
  readonly url: string;
  readonly mimeType: string;
}

/** What Twilio posts: what a person wrote, or what became of a message of ours. */
export type TwilioNews =
  | {
      readonly kind: 'message';
      readonly sid: string;
      readonly from: AddressKey;
      readonly text: string;
      readonly media: readonly Media[];
      /** of a tapped WhatsApp button: the choice's id */
      readonly payload?: string;
      /** Twilio has answered this STOP, START or HELP itself */
      readonly answered: boolean;
    }
  | {
      readonly kind: 'status';
      readonly sid: string;
      readonly to: AddressKey;
      readonly status: string;
      readonly code?: number;
    };

const sid = z.string().regex(/^(SM|MM)[0-9a-fA-F]{32}$/);
const phone = z
  .string()
  .transform((number) => (number.startsWith('whatsapp:') ? number : `sms:${number}`))
  .refine(isPhoneAddress);
const count = z.coerce.number().int().min(0).max(20);

const statusSchema = z.object({
  MessageSid: sid,
  MessageStatus: z.string().min(1),
  To: phone,
  ErrorCode: z.coerce.number().int().optional().catch(undefined),
});
const messageSchema = z.object({
  MessageSid: sid,
  From: phone,
  Body: z.string().default(''),
  NumMedia: count.default(0),
  ButtonPayload: z.string().min(1).optional(),
  OptOutType: z.enum(['STOP', 'START', 'HELP']).optional().catch(undefined),
});

/** What Twilio answers by itself on every number for SMS; elsewhere only Advanced Opt-Out does, and says so. */
const ANSWERED_BY_TWILIO = /^(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|start|yes|unstop|help|info)$/i;

/** The fields of a webhook's body. */
export function readForm(body: Buffer): Form {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

/** What a form says; throws MalformedWebhook for one that is neither kind, or of nobody with a number. */
export function readTwilioWebhook(form: Form): TwilioNews {
  return form.MessageStatus === undefined ? readMessage(form) : readStatus(form);
}

function readStatus(form: Form): TwilioNews {
  const { MessageSid, MessageStatus, To, ErrorCode } = parse(statusSchema, form);
  const code = ErrorCode ? { code: ErrorCode } : {};
  return { kind: 'status', sid: MessageSid, to: To as AddressKey, status: MessageStatus, ...code };
}

function readMessage(form: Form): TwilioNews {
  const { MessageSid, From, Body, NumMedia, ButtonPayload, OptOutType } = parse(messageSchema, form);
  const from = From as AddressKey;
  return {
    kind: 'message',
    sid: MessageSid,
    from,
    text: Body,
    media: Array.from({ length: NumMedia }, (_, index) => mediaOf(form, index)).filter((one) => one !== null),
    ...(ButtonPayload ? { payload: ButtonPayload } : {}),
    answered: OptOutType !== undefined || (from.startsWith('sms:') && ANSWERED_BY_TWILIO.test(Body.trim())),
  };
}

function mediaOf(form: Form, index: number): Media | null {
  const url = form[`MediaUrl${index}`];
  return url ? { url, mimeType: form[`MediaContentType${index}`] ?? 'application/octet-stream' } : null;
}

function parse<T>(schema: z.ZodType<T>, form: Form): T {
  const parsed = schema.safeParse(form);
  if (parsed.success) return parsed.data;
  throw new MalformedWebhook(String(parsed.error.issues[0]?.path.join('.') || 'no form'));
}
