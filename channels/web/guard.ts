import { isIP } from 'node:net';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ApiError } from './apiError.ts';

const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': CONTENT_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Headers on every answer; refuses foreign host names (DNS rebinding) and writes that another site's page asks for. */
export function createGuard(host: string): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    response.set(HEADERS);
    if (!isOurName(hostName(request.headers.host), host)) {
      throw new ApiError(421, 'host_unknown', `This Kade answers at localhost or at ${host} only (setting HOST).`);
    }
    if (!SAFE_METHODS.has(request.method) && !isSameSite(request)) {
      throw new ApiError(403, 'origin_foreign', 'This request came from another site and was refused.');
    }
    next();
  };
}

/** An address in figures cannot be rebound: only names are checked. */
function isOurName(name: string, host: string): boolean {
  return name === 'localhost' || name === host.toLowerCase() || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

function hostName(header = ''): string {
  return header.toLowerCase().replace(/:\d+$/, '');
}

/** Browsers send Origin with every unsafe request; programs send none. */
function isSameSite(request: Request): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return (request.headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === host;
}
