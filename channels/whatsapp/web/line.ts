import { join } from 'node:path';
import type { Client, Message } from 'whatsapp-web.js';
import {
  type Core,
  createAccountTeller,
  getShop,
  hasWritten,
  type InboundMessage,
  type IncidentDesk,
  type LinkedAccount,
  type Receipt,
  recordReceipt,
  type Shop,
} from '../../../core/index.ts';
import { createAllowance } from './allowance.ts';
import { findChromium } from './chromium.ts';
import { type Ending, FINAL } from './ending.ts';
import { createHeard } from './heard.ts';
import { createPeople } from './people.ts';
import { createReceiver } from './receiver.ts';
import { createSender, type Sender } from './sender.ts';
import { openSession, type Session } from './session.ts';

export interface LineOptions {
  /** of the login, and of what is remembered */
  readonly folder: string;
  /** where the browser is, if that is set */
  readonly chromium: string | undefined;
  readonly filePath: (id: string) => string;
  /** multiplies all rests; 1 unless a test says otherwise */
  readonly pace: number;
  readonly answerWithinMs: number;
  readonly patienceMs: number;
}

export interface LineParts {
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly receive: (message: InboundMessage, onKept?: () => void) => Promise<void>;
  readonly desk: IncidentDesk;
}

/** The line to WhatsApp: sessions, one after the other. */
export interface Line extends LinkedAccount {
  readonly sender: Sender;
  /** Nothing is taken in any more. */
  hangUp(): void;
  /** Makes the edits that wait and ends the browser. */
  close(): Promise<void>;
}

/** A line that broke is taken up again after these rests, the last one again and again. */
const RESTS_MS = [5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000];
/** Where a message may wait a little for the line. */
const COMING: ReadonlySet<string> = new Set(['starting', 'lost', 'ready']);
const LOOK_AGAIN_MS = 30_000;
const RECEIPTS: Readonly<Record<number, Receipt['status']>> = { [-1]: 'failed', 2: 'delivered', 3: 'read', 4: 'read' };

export function createLine(options: LineOptions, { core, shopId, receive, desk }: LineParts): Line {
  const { folder, filePath, pace, answerWithinMs } = options;
  const people = createPeople();
  const allowance = createAllowance(join(folder, 'unasked.json'), core.clock, pace);
  const tell = createAccountTeller(core, shopId);
  const receiver = createReceiver({
    core,
    shopId,
    people,
    heard: createHeard(join(folder, 'heard')),
    receive,
    onHidden: (text) => void tell({ kind: 'account.hidden', text }),
    onLost: () => lookAgain(),
  });
  let state: ReturnType<LinkedAccount['state']> = { is: 'starting' };
  let session: Session | null = null;
  let timer: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let attempts = 0;
  let deaf = false;
  let leaving = false;
  let scanned = false;

  const sender = createSender({
    line: () => ({ client: session?.client() ?? null, willBeBack: COMING.has(state.is) }),
    people,
    allowance,
    filePath,
    hasWritten: (to) => hasWritten(core, shopId, `whatsapp:${to}`),
    pace,
    answerWithinMs,
  });

  function begin(): void {
    const chromium = findChromium(options.chromium);
    if (!chromium) {
      settle('unlaunched');
      return;
    }
    state = { is: 'starting' };
    session = openSession({
      chromium,
      folder,
      patienceMs: options.patienceMs,
      onCode(code) {
        state = { is: 'code' };
        scanned = true;
        void tell({ kind: 'account.code', code });
      },
      onReady,
      onMessage: (client, message) => {
        if (!deaf) void receiver.take(client, message);
      },
      onAck,
      onEnd(ending, error) {
        session = null;
        core.log.info('whatsapp.ended', { ending, error: error === undefined ? '' : String(error) });
        settle(ending);
      },
    });
  }

  function onReady(client: Client): void {
    const phone = `+${client.info.wid.user}`;
    state = { is: 'ready', phone };
    attempts = 0;
    for (const kind of ['qr_needed', 'browser_missing', 'unreachable', 'account_blocked'] as const) desk.solve(kind);
    if (scanned) void tell({ kind: 'account.ready', phone });
    scanned = false;
    look(client);
  }

  function onAck({ id, fromMe }: Message, ack: number): void {
    const status = RECEIPTS[ack];
    if (!fromMe || !status) return;
    if (status === 'failed') allowance.close();
    const receipt = { channel: 'whatsapp', providerId: id._serialized, status, at: core.clock.now() } as const;
    recordReceipt(core, shopId, receipt).catch((error) => core.log.warn('whatsapp.receipt', { error }));
  }

  /** What the end of a session means. */
  function settle(ending: Ending): void {
    if (leaving || ending === 'stopped') {
      state = { is: 'off' };
      return;
    }
    state = { is: FINAL.has(ending) ? 'ended' : 'lost' };
    if (ending === 'unlaunched') desk.report('browser_missing');
    else if (ending === 'blocked') desk.report('account_blocked');
    else if (state.is === 'ended') desk.report('qr_needed');
    else {
      desk.report('unreachable');
      const rest = RESTS_MS[Math.min(attempts++, RESTS_MS.length - 1)] ?? 0;
      timer = setTimeout(begin, rest * pace).unref();
    }
  }

  function look(client: Client): void {
    receiver.catchUp(client).catch((error) => core.log.warn('whatsapp.catchUp', { error: String(error) }));
  }

  function lookAgain(): void {
    clearTimeout(looking);
    looking = setTimeout(() => {
      const client = session?.client();
      if (client && !deaf) look(client);
    }, LOOK_AGAIN_MS).unref();
  }

  async function stopSession(how: 'stop' | 'signOut'): Promise<void> {
    leaving = true;
    clearTimeout(timer);
    clearTimeout(looking);
    await session?.[how]();
    state = { is: 'off' };
  }

  return {
    sender,
    state: () => state,
    async link() {
      const accepted = (await getShop(core.db, shopId)).whatsappWeb;
      if (session || deaf) return;
      clearTimeout(timer);
      leaving = false;
      if (accepted) begin();
      else state = { is: 'off' };
    },
    unlink: () => stopSession('signOut'),
    hangUp() {
      deaf = true;
    },
    async close() {
      deaf = true;
      await sender.stop();
      await stopSession('stop');
    },
  };
}
