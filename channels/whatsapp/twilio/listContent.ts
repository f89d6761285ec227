import { z } from 'zod';
import type { MessageTemplate } from '../../../core/index.ts';
import type { TwilioClient } from '../../twilio/client.ts';

const MOST = 500;

const approvalSchema = z.object({ status: z.string(), rejection_reason: z.string().nullish() });
const contentSchema = z.object({
  sid: z.string(),
  friendlyName: z.string().min(1),
  language: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  types: z.record(z.string(), z.looseObject({ body: z.string().optional() }).nullable()),
  approvalRequests: approvalSchema.nullish(),
});

/** WhatsApp's words for how far a template is; one that it paused or switched off is refused as a rejected one is. */
const STATUSES: Readonly<Record<string, MessageTemplate['status']>> = {
  approved: 'approved',
  received: 'pending',
  pending: 'pending',
  rejected: 'rejected',
  paused: 'rejected',
  disabled: 'rejected',
};

/** The account's content templates with their approval by WhatsApp; one without a text (a place, a list of goods) is left out. */
export async function listContent(client: TwilioClient): Promise<MessageTemplate[]> {
  const contents = await client.content.v1.contentAndApprovals.list({ limit: MOST });
  return contents.flatMap((content) => templateOf(content) ?? []);
}

function templateOf(content: unknown): MessageTemplate | null {
  const parsed = contentSchema.safeParse(content);
  if (!parsed.success) return null;
  const { sid, friendlyName, language, types, variables, approvalRequests } = parsed.data;
  const body = Object.values(types).find((type) => type?.body)?.body;
  if (!body) return null;
  const status = STATUSES[approvalRequests?.status ?? ''] ?? 'unsubmitted';
  const reason = approvalRequests?.rejection_reason || (status === 'rejected' ? approvalRequests?.status : undefined);
  // A button's address has variables too, and every one must be filled.
  const named = [...JSON.stringify(types).matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
  return {
    id: sid,
    name: friendlyName,
    language,
    status,
    ...(reason ? { reason } : {}),
    body,
    variables: [...new Set([...named, ...Object.keys(variables ?? {})])],
  };
}
