import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';

/** The names of the customers reached at these addresses; those without a customer or a name are left out. */
export async function findNames(
  core: Core,
  shopId: Shop['_id'],
  addresses: readonly AddressKey[],
): Promise<Map<AddressKey, string>> {
  const asked = new Set(addresses);
  const customers = await core.db.customers
    .find(
      { shopId, 'addresses.key': { $in: [...asked] } },
      { projection: { name: 1, 'addresses.key': 1 }, limit: asked.size },
    )
    .toArray();
  const pairs = customers.flatMap(({ name, addresses: held }) =>
    name ? held.filter(({ key }) => asked.has(key)).map(({ key }): [AddressKey, string] => [key, name]) : [],
  );
  return new Map(pairs);
}
