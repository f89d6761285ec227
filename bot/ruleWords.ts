import {
  type Condition,
  conditionOf,
  type FieldSpec,
  formatMoney,
  isLeaf,
  type Leaf,
  type Measure,
  NO_CUSTOM,
  type QueryContext,
  type Rule,
} from '../core/index.ts';
import type { Translate } from './flow.ts';
import { oneLine } from './oneLine.ts';
import { isAgo, isNear, sayAgo, sayDate, sayPeriod } from './rulePeriodWords.ts';

/** What a rule's money and own fields are said in. */
export interface SayContext extends QueryContext {
  t: Translate;
}

type Of<Shape extends Condition['shape']> = Extract<Condition, { shape: Shape }>;

const LONGEST_VALUE = 200;

/** A rule as one sentence: `Customers whose total spend is more than Rs 50,000.00 and (whose city is “Kandy” or …).` */
export function sayRule(context: SayContext, rule: Rule): string {
  const { t } = context;
  return 'all' in rule ? t('rule.everyone') : t('rule.sentence', { what: sayClause(context, rule) });
}

function sayClause(context: SayContext, rule: Rule): string {
  const { t } = context;
  if ('and' in rule) return rule.and.map((member) => grouped(context, member)).join(` ${t('rule.and')} `);
  if ('or' in rule) return rule.or.map((member) => grouped(context, member)).join(` ${t('rule.or')} `);
  if ('not' in rule) return t('rule.not', { what: sayClause(context, rule.not) });
  return isLeaf(rule) ? sayLeaf(context, rule) : t('rule.anyone');
}

function grouped(context: SayContext, rule: Rule): string {
  const clause = sayClause(context, rule);
  return 'and' in rule || 'or' in rule ? `(${clause})` : clause;
}

/** One condition as a clause. */
export function sayLeaf(context: SayContext, leaf: Leaf): string {
  // A part that is left out leaves its blanks.
  return sayCondition(context, conditionOf(leaf, context.customFields ?? NO_CUSTOM))
    .replace(/ {2,}/g, ' ')
    .trim();
}

function sayCondition(context: SayContext, condition: Condition): string {
  const { t } = context;
  const label = fieldLabel(t, condition.spec);
  switch (condition.shape) {
    case 'number':
      return sayNumber(context, condition, label);
    case 'date':
      return t('rule.date', { label, when: sayWhen(t, condition) });
    case 'word':
      return sayWord(t, condition, label);
    case 'presence':
      return t(`rule.presence.${PRESENCE[condition.leaf.field] ?? 'other'}.${condition.leaf.op}`, { label });
    case 'purchase':
      return sayPurchase(context, condition);
    case 'campaign': {
      const what = sayHappening(t, condition);
      return t(`rule.campaign.${condition.leaf.op}`, { what, period: within(t, condition.leaf) });
    }
    case 'interaction':
      return sayInteraction(context, condition);
    case 'stay':
      return sayStay(t, condition);
    case 'sample': {
      const { percent, seed } = condition.leaf.value;
      return t('rule.sample', { percent: `${percent}%`, seed: quoted(seed) });
    }
    default:
      return condition satisfies never;
  }
}

/** What a field is called: `total spend`, `consent to marketing by SMS`. */
export function fieldLabel(t: Translate, { name, label }: FieldSpec): string {
  if (label) return t('rule.field.custom', { name: oneLine(label) });
  const [kind = '', channel = '', topic = 'marketing'] = name.split('.');
  if (kind === 'consent')
    return t('rule.field.consent', { topic: t(`rule.topic.${topic}`), channel: t(`channel.${channel}`) });
  return t(`rule.field.${kind}`);
}

/** Where the names of a field's choices stand; those of other fields stand under `rule.choice`. */
const CHOICES: Readonly<Record<string, string>> = {
  gender: 'gender',
  language: 'customer.card.language',
  reachable: 'channel',
  rfm_segment: 'segment.name',
  interaction: 'interaction',
};

/** What a value of a field is called: choices in words, the shop's own words in quotation marks. */
export function valueLabel(t: Translate, { name, choices }: FieldSpec, value: string): string {
  if (choices) return t(`${CHOICES[name] ?? 'rule.choice'}.${value}`);
  const [, group, what = ''] = (name === 'demographic' && /^(\w+):(.*)$/su.exec(value)) || [];
  if (group === 'age') return t('segment.name.age', { what });
  if (group === 'gender') return t(`gender.${what}`);
  if (group === 'language') return t(`customer.card.language.${what}`);
  return quoted(group ? what : value);
}

function quoted(text: string): string {
  return `“${oneLine(text, LONGEST_VALUE)}”`;
}

/** Fields whose presence has a clause of its own. */
const PRESENCE: Readonly<Record<string, string>> = {
  first_purchase_at: 'bought',
  last_purchase_at: 'bought',
  recency_days: 'bought',
  reachable: 'reachable',
  tag: 'tag',
};

function sayNumber({ t, currency }: SayContext, { leaf, spec }: Of<'number'>, label: string): string {
  const number = (value: number) => {
    if (spec.kind === 'money') return formatMoney(value, currency);
    return spec.name === 'churn_probability' ? formatShare(value) : formatNumber(value);
  };
  return t('rule.number', { label, measure: sayMeasure(t, leaf, number), period: within(t, leaf) });
}

function sayMeasure(
  t: Translate,
  { op, value }: Measure | Of<'number'>['leaf'],
  say: (value: number) => string,
): string {
  if (op === 'between') return t('rule.measure.between', { low: say(value[0]), high: say(value[1]) });
  return t(`rule.measure.${op}`, { value: say(value) });
}

function sayWhen(t: Translate, { leaf, spec }: Of<'date'>): string {
  const yearly = spec.kind === 'anniversary';
  if (leaf.op === 'in' || leaf.op === 'not_in')
    return t(`rule.when.${leaf.op}`, { period: sayPeriod(t, leaf.value, yearly) });
  if (leaf.op === 'before' && isAgo(leaf.value)) return t('rule.when.beforeAgo', { ago: sayAgo(t, leaf.value.ago) });
  const key = leaf.op === 'on' && isNear(leaf.value) ? 'onNear' : leaf.op;
  return t(`rule.when.${key}`, { date: sayDate(t, leaf.value, yearly) });
}

function sayWord(t: Translate, { leaf, spec }: Of<'word'>, label: string): string {
  const isNot = leaf.op === 'neq' || leaf.op === 'not_in';
  const values = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  const list = values.map((value) => valueLabel(t, spec, value)).join(', ');
  const what = values.length === 1 ? list : t(isNot ? 'rule.anyOf' : 'rule.oneOf', { list });
  if (spec.many) return t(`rule.many.${isNot ? 'no' : 'yes'}`, { label, what });
  if (!isNot) return t('rule.word.yes', { label, what });
  return t(spec.ops.includes('missing') ? 'rule.word.noOrUnknown' : 'rule.word.no', { label, what });
}

function sayPurchase(context: SayContext, condition: Of<'purchase'>): string {
  const { t, currency } = context;
  const { leaf } = condition;
  // "Not at least 3 times" is said of the whole, so that no verb carries half of it.
  if (leaf.op === 'not_bought' && (leaf.times || leaf.spend)) {
    const what = sayLeaf(context, { ...leaf, op: 'bought' });
    return t('rule.not', { what });
  }
  const spend = leaf.spend
    ? t('rule.spend', { measure: sayMeasure(t, leaf.spend, (one) => formatMoney(one, currency)) })
    : '';
  const times = leaf.times ? sayTimes(t, leaf.times) : '';
  return t(`rule.purchase.${leaf.field}.${leaf.op}`, {
    what: quoted(leaf.value),
    times,
    spend,
    period: within(t, leaf),
  });
}

function sayTimes(t: Translate, times: Measure): string {
  const measure = sayMeasure(t, times, (count) => t('rule.timesCount', { count }));
  return t('rule.times', { measure });
}

function sayInteraction(context: SayContext, condition: Of<'interaction'>): string {
  const { t } = context;
  const { leaf } = condition;
  if (leaf.op === 'not_had' && leaf.times) return t('rule.not', { what: sayLeaf(context, { ...leaf, op: 'had' }) });
  const times = leaf.times ? sayTimes(t, leaf.times) : '';
  return t(`rule.interaction.${leaf.op}`, { what: sayHappening(t, condition), times, period: within(t, leaf) });
}

/** The campaign or the kind of interaction, or that it is any. */
function sayHappening(t: Translate, { leaf, spec }: Of<'campaign'> | Of<'interaction'>): string {
  if (leaf.value !== undefined) return t(`rule.${leaf.field}.named`, { what: valueLabel(t, spec, leaf.value) });
  return t(`rule.${leaf.field}.${leaf.op.startsWith('not_') ? 'none' : 'any'}`);
}

function sayStay(t: Translate, { leaf }: Of<'stay'>): string {
  const what = quoted(leaf.value);
  const ago = 'last' in leaf.within ? sayAgo(t, leaf.within.last) : '';
  return leaf.op === 'stayed'
    ? t('rule.stay.stayed', { what, ago })
    : t(`rule.stay.${leaf.op}`, { what, period: sayPeriod(t, leaf.within) });
}

function within(t: Translate, leaf: Pick<Of<'purchase'>['leaf'], 'within'>): string {
  return leaf.within ? sayPeriod(t, leaf.within) : '';
}

const formatNumber = (value: number) => new Intl.NumberFormat('en-LK', { maximumFractionDigits: 4 }).format(value);

function formatShare(value: number): string {
  return `${Math.round(value * 10_000) / 100}%`;
}
