import type { Types } from 'mongoose';
import type { Core } from '../core.ts';

/** Names of products by SKU; one without a name is called by its SKU. */
export async function findProductNames(
  core: Core,
  shopId: Types.ObjectId,
  skus: readonly string[],
): Promise<Map<string, string>> {
  const products = await core.db.products
    .find({ shopId, sku: { $in: [...new Set(skus)] } }, { projection: { sku: 1, name: 1 } })
    .toArray();
  const names = new Map(skus.map((sku) => [sku, sku]));
  for (const { sku, name } of products) if (name) names.set(sku, name);
  return names;
}
