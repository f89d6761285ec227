import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Person } from './personalData.ts';

/** A table of people, by its name: exports, lists of rows to check, and what was sent in to be imported. */
const TABLE = /\.(?:csv|tsv|txt|xlsx?|ods|zip|gz)$/i;

/**
 * Deletes what the person sent, what was made of them alone, and every table of people that Kade keeps: exports are made
 * again at a tap, and what was imported is needed no more (an undo reads the journal). Of a table whose import is being
 * written now the end of the import takes care: see eraseImported.
 */
export async function eraseFiles({ core, shop, customer }: Person): Promise<number> {
  const shopId = shop._id;
  const addresses = customer.addresses.map(({ key }) => key);
  const sent = await core.db.inbound
    .find({ shopId, $or: [{ customerId: customer._id }, { from: { $in: addresses } }] }, { projection: { file: 1 } })
    .toArray();
  const own = new Set(sent.flatMap(({ file }) => file?.id ?? []));
  const busy = await core.db.imports.find({ shopId, status: 'running' }, { projection: { fileId: 1 } }).toArray();
  const needed = new Set(busy.map(({ fileId }) => fileId));
  const ids: string[] = [];
  for await (const { _id, name, customerId } of core.db.files.find({ shopId })) {
    const id = _id.toHexString();
    if (own.has(id) || customerId?.equals(customer._id) || (TABLE.test(name) && !needed.has(id))) ids.push(id);
  }
  await core.files.remove(shopId, ids);
  return ids.length;
}

/** An import has been written: its file is needed no more, and may hold somebody who was erased. */
export async function eraseImported(core: Core, shopId: Types.ObjectId, fileId: string): Promise<void> {
  if (await core.db.tombstones.findOne({ shopId })) await core.files.remove(shopId, [fileId]);
}
