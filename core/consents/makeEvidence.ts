import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { getCustomer } from '../customers/getCustomer.ts';
import type { StoredFile } from '../message.ts';
import { getShop } from '../shops/shops.ts';
import { EVIDENCE_FORMAT, type Evidence } from './evidence.ts';

const HOW =
  'Run: npm run -s verify-evidence FILE. Each row of "consents" is a link of its address\'s chain. seal = SHA-256 of the JSON list [salt, address, words]. hash = SHA-256 of the JSON list ["kade-consent-1", previous, seq, channel, topic, state, source, wording or "", evidenceId, at, seal], all as strings. previous is the hash of the row before, "" for the first.';

/** A pack that shows where a customer's consent comes from, and that nobody changed it since: JSON, for verifyEvidence. */
export async function makeEvidence(
  core: Core,
  shopId: Types.ObjectId,
  customerId: string | Types.ObjectId,
): Promise<{ file: StoredFile; rows: number }> {
  const [shop, customer] = await Promise.all([getShop(core.db, shopId), getCustomer(core, shopId, customerId)]);
  const addresses = customer.addresses.map(({ key }) => key);
  const rows = await core.db.consents
    .find({ shopId, address: { $in: addresses }, seq: { $gt: 0 } })
    .sort({ address: 1, seq: 1 })
    .toArray();
  const ids = [...new Set(rows.map(({ evidenceId }) => evidenceId))].filter((id) => Types.ObjectId.isValid(id));
  const _id = { $in: ids.map((id) => new Types.ObjectId(id)) };
  const version = { $in: [...new Set(rows.flatMap(({ wording }) => wording ?? []))] };
  const [messages, imports, wordings] = await Promise.all([
    core.db.inbound.find({ shopId, _id }).toArray(),
    core.db.imports.find({ shopId, _id }).toArray(),
    core.db.wordings.find({ shopId, version }).toArray(),
  ]);
  const pack: Evidence = {
    format: EVIDENCE_FORMAT,
    howToVerify: HOW,
    shop: shop.name ?? '',
    madeAt: core.clock.now().toISOString(),
    customer: { name: customer.name ?? '', customerNumber: customer.externalId ?? '', addresses },
    consents: rows.map(({ _id: _, shopId: __, customerId: ___, at, ...row }) => ({ ...row, at: at.toISOString() })),
    wordings: wordings.map((one) => ({
      version: one.version,
      text: one.text,
      firstAskedAt: one.firstAskedAt.toISOString(),
    })),
    messages: messages.map((one) => ({
      id: one._id.toHexString(),
      from: one.from,
      at: one.at.toISOString(),
      text: one.text ?? one.choiceLabel ?? '',
    })),
    files: imports.map((one) => ({
      id: one._id.toHexString(),
      name: one.fileName,
      importedAt: (one.startedAt ?? one.createdAt).toISOString(),
    })),
  };
  const name = `evidence-${customer._id.toHexString()}.json`;
  const about = { customerId: customer._id };
  const text = `${JSON.stringify(pack, null, 2)}\n`;
  return { file: await core.files.save(shopId, name, 'application/json', text, about), rows: rows.length };
}
