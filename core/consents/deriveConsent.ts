import type { ConsentState } from '../customers/customer.model.ts';
import type { Consent } from './consent.model.ts';

/** What a ledger says today about one address and topic. */
export interface DerivedConsent {
  state: ConsentState;
  /** by STOP: only START lifts it */
  stopped: boolean;
}

export type ConsentEvent = Pick<Consent, 'state' | 'source' | 'evidenceId'>;

/**
 * Replays the ledger of one address and topic, oldest first. A STOP, or being shut out, hides everything until the
 * person's own START or yes, which lifts only that: a refusal noted by a member or a file stands. A file turns
 * `unknown` into something and may add a refusal, never lift one. An undone file counts as if it had never come.
 */
export function deriveConsent(events: readonly ConsentEvent[]): DerivedConsent {
  const undone = new Set(events.filter((event) => event.source === 'undo').map((event) => event.evidenceId));
  let said: ConsentState = 'unknown';
  let stopped = false;
  for (const event of events) {
    switch (event.source) {
      case 'keyword':
      case 'link':
      case 'block':
        stopped = event.state === 'denied';
        if (!stopped && said === 'unknown') said = 'granted';
        break;
      case 'member':
        said = event.state;
        break;
      case 'import':
        if (undone.has(event.evidenceId)) break;
        if (said === 'unknown' || event.state === 'denied') said = event.state;
        break;
      case 'erasure':
        said = 'denied';
        break;
      case 'undo':
        break;
      default:
        event.source satisfies never;
    }
  }
  return { state: stopped ? 'denied' : said, stopped };
}
