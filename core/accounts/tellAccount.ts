import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { Notice } from '../notices.ts';

type AccountNotice = Extract<Notice, { kind: `account.${string}` }>;

/**
 * Tells whoever linked the shop's account what becomes of it, one thing after the other: a renewed code takes the place
 * of the one before. Never rejects.
 */
export function createAccountTeller(core: Core, shopId: Types.ObjectId): (notice: AccountNotice) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let shown: { id: string; to: AddressKey } | null = null;

  async function tell(notice: AccountNotice): Promise<void> {
    const to = await findKeeper(core, shopId);
    if (!to) return;
    const replaced = notice.kind === 'account.code' && shown?.to === to ? shown.id : undefined;
    const id = await core.notifier.notify(to, notice, replaced);
    if (notice.kind !== 'account.hidden') shown = notice.kind === 'account.code' ? { id, to } : null;
  }
  return (notice) => {
    last = last
      .then(() => tell(notice))
      .catch((error) => core.log.warn('account.untold', { kind: notice.kind, error }));
    return last;
  };
}

/** The address that the account was linked from, else an owner's; on the account itself nobody would see a code. */
async function findKeeper(core: Core, shopId: Types.ObjectId): Promise<AddressKey | null> {
  const shop = await core.db.shops.findOne({ _id: shopId }, { projection: { whatsappWeb: 1 } });
  const asked = shop?.whatsappWeb?.acceptedBy;
  const owners = await core.db.members.find({ shopId, role: 'owner' }).sort({ createdAt: 1 }).toArray();
  const addresses = owners.flatMap((owner) => owner.addresses).filter((one) => !one.startsWith('whatsapp:'));
  return addresses.find((one) => one === asked) ?? addresses[0] ?? null;
}
