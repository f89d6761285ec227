import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { ChannelName } from '../message.ts';
import type { IncidentDesk } from '../ports.ts';
import type { Incident, IncidentName } from './incident.model.ts';
import { HEALTH_JOB } from './scheduleHealth.ts';

const LONGEST_DETAIL = 200;

type State = 'open' | 'solved';
/** What this process knows of a database's incidents, so that what is said again costs nothing; writes follow each other. */
interface Ledger {
  readonly known: Map<string, State>;
  last: Promise<void>;
}
const ledgers = new WeakMap<Core['db'], Ledger>();

/** Says that something is wrong; it may be said again and again, the owners hear of it once. Never rejects. */
export function reportIncident(
  core: Core,
  shopId: Types.ObjectId,
  { detail, ...name }: IncidentName & Partial<Pick<Incident, 'detail'>>,
): Promise<void> {
  return note(core, shopId, name, 'open', async (key) => {
    const since = core.clock.now();
    const row = { shopId, key };
    await core.db.incidents.updateOne(row, { $setOnInsert: { ...name, open: false, since } }, { upsert: true });
    const words = detail?.slice(0, LONGEST_DETAIL) ?? '';
    const $set = { open: true, since, untold: true, detail: words };
    return core.db.incidents.updateOne({ ...row, open: false }, { $set, $unset: { solvedAt: '' } });
  });
}

/** Says that it is right again, or was never wrong; as cheap, and never rejects either. */
export function solveIncident(core: Core, shopId: Types.ObjectId, name: IncidentName): Promise<void> {
  return note(core, shopId, name, 'solved', (key) =>
    core.db.incidents.updateOne(
      { shopId, key, open: true },
      { $set: { open: false, solvedAt: core.clock.now(), untold: true } },
    ),
  );
}

/** Resolves when all that was said so far is written down. */
export async function settleIncidents({ db }: Core): Promise<void> {
  await ledgers.get(db)?.last;
}

/** Where a channel, which has no database, says the same of itself. `core` is asked for late: it holds the channels. */
export function incidentDesk(core: () => Core, shopId: Types.ObjectId, channel: ChannelName): IncidentDesk {
  return {
    report: (kind, about) => void reportIncident(core(), shopId, { kind, channel, ...about }),
    solve: (kind, subject) =>
      void solveIncident(core(), shopId, { kind, channel, ...(subject === undefined ? {} : { subject }) }),
  };
}

function note(
  core: Core,
  shopId: Types.ObjectId,
  { kind, channel, subject }: IncidentName,
  state: State,
  write: (key: string) => Promise<{ modifiedCount: number }>,
): Promise<void> {
  const ledger = ledgers.get(core.db) ?? { known: new Map<string, State>(), last: Promise.resolve() };
  ledgers.set(core.db, ledger);
  const key = [kind, channel ?? '', subject ?? ''].join(' ').trim();
  const known = `${shopId.toHexString()} ${key}`;
  if (ledger.known.get(known) === state) return Promise.resolve();
  ledger.known.set(known, state);
  ledger.last = ledger.last.then(async () => {
    try {
      const { modifiedCount } = await write(key);
      if (modifiedCount > 0) await core.jobs.enqueue(HEALTH_JOB, { shopId: shopId.toHexString() });
    } catch (error) {
      ledger.known.delete(known);
      core.log.error('incident', { key, state, error });
    }
  });
  return ledger.last;
}
