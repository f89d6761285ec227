import { GrammyError, HttpError } from 'grammy';
import type { SendOutcome } from '../../core/index.ts';

type Failure = Exclude<SendOutcome, { status: 'sent' }>;

const SERVER_REST_MS = 5_000;
const NETWORK_REST_MS = 15_000;
/** The request has not left: no name, no route, nobody there. */
const NOT_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** What an error of the Bot API means for a message: refused, to be sent later, or nobody knows. */
export function failureOf(error: unknown): Failure {
  if (error instanceof GrammyError) return refusalOf(error);
  if (NOT_LEFT.has(networkCode(error))) return { status: 'retry', afterMs: NETWORK_REST_MS, reason: 'carrier' };
  return { status: 'unknown', reason: 'no_answer' };
}

function refusalOf({ error_code, description, parameters }: GrammyError): Failure {
  if (error_code === 429) return { status: 'retry', afterMs: (parameters.retry_after ?? 1) * 1000, reason: 'too_many' };
  if (error_code >= 500) return { status: 'retry', afterMs: SERVER_REST_MS, reason: 'carrier' };
  if (error_code === 403 && /blocked by the user/.test(description))
    return { status: 'failed', reason: 'bot_blocked', optOut: true };
  if (/chat not found|deactivated|ID_INVALID/i.test(description)) return { status: 'failed', reason: 'chat_unknown' };
  if (isTokenRefused(error_code)) return { status: 'failed', reason: 'token_refused', incident: 'credentials_refused' };
  return { status: 'failed', reason: REASONS[error_code] ?? 'carrier' };
}

/** 401: the token was taken back; 404: it is none. */
export function isTokenRefused(code: number): boolean {
  return code === 401 || code === 404;
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'not_started',
  413: 'file_too_large',
};

function networkCode(error: unknown): string {
  const cause = error instanceof HttpError ? error.error : error;
  return String((cause as { code?: unknown } | null)?.code);
}

/** An error in words that may be logged: its own may hold the token. */
export function describeError(error: unknown): string {
  if (error instanceof GrammyError) return `${error.error_code} ${error.description}`;
  return error instanceof HttpError ? networkCode(error) : String(error);
}
