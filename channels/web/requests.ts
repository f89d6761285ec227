import type { Request } from 'express';
import { z } from 'zod';
import { ApiError } from './apiError.ts';

/** Made by the client; the same id twice is one message. */
const messageId = z.string().regex(/^[\w-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _');
const deliveryId = z.string().regex(/^[0-9a-f]{24}$/, 'is no id of a message');
const text = z.string().min(1).max(500_000);

export const signInBody = z.object({
  code: z.string().min(1, 'is missing').max(64, 'is longer than any code'),
  name: z.string().max(100).default(''),
});
export const messageBody = z.union([
  z.strictObject({ id: messageId, text, replyTo: deliveryId.optional() }),
  z.strictObject({ id: messageId, choiceId: z.string().min(1).max(200) }),
]);
export const phoneMessageBody = z.strictObject({ text });
export const fileQuery = z.object({
  id: messageId,
  name: z.string().min(1).max(255),
  replyTo: deliveryId.optional(),
});
export const historyQuery = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}-[0-9a-f]{24}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const phonesQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });
export const idleQuery = z.object({ address: z.string().min(1).max(300) });

/** Reads a body or query by its schema; 400 that names the first thing wrong. */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'request';
  throw new ApiError(400, 'bad_request', `${where}: ${issue?.message ?? 'is not readable'}. Nothing was changed.`);
}

/** Refuses a body that is not JSON: a form of another site cannot send that. */
export function requireJson(request: Request): void {
  if (!request.is('application/json')) {
    throw new ApiError(415, 'json_only', 'Send JSON with Content-Type: application/json.');
  }
}
