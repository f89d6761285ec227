import type { SendOutcome } from '../../core/index.ts';

/** What a refused request means: for all its letters, for some of them by their place, or that it must be smaller. */
export type Refusal =
  | { readonly kind: 'all'; readonly outcome: Exclude<SendOutcome, { status: 'sent' }> }
  | { readonly kind: 'some'; readonly places: ReadonlySet<number> }
  | { readonly kind: 'too_large' };

const SERVER_REST_MS = 5_000;
const NETWORK_REST_MS = 15_000;
/** Where SendGrid does not tell how long. */
const REST_MS = 30_000;
/** The request has not left: no name, no route, nobody there. */
const NOT_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** The key was taken back or may not send mail; the sender is no address that SendGrid knows as the shop's. */
const MENDED_BY_OWNER = {
  401: { reason: 'key_refused', incident: 'credentials_refused' },
  403: { reason: 'sender_unverified', incident: 'sender_refused' },
} as const;
/** `personalizations.12.to.0.email`, with or without brackets. */
const PLACE = /^personalizations[.[](\d+)/;

interface Thrown {
  /** the status of an answer, or the network's word */
  readonly code?: unknown;
  readonly response?: { status?: number; headers?: Record<string, unknown>; body?: unknown };
}

/** What an error of the SDK means for the letters of its request. */
export function refusalOf(error: unknown): Refusal {
  const { code, response } = (error ?? {}) as Thrown;
  const status = typeof code === 'number' ? code : response?.status;
  if (status === undefined) {
    if (NOT_LEFT.has(String(code))) return all({ status: 'retry', afterMs: NETWORK_REST_MS, reason: 'carrier' });
    return all({ status: 'unknown', reason: 'no_answer' });
  }
  if (status === 429) return all({ status: 'retry', afterMs: restOf(response?.headers ?? {}), reason: 'too_many' });
  if (status >= 500) return all({ status: 'retry', afterMs: SERVER_REST_MS, reason: 'carrier' });
  if (status === 413) return { kind: 'too_large' };
  const places = status === 400 ? placesOf(response?.body) : [];
  if (places.length > 0) return { kind: 'some', places: new Set(places) };
  if (status === 401 || status === 403) return all({ status: 'failed', ...MENDED_BY_OWNER[status] });
  return all({ status: 'failed', reason: 'carrier' });
}

function all(outcome: Exclude<SendOutcome, { status: 'sent' }>): Refusal {
  return { kind: 'all', outcome };
}

function placesOf(body: unknown): number[] {
  const errors: unknown = (body as { errors?: unknown } | null)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap(({ field }: { field?: unknown }) => {
    const place = PLACE.exec(String(field))?.[1];
    return place === undefined ? [] : [Number(place)];
  });
}

/** ms: as `Retry-After` says, else until `X-RateLimit-Reset` by the server's own clock. */
function restOf(headers: Record<string, unknown>): number {
  const after = Number(headers['retry-after']);
  if (after > 0) return after * 1000;
  const reset = Number(headers['x-ratelimit-reset']) * 1000 - Date.parse(String(headers.date));
  return reset > 0 ? reset : REST_MS;
}

/** Whether SendGrid has nothing there. */
export function isAbsent(error: unknown): boolean {
  return (error as Thrown | null)?.code === 404;
}

/** An error in words that may be logged: the SDK's own holds the key and the letters. */
export function describeError(error: unknown): string {
  const { code, response } = (error ?? {}) as Thrown;
  const errors: unknown = (response?.body as { errors?: unknown } | null)?.errors;
  const words = Array.isArray(errors) ? errors.map(({ message }: { message?: unknown }) => message).join('; ') : '';
  return `${code ?? response?.status ?? 'unknown'} ${words}`.trim();
}
