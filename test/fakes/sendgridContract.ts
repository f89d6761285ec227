import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { check, type Schema } from './openApi.ts';

interface Contract {
  paths: Record<string, Record<string, unknown>>;
  components: {
    schemas: Record<string, Schema>;
    requestBodies: Record<string, { content: Record<string, { schema: Schema }> }>;
  };
}

const folder = resolve(
  process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../../shared'),
  'contracts/sendgrid',
);
const read = (name: string): Contract | null => {
  const path = resolve(folder, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
};
const mail = read('tsg_mail_v3.json');
const suppressions = read('tsg_suppressions_v3.json');
/** Why requests are not held against SendGrid's own description; null: they are. */
export const contractMissing = mail && suppressions ? null : `nothing in ${folder}; set KADE_SHARED`;

/** What is wrong with a request by SendGrid's own description, or by the limits that it tells in words; nothing where that is not there. */
export function violationsOf(method: string, path: string, body: unknown): string[] {
  if (contractMissing) return [];
  const pattern = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
  const known = [mail, suppressions].some((contract) =>
    Object.entries(contract?.paths ?? {}).some(
      ([template, operations]) => method.toLowerCase() in operations && pattern(template).test(path),
    ),
  );
  if (!known) return [`${method} ${path}: there is no such operation`];
  if (path !== '/v3/mail/send') return [];
  const schema = mail?.components.requestBodies.PostMailSend?.content['application/json']?.schema ?? {};
  return [...check(mail?.components.schemas ?? {}, schema, body, 'mail'), ...brokenRules(body as MailBody)];
}

/** What the SDK sends. */
export interface MailBody {
  readonly from: { email: string; name?: string };
  readonly reply_to?: { email: string };
  readonly subject: string;
  readonly content: { type: string; value: string }[];
  readonly attachments?: {
    content: string;
    filename: string;
    type?: string;
    disposition?: string;
    content_id?: string;
  }[];
  readonly personalizations: {
    to: { email: string }[];
    headers?: Record<string, string>;
    substitutions?: Record<string, string>;
    custom_args?: Record<string, string>;
  }[];
}

const OWN_HEADERS =
  /^(?:x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i;

function brokenRules({ from, content, personalizations }: MailBody): string[] {
  const sizeOf = (fields: Record<string, string> = {}): number =>
    Buffer.byteLength(Object.entries(fields).flat().join(''));
  return [
    ...(/[^\x20-\x7e]|[;,]/.test(from.name ?? '') ? [`mail.from.name: ${from.name}`] : []),
    ...(content.map(({ type }) => type).join() === 'text/plain,text/html' ? [] : ['mail.content: not text, then HTML']),
    ...personalizations.flatMap(({ to, headers = {}, substitutions, custom_args }, index) => [
      ...(to.length === 1 ? [] : [`personalizations.${index}: people see each other`]),
      ...(sizeOf(substitutions) > 10_000 ? [`personalizations.${index}.substitutions: too large`] : []),
      ...(sizeOf(custom_args) > 10_000 ? [`personalizations.${index}.custom_args: too large`] : []),
      ...Object.entries(headers).flatMap(([name, value]) =>
        OWN_HEADERS.test(name) || /[^\x20-\x7e]/.test(value) ? [`personalizations.${index}.headers.${name}`] : [],
      ),
    ]),
  ];
}
