import type { LinkedAccount, SendOutcome } from '../../../core/index.ts';
import type { Way } from '../way.ts';
import { createLine, type Line, type LineOptions, type LineParts } from './line.ts';
import { NOT_THERE_MS } from './sender.ts';

/** WhatsApp by the shop's own phone: WhatsApp Web in a browser of the system. */
export interface WhatsAppWeb extends Way {
  readonly account: LinkedAccount;
  /** Links at once where an owner has accepted the risk before. Does not wait for WhatsApp. `stop`: nothing is taken in any more. */
  listen(parts: LineParts): { stop(): void };
  /** Ends the browser. */
  close(): Promise<void>;
}

type Options = Pick<LineOptions, 'folder' | 'chromium' | 'filePath'> & {
  readonly [K in 'pace' | 'answerWithinMs' | 'patienceMs']?: LineOptions[K] | undefined;
};

/** With the rest before a message, and the look for its number, shorter than core's patience: what became of it is known from here. */
const ANSWER_WITHIN_MS = 14_000;
/** A big account takes minutes to be loaded; meanwhile it shows that it lives. */
const PATIENCE_MS = 3 * 60_000;

export function createWhatsAppWeb(given: Options): WhatsAppWeb {
  const { pace = 1, answerWithinMs = ANSWER_WITHIN_MS, patienceMs = PATIENCE_MS } = given;
  const options: LineOptions = { ...given, pace, answerWithinMs, patienceMs };
  let line: Line | null = null;
  const tooEarly: SendOutcome = { status: 'retry', afterMs: NOT_THERE_MS, reason: 'carrier' };
  return {
    send: async (to, message, _deliveryId, bulk = false) => line?.sender.send(to, message, bulk) ?? tooEarly,
    edit: async (to, providerId, message) => line?.sender.edit(to, providerId, message) ?? tooEarly,
    account: {
      state: () => line?.state() ?? { is: 'off' },
      link: async () => line?.link(),
      unlink: async () => line?.unlink(),
    },
    listen(parts) {
      line = createLine(options, parts);
      void line.link();
      return { stop: line.hangUp };
    },
    close: async () => line?.close(),
  };
}
