import type { Core } from '../core.ts';
import type { Database } from '../db/database.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import type { ChannelName, SendOutcome } from '../message.ts';
import type { IncidentKind } from './incident.model.ts';
import { reportIncident, solveIncident } from './reportIncident.ts';

/** So many sends in a row that nobody answered: it is not the one message. */
const MISSES = 5;
/** What cannot be so where a message was just taken. */
const DISPROVED: readonly IncidentKind[] = ['unreachable', 'credentials_refused', 'sender_refused'];

const misses = new WeakMap<Database, Map<ChannelName, number>>();

/** Learns from what became of a send how its channel is. */
export function watchSend(core: Core, { shopId, channel }: Delivery, outcome: SendOutcome): void {
  if (channel === 'web') return;
  const missed = misses.get(core.db) ?? new Map<ChannelName, number>();
  misses.set(core.db, missed);
  if (outcome.status === 'sent') {
    missed.delete(channel);
    for (const kind of DISPROVED) void solveIncident(core, shopId, { kind, channel });
    return;
  }
  if ('incident' in outcome && outcome.incident) void reportIncident(core, shopId, { kind: outcome.incident, channel });
  if (outcome.reason !== 'carrier' && outcome.reason !== 'no_answer') return;
  const inARow = (missed.get(channel) ?? 0) + 1;
  missed.set(channel, inARow);
  if (inARow >= MISSES) void reportIncident(core, shopId, { kind: 'unreachable', channel });
}
