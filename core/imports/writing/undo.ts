import type { Types } from 'mongoose';
import type { Database } from '../../db/database.ts';
import type { JournalEntry } from '../import.model.ts';
import { sameValue } from './mergeCustomer.ts';

/** What taking an import back needs and gathers. */
export interface Undo {
  readonly db: Database;
  readonly shopId: Types.ObjectId;
  readonly importId: Types.ObjectId;
  readonly now: Date;
  /** customers whose orders came or went, hex */
  readonly touched: Set<string>;
  /** documents left because something else is attached to them */
  kept: number;
}

/** The update that gives a document its old values back, those only that are still as the import wrote them; null: none. */
export function restoring(
  { before, changed = {} }: Pick<JournalEntry, 'before' | 'changed'>,
  current: object | undefined,
): { $set?: Record<string, unknown>; $unset?: Record<string, ''> } | null {
  if (!current || !before) return null;
  const now = current as Record<string, unknown>;
  const fields = Object.keys(changed).filter((field) => sameValue(now[field], changed[field]));
  const back = fields.filter((field) => before[field] !== undefined);
  const away = fields.filter((field) => before[field] === undefined);
  if (fields.length === 0) return null;
  return {
    ...(back.length > 0 ? { $set: Object.fromEntries(back.map((field) => [field, before[field]])) } : {}),
    ...(away.length > 0 ? { $unset: Object.fromEntries(away.map((field) => [field, '' as const])) } : {}),
  };
}
