import { Schema, type Types } from 'mongoose';

/** A file in the data folder: what was sent in, a picture or export sent out. */
export interface FileRecord {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  name: string;
  mimeType: string;
  /** bytes */
  size: number;
  createdAt: Date;
  /** whom it is about, alone */
  customerId?: Types.ObjectId;
}

export const fileSchema = new Schema<FileRecord>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    name: String,
    mimeType: String,
    size: Number,
    createdAt: Date,
    customerId: Schema.Types.ObjectId,
  },
  { collection: 'files', versionKey: false },
);
fileSchema.index({ shopId: 1, createdAt: -1 });
