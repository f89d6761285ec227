import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { type Kade, startKade } from '../bot/kade.ts';
import {
  type AddressKey,
  type Choice,
  createSignInCode,
  type OutboundMessage,
  parseSettings,
  type Role,
  signIn,
} from '../core/index.ts';
import { dropDatabase } from './database.ts';

/** A clock that stands still until a test moves it. */
export class FixedClock {
  #now: Date;
  constructor(now: string) {
    this.#now = new Date(now);
  }
  now(): Date {
    return new Date(this.#now);
  }
  set(now: string): void {
    this.#now = new Date(now);
  }
}

/** The whole of Kade in a temporary folder, spoken to as its users do. */
export interface House {
  kade: Kade;
  clock: FixedClock;
  /** what was logged, `level event fields` */
  lines: readonly string[];
  owner: AddressKey;
  token: string;
  /** One line from an address (the owner's unless told): what came back for it, once Kade is idle on it. */
  say(text: string, from?: AddressKey): Promise<OutboundMessage[]>;
  /** One line that answers the message that the provider knows by `replyTo`. */
  reply(text: string, replyTo: string, from?: AddressKey): Promise<OutboundMessage[]>;
  /** Taps the choice of the last messages whose label contains `label`. */
  tap(label: string): Promise<OutboundMessage[]>;
  /** Taps a choice by its id, also one of long ago. */
  tapId(id: string, from?: AddressKey): Promise<OutboundMessage[]>;
  /** Another member of the shop, on a web page of their own. */
  join(role: Role, name: string): Promise<AddressKey>;
  send(name: string, content: Buffer | string, mimeType?: string): Promise<OutboundMessage[]>;
  /** Everything said to the owner so far, edits applied. */
  transcript(address?: AddressKey): Promise<OutboundMessage[]>;
  /** Resolves when Kade has nothing left to do for an address. */
  idle(address?: AddressKey): Promise<void>;
  close(): Promise<void>;
}

let sent = 0;

/** Starts Kade on the embedded database, or on MONGODB_URI under a random name, with a ready shop and its owner signed in. */
export async function openHouse(
  options: { now?: string; ready?: boolean; folder?: string; settings?: Record<string, string> } = {},
): Promise<House> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'kade-')));
  const clock = new FixedClock(options.now ?? '2026-11-21T04:30:00Z');
  const lines: string[] = [];
  const note = (level: string) => (event: string, fields?: Record<string, unknown>) => {
    lines.push(
      `${level} ${event} ${fields?.error instanceof Error ? fields.error.stack : JSON.stringify(fields ?? {})}`,
    );
    if (level === 'error') console.error(lines.at(-1));
  };
  const name = `test_${randomBytes(6).toString('hex')}`;
  const parsed = parseSettings({
    PORT: '0',
    DATA_DIR: folder,
    MONGODB_URI: process.env.MONGODB_URI,
    MONGODB_NAME: process.env.MONGODB_URI ? name : 'kade',
    ...options.settings,
  });
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  const log = { info: note('info'), warn: note('warn'), error: note('error') };
  const kade = await startKade({ settings: parsed.settings, clock, log, pace: 0 });
  const { core } = kade;
  const { token, member } = await signIn(core, kade.signInCode ?? '', 'Owner');
  const owner = member.addresses[0] as AddressKey;
  if (options.ready !== false) await core.db.shops.updateOne({}, { $set: { name: 'Test Shop', ready: true } });

  const seen = new Map<string, string>();
  const news = async (address: AddressKey): Promise<OutboundMessage[]> => {
    const rows = await core.db.deliveries.find({ to: address }).sort({ _id: 1 }).toArray();
    const fresh = rows.filter((row) => seen.get(row._id.toHexString()) !== JSON.stringify(row.message));
    for (const row of fresh) seen.set(row._id.toHexString(), JSON.stringify(row.message));
    return fresh.map((row) => row.message);
  };
  let choices: Choice[] = [];
  const exchange = async (
    message: Partial<OutboundMessage> & { choiceId?: string; replyTo?: string },
    from = owner,
  ) => {
    await news(from);
    const { text, file, choiceId, replyTo } = message;
    await kade.dispatch({
      id: `m${++sent}`,
      from,
      at: clock.now(),
      ...(text === undefined ? {} : { text }),
      ...(file ? { file } : {}),
      ...(choiceId ? { choiceId } : {}),
      ...(replyTo ? { replyTo } : {}),
    });
    await idle(kade, from);
    const replies = await news(from);
    if (from === owner && replies.length) choices = replies.flatMap((reply) => [...(reply.choices ?? [])]);
    return replies;
  };
  return {
    kade,
    clock,
    lines,
    owner,
    token,
    say: (text, from) => exchange({ text }, from),
    reply: (text, replyTo, from) => exchange({ text, replyTo }, from),
    tapId: (choiceId, from) => exchange({ choiceId }, from),
    async join(role, name) {
      const shop = await core.db.shops.findOne({});
      if (!shop) throw new Error('no shop');
      const joined = await signIn(core, await createSignInCode(core, shop._id, role), name);
      return joined.member.addresses[0] as AddressKey;
    },
    tap(label) {
      const choice = choices.find((one) => one.label.includes(label));
      if (!choice) throw new Error(`No choice "${label}" among: ${choices.map((one) => one.label).join(' | ')}`);
      return exchange({ choiceId: choice.id });
    },
    async send(fileName, content, mimeType = 'text/csv') {
      const shop = await core.db.shops.findOne({});
      if (!shop) throw new Error('no shop');
      return exchange({
        file: await core.files.save(shop._id, basename(fileName), mimeType, Readable.from([content])),
      });
    },
    transcript: async (address = owner) =>
      (await core.db.deliveries.find({ to: address }).sort({ _id: 1 }).toArray()).map((row) => row.message),
    idle: (address = owner) => idle(kade, address),
    async close() {
      await kade.stop();
      if (process.env.MONGODB_URI) await dropDatabase(process.env.MONGODB_URI, name);
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

function idle(kade: Kade, address: AddressKey): Promise<void> {
  if (kade.core.work.isIdle(address)) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = kade.core.work.onIdle((idleAddress) => {
      if (idleAddress !== address) return;
      stop();
      resolve();
    });
  });
}
