import type { Types } from 'mongoose';
import { SPOKEN_SOURCES } from '../../consents/consent.model.ts';
import { type ConsentEvent, type DerivedConsent, deriveConsent } from '../../consents/deriveConsent.ts';
import type { Database } from '../../db/database.ts';
import type { AddressKey } from '../../message.ts';

/** What the ledger says today about marketing to each of these addresses, and whether anyone but a file has spoken of it. */
export async function replayLedger(
  db: Pick<Database, 'consents'>,
  shopId: Types.ObjectId,
  addresses: readonly AddressKey[],
): Promise<Map<AddressKey, DerivedConsent & { spoken: boolean }>> {
  if (addresses.length === 0) return new Map();
  const events = await db.consents
    .find({ shopId, address: { $in: [...addresses] }, seq: { $gt: 0 }, topic: 'marketing' })
    .sort({ address: 1, seq: 1 })
    .toArray();
  const ledgers = new Map<AddressKey, ConsentEvent[]>();
  for (const event of events) {
    const ledger = ledgers.get(event.address);
    if (ledger) ledger.push(event);
    else ledgers.set(event.address, [event]);
  }
  return new Map(
    [...ledgers].map(([address, ledger]) => {
      const spoken = ledger.some(({ source }) => SPOKEN_SOURCES.some((one) => one === source));
      return [address, { ...deriveConsent(ledger), spoken }];
    }),
  );
}
