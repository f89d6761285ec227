import { setTimeout as sleep } from 'node:timers/promises';
import type { SendOutcome } from '../../core/index.ts';
import type { Pace } from '../pace.ts';
import type { TwilioClient } from './client.ts';
import { failureOf } from './outcome.ts';

/** One message of Twilio's; `from` or `messagingServiceSid` says who sends it. */
export type TwilioMessage = Parameters<TwilioClient['messages']['create']>[0];

/** The rest of a message that has begun waits so long for its turn. */
const PATIENCE_MS = 15_000;

/** Sends a message in its parts; `bulk`: one of many, which takes its turn and counts as `weight` messages. */
export type TwilioSender = (
  parts: readonly TwilioMessage[],
  bulk?: { readonly to: string; readonly weight: number },
) => Promise<SendOutcome>;

/**
 * Sends parts one after another, and says what became of the message; the id is the last part's. Twilio can neither edit
 * nor take back what it has sent. While it asks for rest nothing is asked.
 */
export function createTwilioSender(client: TwilioClient, pace: Pace): TwilioSender {
  async function sendPart(part: TwilioMessage): Promise<SendOutcome> {
    const afterMs = pace.resting();
    if (afterMs > 0) return { status: 'retry', afterMs, reason: 'too_many' };
    try {
      const { sid } = await client.messages.create(part);
      // An answer that is none of Twilio's, from something in between.
      return sid ? { status: 'sent', providerId: sid } : { status: 'unknown', reason: 'no_answer' };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.status === 'retry' && failure.reason === 'too_many') pace.rest(failure.afterMs);
      return failure;
    }
  }

  return async (parts, bulk) => {
    const afterMs = bulk ? await pace.turn(bulk.to, bulk.weight) : 0;
    if (afterMs > 0) return { status: 'retry', afterMs, reason: 'paced' };
    if (!bulk) pace.count();
    let last: SendOutcome = { status: 'failed', reason: 'carrier' };
    for (let index = 0; index < parts.length; ) {
      const part = parts[index] as TwilioMessage;
      last = await sendPart(part);
      if (last.status === 'sent') index += 1;
      else if (index === 0) return last;
      else if (last.status === 'retry' && last.afterMs <= PATIENCE_MS) await sleep(last.afterMs);
      else return { status: 'unknown', reason: 'partly_sent' };
    }
    return last;
  };
}
