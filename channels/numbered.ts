import type { OutboundMessage } from '../core/index.ts';

/** A message's text where there are no buttons: its choices as a numbered list. Core reads the number, or the words, that are answered. */
export function numbered({ text, choices = [] }: Pick<OutboundMessage, 'text' | 'choices'>): string {
  return [text, ...choices.map(({ label }, index) => `${index + 1}. ${label}`)].join('\n');
}
