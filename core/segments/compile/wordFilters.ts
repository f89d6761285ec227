import { GENDERS } from '../../customers/customer.model.ts';
import { LANGUAGES } from '../../message.ts';
import { AGE_BANDS, ageBandName } from '../ageBands.ts';
import type { FieldSpec } from '../fields.ts';
import type { Moment } from '../rule/resolvePeriod.ts';
import type { WordLeaf } from '../rule.ts';
import { anyOf, type Filter, noneOf } from './filters.ts';
import { agesFilter, consentFilter, pathOf, reachableFilter, valueFilter } from './profileFilters.ts';
import type { Spellings } from './spellings.ts';

/** Who has one of the words, or for `neq` and `not_in` none of them. Segments and lists are not kept on the customer. */
export async function wordFilter(
  leaf: WordLeaf,
  spec: FieldSpec,
  spellings: Spellings,
  moment: Moment,
): Promise<Filter> {
  const has = await hasFilter(leaf.field, wordsOf(leaf), spec, spellings, moment);
  return isNegative(leaf) ? noneOf(has) : has;
}

export function wordsOf({ value }: WordLeaf): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

export function isNegative({ op }: WordLeaf): boolean {
  return op === 'neq' || op === 'not_in';
}

async function hasFilter(
  field: string,
  words: readonly string[],
  { kind }: FieldSpec,
  spellings: Spellings,
  moment: Moment,
): Promise<Filter> {
  if (field.startsWith('consent.')) return consentFilter(field, words);
  switch (field) {
    case 'reachable':
      return reachableFilter(words);
    case 'rfm_segment':
      return valueFilter(words);
    case 'preference':
      return { preference: { $in: await spellings.ofCustomers('preference', words, withoutKind) } };
    case 'demographic':
      return anyOf(await Promise.all(words.map((word) => demographicFilter(word, spellings, moment))));
    default: {
      const path = pathOf(field);
      return { [path]: { $in: kind === 'choice' ? [...words] : await spellings.ofCustomers(path, words) } };
    }
  }
}

const withoutKind = (key: string): string => key.replace(/^preference:/, '');

/** `age:25-34`, `gender:female`, `language:si`, `city:Kandy`. */
async function demographicFilter(word: string, spellings: Spellings, moment: Moment): Promise<Filter> {
  const band = AGE_BANDS.find((one) => word === `age:${ageBandName(one)}`);
  if (band) return agesFilter(band, moment);
  const gender = GENDERS.find((one) => word === `gender:${one}`);
  if (gender) return { gender };
  const language = LANGUAGES.find((one) => word === `language:${one}`);
  if (language) return { language };
  return { city: { $in: await spellings.ofCustomers('city', [word], (city) => `city:${city}`) } };
}
