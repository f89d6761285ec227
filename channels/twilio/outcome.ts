import type { IncidentKind, SendOutcome } from '../../core/index.ts';
import { TooManyRequests } from './client.ts';
import { reasonOf, type TwilioReason } from './reasons.ts';

type Failure = Exclude<SendOutcome, { status: 'sent' }>;

const SERVER_REST_MS = 5_000;
const NETWORK_REST_MS = 15_000;
/** Twilio lets 10 hours of messages wait for one number; it takes some again when some of them have left. */
const QUEUE_REST_MS = 60_000;
const QUEUE_FULL = 21611;
/** The request has not left: no name, no route, nobody there. */
const NOT_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** A gateway says so for an API behind it that had the request. */
const ANSWER_LOST = new Set([502, 504]);

/** What is wrong with the account or the sender, not with a message. */
const INCIDENTS: Partial<Record<TwilioReason, IncidentKind>> = {
  account_refused: 'credentials_refused',
  account_closed: 'balance_low',
  sender_wrong: 'sender_refused',
};

/** What an error of the SDK means for a message: refused, to be sent later, or nobody knows. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TooManyRequests) return { status: 'retry', afterMs: error.afterMs, reason: 'too_many' };
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (typeof status === 'number') return refusalOf(status, typeof code === 'number' ? code : undefined);
  if (NOT_LEFT.has(String(code))) return { status: 'retry', afterMs: NETWORK_REST_MS, reason: 'carrier' };
  return { status: 'unknown', reason: 'no_answer' };
}

function refusalOf(status: number, code: number | undefined): Failure {
  if (ANSWER_LOST.has(status)) return { status: 'unknown', reason: 'no_answer' };
  if (status >= 500) return { status: 'retry', afterMs: SERVER_REST_MS, reason: 'carrier' };
  if (code === QUEUE_FULL) return { status: 'retry', afterMs: QUEUE_REST_MS, reason: 'too_many' };
  const reason = status === 401 ? 'account_refused' : reasonOf(code);
  const incident = INCIDENTS[reason];
  return {
    status: 'failed',
    reason,
    ...(reason === 'opted_out' ? { optOut: true } : {}),
    ...(incident ? { incident } : {}),
  };
}

/** An error in words that may be logged: the SDK's own holds the token. */
export function describeError(error: unknown): string {
  const { status, code, message } = error as { status?: unknown; code?: unknown; message?: unknown };
  return typeof status === 'number' ? `${status} ${code ?? ''} ${message ?? ''}` : String(code ?? message);
}
