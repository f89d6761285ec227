import type { FieldSpec } from '../../core/index.ts';
import type { Translate } from '../flow.ts';
import { fieldLabel, valueLabel } from '../ruleWords.ts';
import { ANY, type Question } from './questions.ts';

/** What a button says for a field. */
export function fieldButton(t: Translate, spec: FieldSpec): string {
  const label = fieldLabel(t, spec);
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** What a button says for an offered answer; the shop's own words stand as they are. */
export function offerButton(t: Translate, spec: FieldSpec, question: Question, offer: string): string {
  if (offer === ANY) return t(`builder.any.${question}`);
  if (question === 'op') return t(`builder.op.${offer}`);
  if (question === 'value' && spec.choices?.includes(offer)) return valueLabel(t, spec, offer);
  const isOwn = question === 'value' && (spec.kind === 'text' || spec.kind === 'purchase' || spec.kind === 'segment');
  return isOwn ? offer : t(`builder.offer.${offer.replace(/ /g, '_')}`, { defaultValue: offer });
}
