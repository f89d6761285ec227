import type { ChannelName, Language, OutboundMessage } from '../message.ts';
import type { Channel } from '../ports.ts';
import type { Shop } from '../shops/shop.model.ts';

/** The last line of a campaign's message on a channel that can answer; a part of the message, so it stands here and not in the bot's texts. */
const LINES: Readonly<Record<Language, string>> = {
  en: 'Reply STOP to opt out',
  si: 'එපා නම් STOP එවන්න',
  ta: 'வேண்டாமெனில் STOP அனுப்பவும்',
};
/** The same where nobody can answer, before the link. */
const LINKED: Readonly<Record<Language, string>> = {
  en: 'No more offers',
  si: 'දීමනා එපා නම්',
  ta: 'சலுகைகள் வேண்டாமெனில்',
};
/** A line that asks to send a word for it: "reply STOP", "එපා නම් STOP එවන්න". */
const KEYWORD = /(?<![\p{L}-])(?:stop|unsubscribe|opt[ -]?out)(?![\p{L}-])|එපා|නවත්|නවතන්න|நிறுத்த|வேண்டாம/iu;
const SENDING = /(?<!\p{L})(?:reply|send|text|txt|type|write|sms)(?!\p{L})|එවන්න|යවන්න|ලියන්න|அனுப்ப|எழுத|பதில்/iu;

/** What the link under a mail is called. */
const LINK: Readonly<Record<Language, string>> = {
  en: 'No more offers by email',
  si: 'තවත් දීමනා ඊමේල් එපා',
  ta: 'இனி மின்னஞ்சலில் சலுகைகள் வேண்டாம்',
};

/** What stands under a campaign's mail: who sends it, and what the link is called by which its reader leaves. */
export function mailFooter(shop: Shop, text: string): Pick<OutboundMessage, 'optOut'> {
  const sender = [shop.name, shop.postalAddress].filter(Boolean).join('\n');
  return { optOut: { sender, words: LINK[languageOf(text)] } };
}

/** A campaign's buttons where it can have any of its own: one tap is a STOP. */
export function optOutChoices(channel: ChannelName): Pick<OutboundMessage, 'choices'> {
  return channel === 'telegram' ? { choices: [{ id: 'stop', label: 'STOP' }] } : {};
}

/** The text with a way out: its own if it names one, else a line in the script the text is written in (another would double an SMS); with `url`, the link. */
export function withOptOut(text: string, url?: string): string {
  if (url !== undefined) return `${text}\n${LINKED[languageOf(text)]}: ${url}`;
  return asksForStop(text) ? text : `${text}\n${LINES[languageOf(text)]}`;
}

/** Whether people can leave the list where they are written to: by an answer, or by a link. */
export function hasWayOut({ twoWay, optOutUrl }: Pick<Channel, 'twoWay' | 'optOutUrl'>): boolean {
  return twoWay || optOutUrl !== undefined;
}

/** Whether a text asks its reader to answer with STOP. */
export function asksForStop(text: string): boolean {
  return text.split('\n').some((line) => KEYWORD.test(line) && SENDING.test(line));
}

/** The language that a text's script tells. */
export function languageOf(text: string): Language {
  if (/\p{Script=Sinhala}/u.test(text)) return 'si';
  return /\p{Script=Tamil}/u.test(text) ? 'ta' : 'en';
}
