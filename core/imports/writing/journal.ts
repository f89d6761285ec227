import { Types } from 'mongoose';
import { insertNew } from '../../db/insertNew.ts';
import type { JournalEntry } from '../import.model.ts';
import type { Run } from './run.ts';

/** Collections that imports write to, in the order in which they are undone. */
export const JOURNALLED = ['orders', 'products', 'customers'] as const;
export type Journalled = (typeof JOURNALLED)[number];

export interface Change {
  readonly id: Types.ObjectId;
  readonly before: object;
  /** the fields as they are written now; absent: the whole document */
  readonly changed?: Record<string, unknown>;
}

/** Notes, before they are made, the documents that an import makes. Repeatable. */
export async function noteCreated(run: Run, collection: Journalled, ids: readonly Types.ObjectId[]): Promise<void> {
  await insertNew(
    run.db.importJournal,
    ids.map((documentId) => ({
      _id: new Types.ObjectId(),
      importId: run.importId,
      collection,
      documentId,
      before: null,
    })),
  );
}

/** The same in one entry, for a batch that is the same whenever the import runs again. */
export async function noteCreatedTogether(
  run: Run,
  collection: Journalled,
  [documentId, ...alsoMade]: readonly Types.ObjectId[],
): Promise<void> {
  if (!documentId) return;
  const entry = { _id: new Types.ObjectId(), importId: run.importId, collection, documentId, before: null, alsoMade };
  await insertNew(run.db.importJournal, [entry]);
}

/** Every document that entries stand for. */
export function documentIds(entries: readonly JournalEntry[]): Types.ObjectId[] {
  return entries.flatMap(({ documentId, alsoMade = [] }) => [documentId, ...alsoMade]);
}

/** Notes, before they are changed, what documents are. The first image stays, fields changed later are added to it. */
export async function noteChanged(run: Run, collection: Journalled, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await run.db.importJournal.bulkWrite(
    changes.map(({ id, before, changed = {} }) => {
      const fields = Object.entries(changed).map(([name, value]) => [`changed.${name}`, value]);
      return {
        updateOne: {
          filter: { importId: run.importId, collection, documentId: id },
          update: {
            $setOnInsert: { before: before as JournalEntry['before'] },
            ...(fields.length > 0 ? { $set: Object.fromEntries(fields) } : {}),
          },
          upsert: true,
        },
      };
    }),
    { ordered: false },
  );
}

/** How many documents of a collection an import has made and changed. */
export async function countJournal(
  run: Pick<Run, 'db' | 'importId'>,
  collection: Journalled,
): Promise<{ created: number; updated: number }> {
  const counts = { created: 0, updated: 0 };
  const groups = run.db.importJournal.aggregate<{ _id: boolean; documents: number }>([
    { $match: { importId: run.importId, collection } },
    {
      $group: {
        _id: { $eq: ['$before', null] },
        documents: { $sum: { $add: [1, { $size: { $ifNull: ['$alsoMade', []] } }] } },
      },
    },
  ]);
  for await (const { _id: made, documents } of groups) counts[made ? 'created' : 'updated'] = documents;
  return counts;
}
