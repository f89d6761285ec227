import { createPublicKey } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';

const PORTS = 'must be a whole number from 0 to 65535, PORT=3000 for one';
const port = z.coerce.number({ error: PORTS }).int(PORTS).min(0, PORTS).max(65535, PORTS);

const RATES = 'must be a number from 0.1 to 1000, TWILIO_SMS_PER_SECOND=10 for one';

/** The settings of the process, each with its meaning and default; README's table is checked against this. */
export const settingsSchema = z.object({
  PORT: port.default(3000).describe('Port of the web chat.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address that the web chat listens on.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .transform((folder) => resolve(folder))
    .describe('Folder of the embedded database and of files.'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional()
    .describe('A MongoDB server; unset, the embedded database is used.'),
  MONGODB_NAME: z
    .string()
    .regex(/^[\w-]{1,63}$/, 'must be 1 to 63 letters, digits, - or _')
    .default('kade')
    .describe('Name of the database.'),
  PUBLIC_URL: z
    .string()
    .regex(/^https:\/\/[^/\s]+\/?$/, 'must be https:// and a host, PUBLIC_URL=https://shop.example.com for one')
    .transform((url) => url.replace(/\/$/, ''))
    .optional()
    .describe('Where providers reach this Kade from outside; unset, Telegram is asked for news instead.'),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d{3,}:[\w-]{20,}$/, 'must be a number, a colon and letters, as BotFather gives it')
    .optional()
    .describe('Token of the Telegram bot; unset, Telegram is off.'),
  TELEGRAM_API_ROOT: z
    .string()
    .regex(/^https?:\/\/\S+[^/]$/, 'must be http:// or https:// without a slash at its end')
    .optional()
    .describe("A Bot API server of one's own; unset, Telegram's."),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'must be AC and 32 letters and digits, as Twilio Console shows it')
    .optional()
    .describe('Account SID of Twilio, for SMS and WhatsApp; unset, they stand in the sandbox.'),
  TWILIO_AUTH_TOKEN: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/, 'must be 32 letters and digits, as Twilio Console shows it')
    .optional()
    .describe('Auth Token of the same account; it also proves what Twilio posts.'),
  TWILIO_SMS_FROM: z
    .string()
    .regex(
      /^(\+[1-9]\d{6,14}|\d{3,8}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11})$/,
      'must be a number (+15005550006), a messaging service (MG…), or a name of at most 11 letters',
    )
    .optional()
    .describe('Sender of SMS: a number, a messaging service (`MG…`), or a name, which nobody can answer.'),
  TWILIO_WHATSAPP_FROM: z
    .string()
    .regex(
      /^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32})$/,
      'must be a number (+15005550006), or a messaging service (MG…), as Twilio Console shows it',
    )
    .optional()
    .describe(
      'Sender of WhatsApp by Twilio: a number, or a messaging service (`MG…`); unset, Twilio is not used for it.',
    ),
  TWILIO_SMS_PER_SECOND: z.coerce
    .number({ error: RATES })
    .min(0.1, RATES)
    .max(1000, RATES)
    .optional()
    .describe('SMS parts that the sender may send in a second; unset, 1 for a number, 10 for any other.'),
  TWILIO_API_ROOT: z
    .string()
    .regex(/^https?:\/\/\S+[^/]$/, 'must be http:// or https:// without a slash at its end')
    .optional()
    .describe("Where Twilio's API is; unset, Twilio's own address."),
  WHATSAPP_WEB: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .transform((word) => word === 'on')
    .optional()
    .describe("WhatsApp by the shop's own phone, linked by a QR code; an owner accepts its risk in the chat first."),
  CHROMIUM_PATH: z
    .string()
    .optional()
    .describe('The Chromium or Chrome that WhatsApp runs in; unset, it is looked for in the usual places.'),
  SENDGRID_API_KEY: z
    .string()
    .regex(/^SG\.[\w.-]{20,}$/, 'must begin with SG., as SendGrid shows it once')
    .optional()
    .describe('API key of SendGrid; unset, email stands in the sandbox.'),
  SENDGRID_FROM: z
    .string()
    .regex(
      /^[\w .&'()-]+ <[^\s<>@,;]+@[\w.-]+\.\w+>$/,
      'must be a name in Latin letters and an address, Shop <hello@shop.lk> for one',
    )
    .optional()
    .describe('Who the mails are from, an address that SendGrid has verified.'),
  SENDGRID_EVENTS_KEY: z
    .string()
    .refine(isPublicKey, 'must be the verification key of the event webhook, MFkw…')
    .optional()
    .describe('Verification key of the event webhook.'),
  SENDGRID_INBOUND_ADDRESS: z
    .string()
    .toLowerCase()
    .regex(/^[^\s<>@"]+@[^\s<>@"]+\.[^\s<>@"]+$/, 'must be an address, chat@mail.shop.lk for one')
    .optional()
    .describe('Where answers go: an address of the domain that Inbound Parse receives.'),
  SENDGRID_INBOUND_SECRET: z
    .string()
    .regex(/^[\w-]{20,}$/, 'must be 20 or more letters, digits, - or _')
    .optional()
    .describe("A secret of one's own making at the end of Inbound Parse's URL."),
  SENDGRID_API_ROOT: z
    .string()
    .regex(/^https?:\/\/\S+[^/]$/, 'must be http:// or https:// without a slash at its end')
    .optional()
    .describe("`https://api.eu.sendgrid.com` for mail kept in Europe; unset, SendGrid's global one."),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What email is set up with, all of it. */
const EMAIL = [
  'SENDGRID_API_KEY',
  'SENDGRID_FROM',
  'SENDGRID_EVENTS_KEY',
  'SENDGRID_INBOUND_ADDRESS',
  'SENDGRID_INBOUND_SECRET',
  'PUBLIC_URL',
] as const;
const WHOLE_EMAIL = EMAIL.map((name) => [name]);
/** What is set in vain without others, one of each list: a channel is set up whole or not at all. */
const NEEDS: Partial<Record<keyof Settings, readonly (readonly (keyof Settings)[])[]>> = {
  TELEGRAM_API_ROOT: [['TELEGRAM_BOT_TOKEN']],
  TWILIO_ACCOUNT_SID: [['TWILIO_AUTH_TOKEN'], ['TWILIO_SMS_FROM', 'TWILIO_WHATSAPP_FROM']],
  TWILIO_AUTH_TOKEN: [['TWILIO_ACCOUNT_SID']],
  TWILIO_SMS_FROM: [['TWILIO_ACCOUNT_SID'], ['PUBLIC_URL']],
  TWILIO_WHATSAPP_FROM: [['TWILIO_ACCOUNT_SID'], ['PUBLIC_URL']],
  TWILIO_SMS_PER_SECOND: [['TWILIO_SMS_FROM']],
  TWILIO_API_ROOT: [['TWILIO_ACCOUNT_SID']],
  CHROMIUM_PATH: [['WHATSAPP_WEB']],
  SENDGRID_API_KEY: WHOLE_EMAIL,
  SENDGRID_FROM: WHOLE_EMAIL,
  SENDGRID_EVENTS_KEY: WHOLE_EMAIL,
  SENDGRID_INBOUND_ADDRESS: WHOLE_EMAIL,
  SENDGRID_INBOUND_SECRET: WHOLE_EMAIL,
  SENDGRID_API_ROOT: WHOLE_EMAIL,
};
/** Whether it is an elliptic curve's public key, SPKI in base64. */
function isPublicKey(base64: string): boolean {
  try {
    const key = Buffer.from(base64, 'base64');
    return createPublicKey({ key, format: 'der', type: 'spki' }).asymmetricKeyType === 'ec';
  } catch {
    return false;
  }
}

/** Settings from a record of strings; empty ones count as unset. Otherwise every problem at once, a line each. */
export function parseSettings(
  env: Record<string, string | undefined>,
): { settings: Settings } | { problems: string[] } {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape).flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])),
  );
  const parsed = settingsSchema.safeParse(given);
  const missing = new Map(
    Object.entries(NEEDS).flatMap(([name, needed]) =>
      name in given
        ? needed.filter((some) => !some.some((one) => one in given)).map((some) => [some.join(' or '), name] as const)
        : [],
    ),
  );
  if (parsed.success && missing.size === 0) return { settings: parsed.data };
  const wrong = (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const lines = [...wrong, ...[...missing].map(([needed, name]) => `${needed}: is missing, and ${name} needs it`)];
  return { problems: lines.map((line) => `${line} (see README, "Settings")`) };
}
