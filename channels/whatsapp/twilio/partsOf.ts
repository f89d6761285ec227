import type { OutboundMessage, StoredFile } from '../../../core/index.ts';
import type { FileLinks } from '../../fileLinks.ts';
import { numbered } from '../../numbered.ts';
import { splitText } from '../../splitText.ts';
import type { TwilioMessage } from '../../twilio/sender.ts';

/** Letters that Twilio takes at once, and that WhatsApp shows under a picture or a file; UTF-16. */
const MAX_TEXT = 1600;
const MAX_CAPTION = 1024;
/** What WhatsApp shows, with the largest that it takes, bytes. */
const SHOWN: Readonly<Record<string, number>> = {
  'image/png': 5 * 1024 * 1024,
  'image/jpeg': 5 * 1024 * 1024,
  'application/pdf': 16 * 1024 * 1024,
};
const LINK_LIVES_MS = 24 * 3600_000;

type Part = Pick<TwilioMessage, 'body' | 'mediaUrl' | 'contentSid' | 'contentVariables'>;

/**
 * A message as Twilio takes it for WhatsApp: a template alone; else text in parts, choices as a numbered list. A picture
 * or a PDF goes before the text, or with it where it is short; any other file is a link in the text, good for a day.
 */
export function partsOf(message: OutboundMessage, fileLinks: FileLinks): Part[] {
  const { picture, file, template } = message;
  if (template) return [{ contentSid: template.id, contentVariables: JSON.stringify(template.variables) }];
  const files = [picture, file].filter((one) => one !== undefined);
  const link = (one: StoredFile): string => fileLinks.linkTo(one, LINK_LIVES_MS);
  const text = [numbered(message), ...files.filter((one) => !isShown(one)).map(link)].filter(Boolean).join('\n');
  const media = files.filter(isShown).map((one): Part => ({ mediaUrl: [link(one)] }));
  const last = media.at(-1);
  if (last && text.length <= MAX_CAPTION) return [...media.slice(0, -1), text ? { ...last, body: text } : last];
  return [...media, ...splitText(text, MAX_TEXT).map((body): Part => ({ body }))];
}

function isShown({ mimeType, size }: StoredFile): boolean {
  return size <= (SHOWN[mimeType] ?? -1);
}
