import type { Language } from '../message.ts';

/** The last line of a campaign's message on a channel that can answer; a part of the message, so it stands here and not in the bot's texts. */
const LINES: Readonly<Record<Language, string>> = {
  en: 'Reply STOP to opt out',
  si: 'එපා නම් STOP එවන්න',
  ta: 'வேண்டாமெனில் STOP அனுப்பவும்',
};
const NAMES_A_WAY_OUT = /(?<!\p{L})(?:stop|unsubscribe|opt[ -]?out)(?!\p{L})|නවත්(?:ව|ත)න්න|නවතන්න|එපා|நிறுத்த/iu;

/** The text with a way out: its own if it names one, else a line in the script the text is written in (another would double an SMS). */
export function withOptOut(text: string): string {
  return NAMES_A_WAY_OUT.test(text) ? text : `${text}\n${LINES[languageOf(text)]}`;
}

/** The language that a text's script tells. */
export function languageOf(text: string): Language {
  if (/\p{Script=Sinhala}/u.test(text)) return 'si';
  return /\p{Script=Tamil}/u.test(text) ? 'ta' : 'en';
}
