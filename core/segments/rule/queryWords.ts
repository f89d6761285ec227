import { type FieldSpec, RULE_FIELDS } from '../fields.ts';
import { UNITS, type Unit } from '../periods.ts';

/** How a query writes the comparisons; every other operator is written as it is called, with spaces for `_`. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['neq', '!='],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
]);

/** Other ways to type them. */
export const SIGN_OF: ReadonlyMap<string, string> = new Map([
  ...[...SIGNS].map(([op, sign]): [string, string] => [sign, op]),
  ['is', 'eq'],
  ['<>', 'neq'],
  ['≠', 'neq'],
  ['≥', 'gte'],
  ['≤', 'lte'],
]);

/** How often, in words; the first of each is what is printed. */
export const MEASURES: readonly (readonly [op: string, words: string])[] = [
  ['gte', 'at least'],
  ['lte', 'at most'],
  ['gt', 'more than'],
  ['lt', 'fewer than'],
  ['lt', 'less than'],
  ['eq', 'exactly'],
];

export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/** Monday first, as the codes of `WEEKDAYS` stand. */
export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Days told from today that have a word. */
export const NEAR_DAYS: ReadonlyMap<string, number> = new Map([
  ['today', 0],
  ['yesterday', -1],
  ['tomorrow', 1],
]);

/** Units told from the present one that have a word. */
export const NEAR_UNITS: ReadonlyMap<string, number> = new Map([
  ['this', 0],
  ['last', -1],
  ['next', 1],
]);

const LETTERS: Readonly<Record<string, Unit>> = { d: 'day', w: 'week', m: 'month', y: 'year' };

/** `d`, `days` or `day` as the unit; undefined for anything else. */
export function unitOf(word: string): Unit | undefined {
  return LETTERS[word] ?? UNITS.find((unit) => word === unit || word === `${unit}s`);
}

const HAPPENINGS: ReadonlySet<string> = new Set(['purchase', 'campaign', 'interaction', 'segment']);

/** What begins a condition about something that happened, with the fields it can be about. */
export const VERBS: ReadonlyMap<string, readonly FieldSpec[]> = verbs();

function verbs(): Map<string, FieldSpec[]> {
  const found = new Map<string, FieldSpec[]>();
  for (const spec of RULE_FIELDS) {
    const own = HAPPENINGS.has(spec.kind) ? spec.ops.filter((op) => isHappening(spec, op)) : [];
    for (const op of own) found.set(op, [...(found.get(op) ?? []), spec]);
  }
  return found;
}

/** Memberships are compared by signs, and a long stay is written `segment = "x" for 30d`. */
function isHappening({ kind }: FieldSpec, op: string): boolean {
  return kind === 'segment' ? op === 'entered' || op === 'left' : !op.startsWith('not_');
}

/** Words of the language: to be a value they must stand in quotation marks. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'all', 'in', 'between', 'within', 'for', 'any', 'times', 'spend', 'spent', 'on', 'seed'],
  ...['at', 'more', 'fewer', 'less', 'exactly', 'once', 'twice', 'exists', 'missing', 'product', 'category'],
]);
