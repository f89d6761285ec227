import { type Import, type Plan, REASONS, type Scan } from '../../core/index.ts';
import type { Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

/** A count with thousands apart. */
export function count(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

/** A file's name as it may stand in a sentence. */
export function fileName({ fileName }: Pick<Import, 'fileName'>): string {
  return oneLine(fileName, 60);
}

/** What a column is taken for. */
export function columnField(t: Translate, { field, own }: Pick<Plan['columns'][number], 'field' | 'own'>): string {
  return own ? t('import.button.ownField', { name: oneLine(own.name, 30) }) : t(`import.field.${field}`);
}

/** The words that an import writes into its file of bad rows and into the consent ledger, in the member's language. */
export function planWords(t: Translate, memberName: string): Record<string, string> {
  return {
    ...Object.fromEntries(REASONS.map((reason) => [reason, t(`import.problem.${reason}`)])),
    line: t('import.csv.line'),
    reason: t('import.csv.reason'),
    agreed: t('import.consent.words', { name: memberName }),
  };
}

/** One thing that is wrong, in words, with an example. */
export function problemLine(t: Translate, { reason, column, cell, rows, fate }: Scan['problems'][number]): string {
  const what = t(`import.problem.${reason}`)
    .replaceAll('[column]', () => oneLine(column, 40))
    .replaceAll('[cell]', () => oneLine(cell, 40));
  return t('import.problemLine', { rows: count(rows), what, fate: t(`import.fate.${fate}`) });
}
