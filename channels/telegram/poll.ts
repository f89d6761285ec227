import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { IncidentDesk, IncidentKind, Logger } from '../../core/index.ts';
import { describeError, failureOf, isTokenRefused } from './outcome.ts';
import { UPDATES } from './readUpdate.ts';
import { NotKept } from './receiver.ts';

const LONG_POLL_S = 30;
const KEPT_WITHIN_MS = 500;
const CONFIRM_WITHIN_MS = 2_000;
const REST_MS = 3_000;
const REFUSED_REST_MS = 60_000;
const UNKEPT_REST_MS = 30_000;

/** So many times in a row it is no hiccup. */
const MISSES = 5;

/** How Telegram is asked again and again: until `stop`, and who hears of what goes wrong. */
export interface Line {
  readonly log: Logger;
  readonly desk: IncidentDesk;
  readonly stop: AbortSignal;
  /** multiplies the rest after a broken line */
  readonly pace: number;
}

/**
 * Asks for updates until told to stop. One is confirmed, by asking for those after it, only once it cannot be lost; a
 * file that takes long to fetch holds nobody up.
 */
export async function pollUpdates(api: Api, take: (update: unknown) => Promise<void>, line: Line): Promise<void> {
  const { desk, stop } = line;
  const open = new Map<number, Promise<void>>();
  let next = 0;
  let unkept = Number.POSITIVE_INFINITY;
  await untilStopped('updates', line, async () => {
    const offset = open.size > 0 ? Math.min(...open.keys()) : next;
    const updates = await api.getUpdates({ offset, timeout: LONG_POLL_S, allowed_updates: UPDATES }, abortable(stop));
    desk.solve('second_listener');
    for (const update of updates.filter(({ update_id }) => update_id >= next)) {
      next = update.update_id + 1;
      const taken = Promise.resolve()
        .then(() => take(update))
        .catch(() => {
          unkept = Math.min(unkept, update.update_id);
        })
        .finally(() => open.delete(update.update_id));
      open.set(update.update_id, taken);
    }
    if (open.size > 0) await Promise.race([Promise.all(open.values()), sleep(KEPT_WITHIN_MS)]);
    if (unkept < next) {
      [next, unkept] = [unkept, Number.POSITIVE_INFINITY];
      throw new NotKept('asked for again');
    }
    return false;
  });
  // What was taken is not to come again at the next start.
  if (open.size > 0 || next === 0) return;
  const soon = abortable(AbortSignal.timeout(CONFIRM_WITHIN_MS));
  await api.getUpdates({ offset: next, timeout: 0, limit: 1 }, soon).catch(() => undefined);
}

/** Does a step again and again until it resolves to true or we stop; after an error it rests, as long as Telegram wants. */
export async function untilStopped(
  what: string,
  { log, desk, stop, pace }: Line,
  step: () => Promise<boolean>,
): Promise<void> {
  for (let misses = 0; !stop.aborted; ) {
    try {
      const isDone = await step();
      misses = 0;
      for (const kind of ['unreachable', 'credentials_refused'] as const) desk.solve(kind);
      if (isDone) return;
    } catch (error) {
      if (stop.aborted) return;
      misses += 1;
      const incident = incidentOf(error, misses);
      if (incident) desk.report(incident, { detail: describeError(error) });
      log.warn('telegram.unreached', { what, error: describeError(error) });
      await sleep(restAfter(error, pace), undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

/** What an owner must mend after so many misses in a row; null: nothing yet. */
function incidentOf(error: unknown, misses: number): IncidentKind | null {
  if (error instanceof NotKept) return null;
  const code = error instanceof GrammyError ? error.error_code : 0;
  if (isTokenRefused(code)) return 'credentials_refused';
  if (code === 400) return 'webhook_failing';
  if (misses < MISSES) return null;
  return code === 409 ? 'second_listener' : 'unreachable';
}

function restAfter(error: unknown, pace: number): number {
  if (error instanceof NotKept) return UNKEPT_REST_MS * pace;
  if (error instanceof GrammyError && isTokenRefused(error.error_code)) return REFUSED_REST_MS;
  const failure = failureOf(error);
  return failure.status === 'retry' ? failure.afterMs : REST_MS * pace;
}

/** grammY's own type of a signal is an older one. */
export function abortable(signal: AbortSignal): Parameters<Api['getUpdates']>[1] {
  return signal as Parameters<Api['getUpdates']>[1];
}
