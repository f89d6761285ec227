import { type OutboundMessage, type StoredFile, toSmsLetters } from '../../core/index.ts';
import type { FileLinks } from '../fileLinks.ts';
import { numbered } from '../numbered.ts';
import { splitText } from '../splitText.ts';
import type { TwilioMessage } from '../twilio/sender.ts';

/** Letters that Twilio takes at once, UTF-16. */
const MAX_TEXT = 1600;
/** Pictures that carriers pass on as they are. */
const MMS_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif']);
const MAX_MMS_BYTES = 5 * 1024 * 1024;
const LINK_LIVES_MS = 24 * 3600_000;

type Part = Pick<TwilioMessage, 'body' | 'mediaUrl' | 'smartEncoded'>;

interface Route {
  readonly from: string;
  readonly to: string;
  readonly fileLinks: FileLinks;
}

/**
 * A message as Twilio takes it: text in parts, choices as a numbered list. A picture goes along within North America,
 * the one place where numbers carry MMS; elsewhere, and for any other file, its link stands in the text, for a day.
 */
export function smsOf(message: OutboundMessage, { from, to, fileLinks }: Route): Part[] {
  const { picture, file } = message;
  const isMms = (one: StoredFile): boolean =>
    from.startsWith('+1') && to.startsWith('+1') && MMS_TYPES.has(one.mimeType) && one.size <= MAX_MMS_BYTES;
  const files = [picture, file].filter((one) => one !== undefined);
  const link = (one: StoredFile): string => fileLinks.linkTo(one, LINK_LIVES_MS);
  const text = [numbered(message), ...files.filter((one) => !isMms(one)).map(link)].filter(Boolean).join('\n');
  const mediaUrl = files.filter(isMms).map(link);
  // Twilio must not change letters on its own: what is billed is what was counted.
  const parts = splitText(toSmsLetters(text), MAX_TEXT).map((body): Part => ({ body, smartEncoded: false }));
  return parts.map((part, index) => (index === 0 && mediaUrl.length > 0 ? { ...part, mediaUrl } : part));
}
