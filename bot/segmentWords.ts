import { LANGUAGES, type Language, type Segment } from '../core/index.ts';
import type { Translate } from './flow.ts';
import { type SayContext, sayRule } from './ruleWords.ts';
import { translator } from './translate.ts';

/** What a segment is called in the language of `t`: `Champions`, `Bag lovers`, `Age 25-34`, `Kandy`. */
export function segmentName(t: Translate, segment: Pick<Segment, 'kind' | 'key' | 'label'>): string {
  const { kind, name, value } = parts(segment);
  if (kind === 'all') return t('segment.name.all');
  if (kind === 'saved' || kind === 'list') return segment.label;
  if (kind === 'value') return t(`segment.name.${name}`);
  if (kind === 'preference') {
    return segment.label ? t('segment.name.likes', { what: capitalized(segment.label) }) : t('segment.name.mixed');
  }
  if (name === 'gender') return t(`segment.name.${value}`);
  if (name === 'age') return t('segment.name.age', { what: value });
  return name === 'language' ? languageName(value) : value;
}

/** One sentence on who is in a segment. */
export function segmentMeaning(
  context: SayContext,
  segment: Pick<Segment, 'kind' | 'key' | 'label' | 'words' | 'rule'>,
): string {
  const { t } = context;
  const { kind, name, value } = parts(segment);
  if (kind === 'all') return t('segment.meaning.all');
  if (kind === 'saved') return segment.rule ? sayRule(context, segment.rule) : '';
  if (kind === 'list') return t('segment.meaning.list');
  if (kind === 'value') return t(`segment.meaning.${name}`);
  if (kind === 'preference') {
    return segment.label ? t('segment.meaning.likes', { what: segment.words.join(', ') }) : t('segment.meaning.mixed');
  }
  const what = { gender: t(`segment.name.${value}`), language: languageName(value) }[name] ?? value;
  return t(`segment.meaning.${name}`, { what });
}

/** A language as it calls itself. */
function languageName(value: string): string {
  const language = LANGUAGES.find((known) => known === value);
  return language ? translator(language)('language.name') : value;
}

/** `4,338 customers`. */
export function people(t: Translate, language: Language, count: number): string {
  return t('segment.people', { count, people: new Intl.NumberFormat(language).format(count) });
}

/** `51.2%`; nothing of nothing is 0 %. */
export function share(language: Language, part: number, whole: number): string {
  const format = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return format.format(whole > 0 ? part / whole : 0);
}

/** The segment that a person names, in any language, in full or by how its name begins when only one does; else null. */
export function findByName(segments: readonly Segment[], typed: string): Segment | null {
  const wanted = letters(typed);
  if (!wanted) return null;
  const named = segments.map((segment) => ({
    segment,
    names: [...LANGUAGES.map((language) => segmentName(translator(language), segment)), lastPart(segment.key)].map(
      letters,
    ),
  }));
  const exact = named.find(({ names }) => names.includes(wanted));
  if (exact) return exact.segment;
  const begun = named.filter(({ names }) => names.some((name) => name.startsWith(wanted)));
  return begun.length === 1 ? (begun[0]?.segment ?? null) : null;
}

function parts(segment: Pick<Segment, 'kind' | 'key'>): { kind: Segment['kind']; name: string; value: string } {
  const [, name = '', ...value] = segment.key.split(':');
  return { kind: segment.kind, name, value: value.join(':') };
}

function lastPart(key: string): string {
  return key.split(':').at(-1) ?? '';
}

function letters(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
