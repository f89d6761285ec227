import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Customer, CustomerAddress } from '../customers/customer.model.ts';
import { parseId } from '../ids.ts';
import type { Consent } from './consent.model.ts';
import { deriveConsent } from './deriveConsent.ts';

/** Why an address stands as it does: the row of the ledger since when it does; null: nothing was ever written down. */
export interface ConsentReason {
  readonly address: CustomerAddress;
  readonly since: Consent | null;
  /** the file it was noted from */
  readonly fileName?: string;
}

/** Explains the consent to marketing at each of a customer's addresses. */
export async function explainConsent(
  core: Core,
  shopId: Types.ObjectId,
  customer: Pick<Customer, 'addresses'>,
): Promise<ConsentReason[]> {
  const keys = customer.addresses.map(({ key }) => key);
  const rows = await core.db.consents
    .find({ shopId, address: { $in: keys }, seq: { $gt: 0 }, topic: 'marketing' })
    .sort({ address: 1, seq: 1 })
    .toArray();
  return Promise.all(
    customer.addresses.map(async (address) => {
      const since = decisive(rows.filter((row) => row.address === address.key));
      const fileName = since?.source === 'import' ? await fileNameOf(core, shopId, since) : undefined;
      return { address, since, ...(fileName === undefined ? {} : { fileName }) };
    }),
  );
}

/** The last row that changed what the ledger says. */
function decisive(rows: readonly Consent[]): Consent | null {
  const said = (count: number) => JSON.stringify(deriveConsent(rows.slice(0, count)));
  const now = said(rows.length);
  let count = rows.length;
  while (count > 0 && said(count - 1) === now) count -= 1;
  return rows[count - 1] ?? rows.at(-1) ?? null;
}

async function fileNameOf(core: Core, shopId: Types.ObjectId, { evidenceId }: Consent): Promise<string | undefined> {
  const found = await core.db.imports.findOne({ shopId, _id: parseId(evidenceId) }, { projection: { fileName: 1 } });
  return found?.fileName;
}
