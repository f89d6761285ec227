import type { NextFunction, Request, Response } from 'express';
import { type ErrorCode, KadeError, type Logger, MAX_FILE_BYTES } from '../../core/index.ts';
import type { WireError } from './wire.ts';

/** A refusal of the API: status, code and words for people; `headers` go with it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const LIMIT_MB = MAX_FILE_BYTES / 1024 / 1024;

/** What core refuses on this way in; the rest is answered in chat. */
const REFUSALS: Partial<Record<ErrorCode, [status: number, message: string]>> = {
  code_wrong: [401, 'This code is wrong, used or too old. Nothing was changed. Ask the shop’s owner for a new one.'],
  file_not_found: [404, 'There is no such file here.'],
  file_too_large: [
    413,
    `The file is larger than ${LIMIT_MB} MB. Nothing was kept. Send it compressed (.csv.gz or .zip) or in parts.`,
  ],
  disk_full: [507, 'The disk is full. Nothing was kept. Make room, then send it again.'],
};

/** The last handler: every error as JSON `{code, message}`; an unknown one is logged under an id and told without detail. */
export function answerErrors(log: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal = refusalOf(error) ?? unexpected(log, request, error);
    const body: WireError = { code: refusal.code, message: refusal.message };
    response.status(refusal.status).set(refusal.headers).json(body);
  };
}

function refusalOf(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof KadeError) {
    const [status, message] = REFUSALS[error.code] ?? [400, `Refused: ${error.code}. Nothing was changed.`];
    return new ApiError(status, error.code, message);
  }
  const type = (error as { type?: string }).type;
  if (type === 'entity.too.large')
    return new ApiError(413, 'body_too_large', 'A message holds at most 1 MB. Nothing was sent.');
  if (type?.startsWith('entity.') || type === 'encoding.unsupported' || error instanceof URIError)
    return new ApiError(400, 'bad_request', 'This is not readable JSON. Nothing was changed.');
  return null;
}

function unexpected(log: Logger, request: Request, error: unknown): ApiError {
  log.error('web.request', { method: request.method, path: request.path, error });
  return new ApiError(
    500,
    'unexpected',
    'Something went wrong on our side. Nothing you sent was lost; please try again.',
  );
}
