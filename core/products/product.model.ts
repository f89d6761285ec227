import { Schema, type Types } from 'mongoose';

/** What the shop sells. `price` is the latest seen, minor units. */
export interface Product {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  sku: string;
  name: string;
  category?: string;
  price?: number;
  createdAt: Date;
  updatedAt: Date;
}

export const productSchema = new Schema<Product>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    sku: { type: String, required: true },
    name: String,
    category: String,
    price: Number,
    createdAt: Date,
    updatedAt: Date,
  },
  { collection: 'products', versionKey: false },
);
productSchema.index({ shopId: 1, sku: 1 }, { unique: true });
