import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import type { Clock } from '../../core/index.ts';
import { describeError } from './outcome.ts';
import { abortable, type Line } from './poll.ts';

const EVERY_MS = 5 * 60_000;
const LEAST_MS = 200;
const RECENT_MS = 15 * 60_000;

/** Asks Telegram now and then whether it can hand over what people write. */
export async function watchWebhook(api: Api, clock: Clock, { log, desk, stop, pace }: Line): Promise<void> {
  while (!stop.aborted) {
    try {
      const info = await api.getWebhookInfo(abortable(stop));
      const { last_error_date: failedAt = 0, last_error_message: detail = '', pending_update_count: waiting } = info;
      // An old error stands there until the next one.
      const isRecent = clock.now().getTime() - failedAt * 1000 < RECENT_MS;
      if (waiting > 0 && isRecent) desk.report('webhook_failing', { detail });
      else desk.solve('webhook_failing');
    } catch (error) {
      if (!stop.aborted) log.warn('telegram.webhook', { error: describeError(error) });
    }
    await sleep(Math.max(EVERY_MS * pace, LEAST_MS), undefined, { signal: stop }).catch(() => undefined);
  }
}
