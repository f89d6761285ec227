import { readFileSync } from 'node:fs';
import { createInstance, type i18n } from 'i18next';
import { LANGUAGES, type Language } from '../core/index.ts';
import type { Translate } from './flow.ts';

const read = (language: Language): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`./i18n/${language}.json`, import.meta.url), 'utf8'));

const texts: i18n = createInstance();
await texts.init({
  resources: Object.fromEntries(LANGUAGES.map((language) => [language, { translation: read(language) }])),
  fallbackLng: 'en',
  // Chat is plain text, and what people are called is never a template.
  interpolation: { escapeValue: false, skipOnVariables: true },
});

/** The texts of one language: a dotted key and its `{{parameters}}`; `count` picks the plural form. */
export function translator(language: Language): Translate {
  const t = texts.getFixedT(language);
  return (key, params) => t(key, { ...params });
}

/** A text in every language, for reading what people type. */
export function inEveryLanguage(key: string): string[] {
  return LANGUAGES.map((language) => texts.getFixedT(language)(key));
}
