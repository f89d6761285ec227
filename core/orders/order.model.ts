import { Schema, type Types } from 'mongoose';

/** One line of an order. `unitPrice` may hold fractions of a minor unit (a rate); `amount` is whole minor units. */
export interface OrderLine {
  sku: string;
  quantity: number;
  unitPrice: number;
  amount: number;
}

/** What was bought, lines embedded. The sums are derived from the lines when they are written; minor units. */
export interface Order {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  number: string;
  /** absent: a sale without a customer */
  customerId?: Types.ObjectId;
  at: Date;
  lines: OrderLine[];
  /** Σ amount of all lines */
  amount: number;
  /** Σ amount of lines with quantity > 0 and price > 0 */
  purchased: number;
  /** Σ amount of the other lines */
  returned: number;
}

const lineSchema = new Schema<OrderLine>(
  { sku: String, quantity: Number, unitPrice: Number, amount: Number },
  { _id: false },
);

export const orderSchema = new Schema<Order>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    number: { type: String, required: true },
    customerId: Schema.Types.ObjectId,
    at: { type: Date, required: true },
    lines: [lineSchema],
    amount: Number,
    purchased: Number,
    returned: Number,
  },
  { collection: 'orders', versionKey: false },
);
orderSchema.index({ shopId: 1, number: 1 }, { unique: true });
orderSchema.index({ shopId: 1, customerId: 1, at: -1 });
orderSchema.index({ shopId: 1, at: 1 });
