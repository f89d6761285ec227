import type { ConsentState, CustomerAddress } from '../customers/customer.model.ts';
import type { Consent } from './consent.model.ts';

/** What a ledger says today about one address and topic. */
export interface DerivedConsent {
  state: ConsentState;
  /** by STOP: only START lifts it */
  stopped: boolean;
  /** what may be a STOP waits for a member */
  held: boolean;
}

export type ConsentEvent = Pick<Consent, 'state' | 'source' | 'evidenceId'>;

/**
 * Replays the ledger of one address and topic, oldest first. A STOP, or being shut out, hides everything until the
 * person's own START or yes, which lifts only that: a refusal noted by a member or a file stands. A file turns
 * `unknown` into something and may add a refusal, never lift one. An undone file, or merge, counts as if it had never come. What is
 * `pending` becomes a consent by the person's own confirmation only.
 */
export function deriveConsent(events: readonly ConsentEvent[]): DerivedConsent {
  const undone = new Set(events.filter((event) => event.source === 'undo').map((event) => event.evidenceId));
  let said: ConsentState = 'unknown';
  let stopped = false;
  let held = false;
  for (const { source, state, evidenceId } of events) {
    switch (source) {
      case 'keyword':
      case 'link':
      case 'block':
        held = false;
        stopped = state === 'denied';
        if (!stopped && (said === 'unknown' || (said === 'pending' && state === 'granted'))) said = state;
        break;
      case 'doubt':
        held = state === 'unknown' && !stopped;
        if (state === 'denied') stopped = true;
        break;
      case 'confirmation':
        if (said === 'pending') said = state === 'granted' ? 'granted' : 'unknown';
        break;
      case 'member':
        said = state;
        break;
      case 'import':
        if (undone.has(evidenceId)) break;
        if (said === 'unknown' || state === 'denied') said = state;
        break;
      case 'merge':
        if (!undone.has(evidenceId)) stopped = true;
        break;
      case 'erasure':
        said = 'denied';
        break;
      case 'undo':
        break;
      default:
        source satisfies never;
    }
  }
  const open: ConsentState = held && said === 'granted' ? 'pending' : said;
  return { state: stopped ? 'denied' : open, stopped, held };
}

/** The same as an address carries it. */
export function marketingFields({
  state,
  stopped,
  held,
}: DerivedConsent): Pick<CustomerAddress, 'marketing' | 'stopped' | 'held'> {
  return { marketing: state, ...(stopped ? { stopped } : {}), ...(held ? { held } : {}) };
}

/** An address with what its ledger says of marketing now; the same object where nothing changes. */
export function withMarketing(address: CustomerAddress, said: DerivedConsent | undefined): CustomerAddress {
  if (!said || (said.state === address.marketing && said.stopped === !!address.stopped && said.held === !!address.held))
    return address;
  const { stopped: _, held: __, ...rest } = address;
  return { ...rest, ...marketingFields(said) };
}
