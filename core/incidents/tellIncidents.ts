import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { parseId } from '../ids.ts';
import { type AddressKey, parseAddress } from '../message.ts';
import type { Incident } from './incident.model.ts';

/** What comes and goes is told of no more often. */
const REST_MS = 10 * 60_000;
const AT_ONCE = 20;

/**
 * Tells the owners, in one message, which incidents opened or were solved since they were told last. What came and went
 * meanwhile is not spoken of, what changed again too soon is left for a later call.
 */
export async function tellIncidents(core: Core, shopId: Types.ObjectId): Promise<void> {
  const changed = await core.db.incidents.find({ shopId, untold: true }).sort({ key: 1 }).limit(AT_ONCE).toArray();
  const incidentIds: string[] = [];
  for (const incident of changed) if (await claim(core, incident)) incidentIds.push(incident._id.toHexString());
  if (incidentIds.length === 0) return;
  const owners = await core.db.members.find({ shopId, role: 'owner' }).toArray();
  for (const { addresses } of owners) await tellOne(core, shopId, addresses, incidentIds);
}

/** Marks a change as told before it is: whoever else looks at the same moment leaves it alone. Resolves to whether it is ours to tell. */
async function claim({ db, clock }: Core, { _id, shopId, open, told, toldAt }: Incident): Promise<boolean> {
  const isNews = open !== (told === 'open');
  const now = clock.now();
  if (isNews && toldAt && now.getTime() - toldAt.getTime() < REST_MS) return false;
  const $set = isNews ? { $set: { told: open ? ('open' as const) : ('solved' as const), toldAt: now } } : {};
  const settled = await db.incidents.updateOne(
    { _id, shopId, open, untold: true },
    { ...$set, $unset: { untold: '' } },
  );
  return isNews && settled.modifiedCount > 0;
}

/** The channel that fails may be the owner's own: the first of their addresses that takes it, those in no trouble first. */
async function tellOne(
  core: Core,
  shopId: Types.ObjectId,
  addresses: readonly AddressKey[],
  incidentIds: readonly string[],
): Promise<void> {
  const open = await core.db.incidents.find({ shopId, open: true }).toArray();
  const troubled = new Set(open.map(({ channel }) => channel));
  const inTrouble = (address: AddressKey): number => Number(troubled.has(parseAddress(address)?.channel));
  for (const address of addresses.toSorted((a, b) => inTrouble(a) - inTrouble(b))) {
    try {
      const id = await core.notifier.notify(address, { kind: 'incidents', incidentIds });
      const row = await core.db.deliveries.findOne({ shopId, _id: parseId(id) });
      if (row?.status !== 'failed') return;
    } catch (error) {
      core.log.warn('incident.untold', { address, error });
    }
  }
}
