import type { Core } from '../core.ts';
import { previewImport } from '../imports/previewImport.ts';
import { startImport } from '../imports/startImport.ts';
import type { AddressKey } from '../message.ts';
import { demoFiles } from './demoShop.ts';
import type { Shop } from './shop.model.ts';

/** Imports the demo shop's two files as a member would have sent them, so that `undo` takes them back; false: they are in already. */
export async function loadDemoShop(
  core: Core,
  shop: Shop,
  startedBy: AddressKey,
  words: Readonly<Record<string, string>>,
): Promise<boolean> {
  const { customers, orderLines } = demoFiles(core.clock.now());
  const files = { 'demo-customers.csv': customers, 'demo-orders.csv': orderLines };
  const there = await core.db.imports.countDocuments({
    shopId: shop._id,
    fileName: { $in: Object.keys(files) },
    status: { $in: ['running', 'done'] },
  });
  if (there > 0) return false;
  for (const [name, content] of Object.entries(files)) {
    const file = await core.files.save(shop._id, name, 'text/csv', content);
    const preview = await previewImport(core, shop, file, startedBy);
    await startImport(core, shop._id, preview.import._id.toHexString(), words);
  }
  return true;
}
