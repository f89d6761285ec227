import type { Request, Response } from 'express';
import { type AddressKey, type Clock, type Core, findMemberByToken, type Member, type Shop } from '../../core/index.ts';
import { ApiError } from './apiError.ts';

/** Who is asking. */
export interface Session {
  readonly member: Member;
  readonly address: AddressKey;
}

const YEAR_MS = 365 * 24 * 3600_000;

/** The session cookie. Named after the port, since cookies of one host are shared by all its ports. */
export function setSessionCookie(request: Request, response: Response, token: string): void {
  response.cookie(cookieName(request), token, { httpOnly: true, sameSite: 'strict', path: '/', maxAge: YEAR_MS });
}

/** Finds the member by `Authorization: Bearer` or the cookie; refuses with 401. */
export async function getSession(core: Core, shopId: Shop['_id'], request: Request): Promise<Session> {
  const token = bearer(request) ?? cookie(request);
  const session = token ? await findMemberByToken(core, token) : null;
  if (!session?.member.shopId.equals(shopId)) {
    throw new ApiError(401, 'not_signed_in', 'Please sign in with a code first.');
  }
  return session;
}

function cookieName(request: Request): string {
  return `kade-${request.socket.localPort}`;
}

function bearer(request: Request): string | undefined {
  return /^Bearer ([\w-]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
}

function cookie(request: Request): string | undefined {
  const start = `${cookieName(request)}=`;
  const pair = (request.headers.cookie ?? '').split('; ').find((part) => part.startsWith(start));
  return pair?.slice(start.length);
}

const WINDOW_MS = 60_000;
const MAX_FAILURES = 10;
const MAX_CALLERS = 1000;

/** Counts refused sign-ins: after ten in a minute from one caller, 429 until the minute is over. */
export class SignInLimit {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { since: number; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  check(caller: string): void {
    const entry = this.#current(caller);
    if (!entry || entry.count < MAX_FAILURES) return;
    const seconds = Math.ceil((entry.since + WINDOW_MS - this.#clock.now().getTime()) / 1000);
    throw new ApiError(429, 'too_many_attempts', `Too many wrong codes. Please wait ${seconds} seconds.`, {
      'Retry-After': String(seconds),
    });
  }

  failed(caller: string): void {
    const entry = this.#current(caller) ?? { since: this.#clock.now().getTime(), count: 0 };
    entry.count += 1;
    if (this.#failures.size >= MAX_CALLERS) this.#failures.clear();
    this.#failures.set(caller, entry);
  }

  #current(caller: string): { since: number; count: number } | undefined {
    const entry = this.#failures.get(caller);
    return entry && entry.since + WINDOW_MS > this.#clock.now().getTime() ? entry : undefined;
  }
}
