import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

export const IMPORT_KINDS = ['customers', 'orders', 'order_lines', 'products'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
export const IMPORT_STATUSES = ['preview', 'running', 'done', 'cancelled', 'failed', 'undoing', 'undone'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** Distinct documents that an import made, changed, and found as the file says. */
export interface DocumentCounts {
  created: number;
  updated: number;
  unchanged: number;
}

/** What a file of sales comes to: money in minor units, rows of the file. */
export interface SalesCounts {
  /** Σ amount of its orders, returns taken off */
  amount: number;
  /** rows that name no customer */
  withoutCustomer: number;
  /** rows with a negative quantity and amount */
  returns: number;
}

/** What one import did: documents by noun and in all (as the journal holds them), and rows of the file. */
export interface ImportCounts extends DocumentCounts {
  orders: DocumentCounts;
  customers: DocumentCounts;
  products: DocumentCounts;
  sales: SalesCounts;
  /** rows read */
  rows: number;
  /** rows left out on purpose: an erased person, an order number for the second time */
  skipped: number;
  /** rows that could not go in */
  failed: number;
  /** rows that went in without some of their cells */
  partly: number;
}

/** One file's way into the database; its journal is in `importJournal`. `plan` is the confirmed mapping (core/imports/plan.ts). */
export interface Import {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  fileId: string;
  fileName: string;
  /** which table of the file */
  tableId?: string;
  /** null until it is known or chosen */
  kind: ImportKind | null;
  status: ImportStatus;
  plan: unknown;
  counts: ImportCounts;
  badRowsFileId?: string;
  startedBy: AddressKey;
  progressMessage?: string;
  /** why it failed: a code of core/errors.ts */
  error?: string;
  /** what it becomes when its undoing is through */
  undoTo?: 'undone' | 'cancelled';
  /** the undoing has begun to write */
  undoBegun?: boolean;
  /** documents that an undoing left because something else is attached to them since */
  kept?: number;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
}

export const importSchema = new Schema<Import>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    fileId: String,
    fileName: String,
    tableId: String,
    kind: { type: String, enum: IMPORT_KINDS },
    status: { type: String, enum: IMPORT_STATUSES, required: true },
    plan: Schema.Types.Mixed,
    counts: Schema.Types.Mixed,
    badRowsFileId: String,
    startedBy: String,
    progressMessage: String,
    error: String,
    undoTo: String,
    undoBegun: Boolean,
    kept: Number,
    createdAt: Date,
    startedAt: Date,
    finishedAt: Date,
  },
  { collection: 'imports', versionKey: false },
);
importSchema.index({ shopId: 1, createdAt: -1 });
importSchema.index({ shopId: 1, status: 1 });

/** What a document was before an import touched it (`before` null: the import made it) and the fields as it then wrote them. */
export interface JournalEntry {
  _id: Types.ObjectId;
  importId: Types.ObjectId;
  collection: string;
  documentId: Types.ObjectId;
  before: Record<string, unknown> | null;
  /** documents that were made together with that one: orders come by the thousand */
  alsoMade?: Types.ObjectId[];
  /** absent: the document was replaced as a whole */
  changed?: Record<string, unknown>;
}

export const journalSchema = new Schema<JournalEntry>(
  {
    importId: { type: Schema.Types.ObjectId, required: true },
    collection: { type: String, required: true },
    documentId: { type: Schema.Types.ObjectId, required: true },
    before: Schema.Types.Mixed,
    alsoMade: { type: [Schema.Types.ObjectId], default: undefined },
    changed: Schema.Types.Mixed,
  },
  { collection: 'importJournal', versionKey: false, suppressReservedKeysWarning: true },
);
journalSchema.index({ importId: 1, collection: 1, documentId: 1 }, { unique: true });
