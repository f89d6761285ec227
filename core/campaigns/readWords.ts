import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { CAMPAIGN_CHANNELS, type Campaign } from './campaign.model.ts';
import { listTemplates } from './listTemplates.ts';
import { asksForStop } from './optOutLine.ts';
import { parseTemplate } from './template.ts';

/** Longest text, letters: what Twilio takes for an SMS or a WhatsApp message. */
export const MAX_CAMPAIGN_TEXT = 1600;

/** What a campaign says: a text with fields, or a template with a text for each of its variables. */
export type CampaignWords =
  | { readonly text: string }
  | { readonly template: { readonly id: string; readonly variables: Readonly<Record<string, string>> } };

/**
 * Checks what a campaign is to say. A template's text is the campaign's too: who may be written to freely reads the same.
 * `campaign_empty_text`, `stop_one_way` (nobody could answer it), `text_too_long`, `template_unknown_field`, `template_not_approved`.
 */
export async function readWords(
  core: Core,
  channel: Campaign['channel'],
  words: CampaignWords,
): Promise<Pick<Campaign, 'name' | 'text' | 'template'>> {
  if ('text' in words) {
    checkStop(core, channel, words.text);
    return named(words.text);
  }
  const found = (await listTemplates(core)).find(({ id }) => id === words.template.id);
  if (found?.status !== 'approved') throw new KadeError('template_not_approved');
  const variables = Object.fromEntries(
    found.variables.map((name) => [name, checkCampaignText(words.template.variables[name] ?? '')]),
  );
  const text = found.body.replace(/\{\{\s*(\w+)\s*\}\}/g, (braces, name: string) => variables[name] ?? braces);
  return { ...named(text), template: { id: found.id, name: found.name, body: found.body, variables } };
}

function checkStop(core: Core, channel: Campaign['channel'], text: string): void {
  if (!asksForStop(text)) return;
  const names = channel === 'auto' ? CAMPAIGN_CHANNELS : [channel];
  const oneWay = names.find((name) => core.channels.get(name)?.twoWay === false);
  if (oneWay) throw new KadeError('stop_one_way', { channel: oneWay });
}

function named(typed: string): Pick<Campaign, 'name' | 'text'> {
  const text = checkCampaignText(typed);
  return { name: nameOf(text), text };
}

/** The text as it is kept; `campaign_empty_text`, `text_too_long`, `template_unknown_field`. */
export function checkCampaignText(typed: string): string {
  const text = typed.normalize('NFC').trim();
  if (text === '') throw new KadeError('campaign_empty_text');
  if (text.length > MAX_CAMPAIGN_TEXT) throw new KadeError('text_too_long', { limit: MAX_CAMPAIGN_TEXT });
  parseTemplate(text);
  return text;
}

const NAME_LENGTH = 40;

/** What a campaign is called in lists: how its text begins. */
function nameOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= NAME_LENGTH ? line : `${line.slice(0, NAME_LENGTH - 1)}…`;
}
