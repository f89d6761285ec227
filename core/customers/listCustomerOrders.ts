import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Order } from '../orders/order.model.ts';
import { findProductNames } from '../products/findProductNames.ts';

/** A page of a customer's orders, latest first, with the names of what was bought by SKU. */
export interface OrderPage {
  orders: Order[];
  productNames: Map<string, string>;
  more: boolean;
}

/** The orders of a customer from the `skip`th latest on. */
export async function listCustomerOrders(
  core: Core,
  shopId: Types.ObjectId,
  customerId: Types.ObjectId,
  page: { skip: number; limit: number },
): Promise<OrderPage> {
  const found = await core.db.orders
    .find({ shopId, customerId })
    .sort({ at: -1 })
    .skip(page.skip)
    .limit(page.limit + 1)
    .toArray();
  const orders = found.slice(0, page.limit);
  const skus = orders.flatMap((order) => order.lines.map((line) => line.sku));
  return { orders, productNames: await findProductNames(core, shopId, skus), more: found.length > page.limit };
}
