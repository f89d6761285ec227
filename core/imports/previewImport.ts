import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { addCustomField, LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS } from '../customers/changeCustomFields.ts';
import type { CustomField } from '../customers/customField.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey, StoredFile } from '../message.ts';
import { minorDigits } from '../money.ts';
import { foldText } from '../segments/rule/foldText.ts';
import type { Shop } from '../shops/shop.model.ts';
import { runInThread } from '../threads/runInThread.ts';
import { FIELDS_OF, type Field, missingFields, REPEATABLE } from './fields.ts';
import { getImport } from './getImport.ts';
import type { Import, ImportCounts, ImportKind } from './import.model.ts';
import { columnsOf, type Plan, planSchema } from './plan.ts';
import { type Inspection, inspectFile } from './reading/inspectFile.ts';
import type { SourceTable } from './reading/sourceTable.ts';
import { customTypeOf, recogniseTable } from './recognise.ts';
import type { Scan, scanTable } from './scanTable.ts';
import { NO_SALES } from './writing/source.ts';

/** What a file would do if it were imported: to be shown before anything is written. */
export type Preview =
  /** several tables: one is to be chosen first, by its place */
  | { step: 'table'; import: Import; tables: readonly { name: string; rows: number }[]; leftOut: readonly string[] }
  /** nothing in the table is known: what it holds is to be chosen first */
  | { step: 'kind'; import: Import; header: readonly string[] }
  | { step: 'ready'; import: Import; plan: Plan; scan: Scan; missing: readonly Field[][]; askConsent: boolean };

/** What a member corrects in a preview. */
export type PreviewChange =
  | { kind: ImportKind }
  | { column: number; field: Exclude<Field, 'custom'> | null }
  /** by its key */
  | { column: number; own: string }
  | { dateOrder: 'dmy' | 'mdy' }
  | { agreed: boolean };

/** Looks into a file that was sent and proposes an import. Throws what inspectFile throws for what is no table. */
export async function previewImport(core: Core, shop: Shop, file: StoredFile, startedBy: AddressKey): Promise<Preview> {
  const { tables, leftOut } = await inspectFile(core.files.path(file.id), file.name);
  const doc: Import = {
    _id: new Types.ObjectId(),
    shopId: shop._id,
    fileId: file.id,
    fileName: file.name,
    kind: null,
    status: 'preview',
    plan: null,
    counts: NO_COUNTS,
    startedBy,
    createdAt: core.clock.now(),
  };
  await core.db.imports.insertOne(doc);
  const [table] = tables;
  if (table && tables.length === 1) return openTable(core, shop, doc, table, 1);
  return tablesOf(doc, { tables, leftOut });
}

/** The tables of a file that was sent, again: for the next one after an import. */
export async function showTables(core: Core, shop: Shop, importId: string): Promise<Preview> {
  const doc = await getImport(core, shop._id, importId);
  const inspection = await inspectFile(core.files.path(doc.fileId), doc.fileName);
  return tablesOf(doc, inspection);
}

/** Proposes an import of one of a file's tables, by its place in the list; a table chosen later is an import of its own. */
export async function previewTable(core: Core, shop: Shop, importId: string, place: number): Promise<Preview> {
  const first = await getImport(core, shop._id, importId);
  const { tables } = await inspectFile(core.files.path(first.fileId), first.fileName);
  const table = tables[place];
  if (!table) throw new KadeError('choice_expired');
  if (!first.tableId && first.status === 'preview') return openTable(core, shop, first, table, tables.length);
  const doc: Import = {
    ...first,
    _id: new Types.ObjectId(),
    kind: null,
    status: 'preview',
    plan: null,
    counts: NO_COUNTS,
    createdAt: core.clock.now(),
  };
  for (const field of [
    'tableId',
    'startedAt',
    'finishedAt',
    'progressMessage',
    'badRowsFileId',
    'error',
    'undoTo',
    'undoBegun',
    'kept',
  ] as const)
    delete doc[field];
  await core.db.imports.insertOne(doc);
  return openTable(core, shop, doc, table, tables.length);
}

/** The preview again, with a correction. Throws `choice_expired` once the import was started. */
export async function changePreview(core: Core, shop: Shop, importId: string, change: PreviewChange): Promise<Preview> {
  const doc = await getImport(core, shop._id, importId);
  if (doc.status !== 'preview') throw new KadeError('choice_expired');
  if ('kind' in change) {
    const { tables } = await inspectFile(core.files.path(doc.fileId), doc.fileName);
    const table = tables.find(({ id }) => id === doc.tableId);
    if (!table) throw new KadeError('choice_expired');
    return propose(core, shop, doc, newPlan(shop, table, tables.length, change.kind));
  }
  return propose(core, shop, doc, corrected(shop, planSchema.parse(doc.plan), change));
}

function tablesOf(doc: Import, { tables, leftOut }: Pick<Inspection, 'tables' | 'leftOut'>): Preview {
  return {
    step: 'table',
    import: doc,
    tables: tables.map(({ name, approxRows }) => ({ name, rows: approxRows })),
    leftOut: leftOut.map(({ name }) => name),
  };
}

const NO_DOCUMENTS = { created: 0, updated: 0, unchanged: 0 };
const NO_COUNTS: ImportCounts = {
  ...NO_DOCUMENTS,
  orders: NO_DOCUMENTS,
  customers: NO_DOCUMENTS,
  products: NO_DOCUMENTS,
  sales: NO_SALES,
  rows: 0,
  skipped: 0,
  failed: 0,
  partly: 0,
};

async function openTable(core: Core, shop: Shop, doc: Import, table: SourceTable, tables: number): Promise<Preview> {
  const { kind } = recogniseTable(table, shop);
  const named = { ...doc, tableId: table.id };
  await core.db.imports.updateOne({ _id: doc._id }, { $set: { tableId: table.id } });
  if (!kind) return { step: 'kind', import: named, header: table.header };
  return propose(core, shop, named, newPlan(shop, table, tables, kind));
}

function newPlan(shop: Shop, table: SourceTable, tables: number, kind: ImportKind): Plan {
  return {
    // The sample has served: the import reads the file itself.
    table: { ...table, sample: [] },
    tables,
    kind,
    columns: [...recogniseTable(table, shop, kind).columns],
    agreed: null,
    shop: {
      country: shop.country,
      timeZone: shop.timeZone,
      minorDigits: minorDigits(shop.currency),
      tombstoneKey: shop.tombstoneKey,
      doubleOptIn: shop.doubleOptIn === true,
    },
    words: {},
  };
}

function corrected(shop: Shop, plan: Plan, change: Exclude<PreviewChange, { kind: ImportKind }>): Plan {
  if ('agreed' in change) return { ...plan, agreed: change.agreed };
  if ('dateOrder' in change) {
    const columns = plan.columns.map((column) =>
      column.dateOrder === null ? { ...column, dateOrder: change.dateOrder } : column,
    );
    return { ...plan, columns };
  }
  if ('own' in change) {
    const own = shop.customFields?.find(({ key }) => key === change.own);
    if (!own || plan.kind !== 'customers') throw new KadeError('choice_expired');
    return withOwn(plan, new Map([[change.column, own]]));
  }
  const { field } = change;
  if (field !== null && !FIELDS_OF[plan.kind].includes(field)) throw new KadeError('choice_expired');
  const columns = plan.columns.map(({ index, name, field: old, confidence, ...formats }) => {
    if (index === change.column) return { index, name, field, confidence: 1 };
    // A field that takes one column leaves the one it had.
    const taken = field !== null && old === field && !REPEATABLE.has(field);
    return taken ? { index, name, field: null, confidence: 0 } : { index, name, field: old, confidence, ...formats };
  });
  return { ...plan, columns };
}

/** The columns by their place take these fields of the shop's own; another column leaves one that it had. */
function withOwn(plan: Plan, owns: ReadonlyMap<number, CustomField>): Plan {
  const taken = new Set([...owns.values()].map(({ key }) => key));
  const columns = plan.columns.map((column) => {
    const { index, name } = column;
    const own = owns.get(index);
    if (own) return { index, name, field: 'custom' as const, own, confidence: 1 };
    return column.own && taken.has(column.own.key) ? { index, name, field: null, confidence: 0 } : column;
  });
  return { ...plan, columns };
}

/** Declares new fields of the shop's own for a column, or for all that are left out and have cells, and maps them. */
export async function keepColumns(core: Core, shop: Shop, importId: string, wanted: number | 'rest'): Promise<Preview> {
  const doc = await getImport(core, shop._id, importId);
  if (doc.status !== 'preview' || doc.kind !== 'customers') throw new KadeError('choice_expired');
  const plan = planSchema.parse(doc.plan);
  const { tables } = await inspectFile(core.files.path(doc.fileId), doc.fileName);
  const table = tables.find(({ id }) => id === doc.tableId);
  if (!table) throw new KadeError('choice_expired');
  const isFilled = (index: number) => table.sample.some((row) => (row[index] ?? '').trim() !== '');
  const left = plan.columns.filter(
    ({ index, field, name }) => field === null && isFilled(index) && /\p{L}/u.test(name),
  );
  const room = MOST_CUSTOM_FIELDS - (shop.customFields ?? []).length;
  const columns =
    wanted === 'rest'
      ? [...new Map(left.map((column) => [foldText(column.name), column])).values()].slice(0, room)
      : plan.columns.filter(({ index }) => index === wanted);
  const owns = new Map<number, CustomField>();
  for (const { index, name } of columns) {
    const type = customTypeOf(table, index, shop.country);
    owns.set(index, await addCustomField(core, shop._id, { name: name.slice(0, LONGEST_FIELD_NAME), type }));
  }
  return propose(core, shop, doc, withOwn(plan, owns));
}

async function propose(core: Core, shop: Shop, doc: Import, plan: Plan): Promise<Preview> {
  const task = { path: core.files.path(doc.fileId), plan, now: core.clock.now() };
  const answer = await runInThread<typeof scanTable>('scanTable', import.meta.url, task);
  const saved = await core.db.imports.findOneAndUpdate(
    { _id: doc._id, shopId: shop._id, status: 'preview' },
    { $set: { plan: answer.plan, kind: plan.kind } },
    { returnDocument: 'after' },
  );
  if (!saved) throw new KadeError('choice_expired');
  const fields = new Set(answer.plan.columns.flatMap(({ field }) => (field ? [field] : [])));
  const consented = columnsOf(plan, 'marketing', 'marketingSms', 'marketingWhatsapp', 'marketingEmail').length > 0;
  return {
    step: 'ready',
    import: saved,
    plan: answer.plan,
    scan: answer.scan,
    missing: missingFields(plan.kind, fields),
    askConsent: !consented && answer.scan.reachable > 0 && plan.agreed === null,
  };
}
