import type { Preview } from '../../core/index.ts';
import { type Attachments, choice, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { columnField, count, fileName, problemLine } from './importWords.ts';
import { sampleText } from './sampleText.ts';

const SHOWN_COLUMNS = 16;
const SHOWN_PROBLEMS = 8;
const SHOWN_TABLES = 20;

type Ready = Extract<Preview, { step: 'ready' }>;

/** Shows what a file would do: its columns, three rows, what is wrong; and asks what only the member can know. */
export async function sayPreview(turn: Turn, preview: Preview): Promise<void> {
  if (preview.step === 'table') return sayTables(turn, preview);
  if (preview.step === 'kind') return sayUnknown(turn, preview);
  const { t } = turn;
  const { plan, scan } = preview;
  const rows = scan.complete ? scan.rows : plan.table.approxRows;
  const lines = [
    t(scan.complete ? 'import.preview.head' : 'import.preview.headAbout', {
      file: fileName(preview.import),
      kind: t(`import.kind.${plan.kind}`),
      count: rows,
      rows: count(rows),
    }),
    '',
    ...columnLines(turn, preview),
    '',
    ...sampleLines(turn, preview),
    ...problemLines(turn, preview),
    '',
    question(turn, preview),
  ];
  await turn.sayText(lines.join('\n'), { choices: choices(turn, preview) });
}

async function sayTables(
  turn: Turn,
  { import: doc, tables, leftOut }: Extract<Preview, { step: 'table' }>,
): Promise<void> {
  const { t } = turn;
  const id = doc._id.toHexString();
  const lines = [t('import.tables.which', { file: fileName(doc), tables: count(tables.length) })];
  if (leftOut.length > 0) {
    lines.push(
      t('import.tables.leftOut', {
        names: leftOut
          .slice(0, 5)
          .map((name) => oneLine(name, 40))
          .join(', '),
      }),
    );
  }
  const offered = tables
    .slice(0, SHOWN_TABLES)
    .map(({ name, rows }, place) =>
      choice(t('import.tables.one', { name: oneLine(name, 40), rows: count(rows) }), 'import.table', `${id}.${place}`),
    );
  await turn.sayText(lines.join('\n'), {
    choices: [...offered, choice(t('import.button.cancel'), 'import.cancel', id)],
  });
}

async function sayUnknown(turn: Turn, { import: doc, header }: Extract<Preview, { step: 'kind' }>): Promise<void> {
  const columns = header.slice(0, SHOWN_COLUMNS).map((name) => oneLine(name, 30));
  const text = turn.t('import.unknown', { file: fileName(doc), columns: columns.join(', ') });
  await turn.sayText(text, { choices: kindChoices(turn, doc._id.toHexString()) });
}

/** What a table may hold, a choice each. */
export function kindChoices({ t }: Turn, importId: string): NonNullable<Attachments['choices']> {
  return [
    ...(['customers', 'orders', 'order_lines', 'products'] as const).map((kind) =>
      choice(t(`import.kind.${kind}`), 'import.kind', `${importId}.${kind}`),
    ),
    choice(t('import.button.cancel'), 'import.cancel', importId),
  ];
}

function columnLines({ t }: Turn, { plan }: Ready): string[] {
  const used = plan.columns.filter(({ field }) => field !== null);
  const left = plan.columns.filter(({ field }) => field === null);
  const shown = used.slice(0, SHOWN_COLUMNS);
  const lines = shown.map(({ name, field, own, confidence }) =>
    t(confidence < 0.7 ? 'import.preview.columnMaybe' : 'import.preview.column', {
      column: oneLine(name, 40),
      field: columnField(t, { field, own }),
    }),
  );
  if (used.length > shown.length)
    lines.push(t('import.preview.moreColumns', { columns: count(used.length - shown.length) }));
  if (left.length === 0) return lines;
  const names = left.slice(0, SHOWN_COLUMNS).map(({ name }) => oneLine(name, 30));
  const more = left.length > names.length ? ' …' : '';
  return [...lines, t('import.preview.leftOut', { columns: `${names.join(', ')}${more}` })];
}

function sampleLines({ t, shop }: Turn, { plan, scan, missing }: Ready): string[] {
  if (scan.samples.length === 0 || missing.length > 0) return [];
  const rows = scan.samples.map((row) => `• ${sampleText(t, shop, plan, row)}`);
  return [t('import.preview.samples'), ...rows, ''];
}

function problemLines({ t }: Turn, { scan, missing }: Ready): string[] {
  if (missing.length > 0) return [];
  const scope = scan.complete ? [] : [t('import.preview.partly', { rows: count(scan.rows) })];
  if (scan.problems.length === 0) return [...scope, t('import.preview.sound')];
  const shown = scan.problems.slice(0, SHOWN_PROBLEMS).map((problem) => problemLine(t, problem));
  return [...scope, t('import.preview.problems'), ...shown];
}

function question({ t }: Turn, { scan, missing, askConsent, plan }: Ready): string {
  if (missing.length > 0) {
    const fields = missing.map((choices) => choices.map((field) => t(`import.field.${field}`)).join(t('import.or')));
    return t('import.preview.missing', { fields: fields.join('; ') });
  }
  if (scan.undecidedDates.length > 0) {
    return t('import.preview.askDate', { column: oneLine(scan.undecidedDates[0] ?? '', 40) });
  }
  if (askConsent) return t('import.consent.ask');
  return t(plan.kind === 'customers' ? 'import.preview.askCustomers' : 'import.preview.ask');
}

function choices({ t }: Turn, preview: Ready): NonNullable<Attachments['choices']> {
  const id = preview.import._id.toHexString();
  const rest = [
    choice(t('import.button.column'), 'import.columns', id),
    ...(preview.plan.kind === 'customers' && preview.plan.columns.some(({ field }) => field === null)
      ? [choice(t('import.button.keepRest'), 'import.keep', id)]
      : []),
    choice(t('import.button.kind'), 'import.kinds', id),
    choice(t('import.button.cancel'), 'import.cancel', id),
  ];
  if (preview.missing.length > 0) return rest;
  if (preview.scan.undecidedDates.length > 0) {
    return [
      choice(t('import.button.dmy'), 'import.dates', `${id}.dmy`),
      choice(t('import.button.mdy'), 'import.dates', `${id}.mdy`),
      ...rest,
    ];
  }
  if (preview.askConsent) {
    return [
      choice(t('import.button.agreed'), 'import.agreed', `${id}.yes`),
      choice(t('import.button.notAgreed'), 'import.agreed', `${id}.no`),
      ...rest,
    ];
  }
  return [choice(t('import.button.confirm'), 'import.confirm', id), ...rest];
}
