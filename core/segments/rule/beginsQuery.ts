import { type CustomFields, fieldsOf, NO_CUSTOM } from '../fields.ts';
import { VERBS } from './queryWords.ts';

const OTHERS: ReadonlySet<string> = new Set(['spent', 'sample']);

/** Whether a line begins as a query does: with a field or something that happens, behind brackets and nots. */
export function beginsQuery(text: string, custom: CustomFields = NO_CUSTOM): boolean {
  const [, word = ''] = /^(?:[\s(]|not\b)*([\p{L}_][\p{L}\p{M}\p{N}_.]*)/iu.exec(text) ?? [];
  const first = word.toLowerCase();
  return fieldsOf(custom).has(first) || VERBS.has(first) || OTHERS.has(first);
}
