import { Schema, type Types } from 'mongoose';
import type { AddressKey } from '../message.ts';

export const IMPORT_KINDS = ['customers', 'orders', 'order_lines', 'products'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
export const IMPORT_STATUSES = ['preview', 'running', 'done', 'cancelled', 'failed', 'undoing', 'undone'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** What one import did, in rows of the file or documents as named. */
export interface ImportCounts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
}

/** One file's way into the database; its journal is in `importJournal`. `plan` is the confirmed mapping (core/imports/plan.ts). */
export interface Import {
  _id: Types.ObjectId;
  shopId: Types.ObjectId;
  fileId: string;
  fileName: string;
  kind: ImportKind;
  status: ImportStatus;
  plan: unknown;
  counts: ImportCounts;
  /** where to go on after a crash */
  checkpoint?: unknown;
  badRowsFileId?: string;
  startedBy: AddressKey;
  progressMessage?: string;
  error?: string;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
}

export const importSchema = new Schema<Import>(
  {
    shopId: { type: Schema.Types.ObjectId, required: true },
    fileId: String,
    fileName: String,
    kind: { type: String, enum: IMPORT_KINDS },
    status: { type: String, enum: IMPORT_STATUSES, required: true },
    plan: Schema.Types.Mixed,
    counts: { rows: Number, created: Number, updated: Number, unchanged: Number, skipped: Number, failed: Number },
    checkpoint: Schema.Types.Mixed,
    badRowsFileId: String,
    startedBy: String,
    progressMessage: String,
    error: String,
    createdAt: Date,
    startedAt: Date,
    finishedAt: Date,
  },
  { collection: 'imports', versionKey: false },
);
importSchema.index({ shopId: 1, createdAt: -1 });
importSchema.index({ shopId: 1, status: 1 });

/** What a document was before an import touched it; `before` null: the import made it. */
export interface JournalEntry {
  _id: Types.ObjectId;
  importId: Types.ObjectId;
  collection: string;
  documentId: Types.ObjectId;
  before: Record<string, unknown> | null;
}

export const journalSchema = new Schema<JournalEntry>(
  {
    importId: { type: Schema.Types.ObjectId, required: true },
    collection: { type: String, required: true },
    documentId: { type: Schema.Types.ObjectId, required: true },
    before: Schema.Types.Mixed,
  },
  { collection: 'importJournal', versionKey: false, suppressReservedKeysWarning: true },
);
journalSchema.index({ importId: 1, collection: 1, documentId: 1 }, { unique: true });
