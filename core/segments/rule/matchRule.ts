import type { CampaignEvent } from '../fields.ts';
import {
  type CampaignLeaf,
  conditionOf,
  type DateLeaf,
  type InteractionLeaf,
  type Leaf,
  type Measure,
  type NumberLeaf,
  type PurchaseLeaf,
  type Rule,
  type StayLeaf,
  type WordLeaf,
} from '../rule.ts';
import { isInSample } from '../sample.ts';
import {
  type CustomerFacts,
  calendarOf,
  dateOf,
  isIn,
  isKnown,
  numberOf,
  type RuleContext,
  wordsOf,
} from './customerFacts.ts';
import { foldText } from './foldText.ts';
import { type Interval, type Moment, resolveAnniversaries, resolveDates, resolvePeriod } from './resolvePeriod.ts';

/** Whether a rule holds for one customer. Plain and slow: what the compiled query must agree with. */
export function matchRule(rule: Rule, facts: CustomerFacts, context: RuleContext): boolean {
  if ('and' in rule) return rule.and.every((member) => matchRule(member, facts, context));
  if ('or' in rule) return rule.or.some((member) => matchRule(member, facts, context));
  if ('not' in rule) return !matchRule(rule.not, facts, context);
  if ('all' in rule) return true;
  return matchLeaf(rule, facts, context);
}

function matchLeaf(given: Leaf, facts: CustomerFacts, context: RuleContext): boolean {
  const { shape, spec, leaf } = conditionOf(given, context.custom);
  switch (shape) {
    case 'number': {
      const value = numberOf(leaf.field, facts, context, leaf.within);
      return value !== undefined && holds(leaf, value);
    }
    case 'date': {
      const date = dateOf(leaf.field, facts);
      const means = spec.kind === 'anniversary' ? meansAnniversary : meansDate;
      return date !== undefined && means(leaf, date, context) === (leaf.op !== 'not_in');
    }
    case 'word':
      return matchWord(leaf, wordsOf(leaf.field, facts, context));
    case 'presence':
      return isKnown(spec, facts, context) === (leaf.op === 'exists');
    case 'purchase':
      return hasBought(leaf, facts, context) === (leaf.op === 'bought');
    case 'campaign':
      return hasHappened(leaf, facts, context) !== leaf.op.startsWith('not_');
    case 'interaction':
      return hasHad(leaf, facts, context) === (leaf.op === 'had');
    case 'stay':
      return matchStay(leaf, facts, context);
    case 'sample':
      return isInSample(leaf.value, facts.customer._id.toHexString());
    default:
      return shape satisfies never;
  }
}

function holds(leaf: Measure | NumberLeaf, value: number): boolean {
  switch (leaf.op) {
    case 'eq':
      return value === leaf.value;
    case 'neq':
      return value !== leaf.value;
    case 'gt':
      return value > leaf.value;
    case 'gte':
      return value >= leaf.value;
    case 'lt':
      return value < leaf.value;
    case 'lte':
      return value <= leaf.value;
    default:
      return leaf.value[0] <= value && value <= leaf.value[1];
  }
}

function meansDate(leaf: DateLeaf, date: Date, moment: Moment): boolean {
  return isIn(date, resolveDates(leaf, moment));
}

function meansAnniversary(leaf: DateLeaf, date: Date, moment: Moment): boolean {
  const { year, monthDay } = calendarOf(leaf.field, date, moment);
  return resolveAnniversaries(leaf, moment).some(
    (range) => year < range.year && range.from <= monthDay && monthDay <= range.to,
  );
}

function matchWord(leaf: WordLeaf, words: readonly string[]): boolean {
  const own = words.map(foldText);
  const asked = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  const has = asked.some((word) => own.includes(foldText(word)));
  return has === (leaf.op === 'eq' || leaf.op === 'in');
}

function hasBought(leaf: PurchaseLeaf, { orders }: CustomerFacts, context: RuleContext): boolean {
  const interval = intervalOf(leaf, context);
  const isMeant = productTest(leaf, context);
  const spent = orders
    .filter(({ at }) => isIn(at, interval))
    .map(({ lines }) => lines.filter((line) => line.quantity > 0 && line.unitPrice > 0 && isMeant(line.sku)))
    .filter((lines) => lines.length > 0)
    .map((lines) => sumOf(lines.map(({ amount }) => amount)));
  if (spent.length === 0) return false;
  return (!leaf.times || holds(leaf.times, spent.length)) && (!leaf.spend || holds(leaf.spend, sumOf(spent)));
}

function productTest({ field, value }: PurchaseLeaf, { products }: RuleContext): (sku: string) => boolean {
  return (sku) => {
    const { name, category } = products.get(sku) ?? {};
    const words = field === 'category' ? [category] : [sku, name];
    return words.some((word) => word !== undefined && foldText(word) === foldText(value));
  };
}

function hasHappened(leaf: CampaignLeaf, { messages }: CustomerFacts, moment: Moment): boolean {
  const interval = intervalOf(leaf, moment);
  const event = eventOf(leaf);
  return messages.some((message) => {
    const at = message[event];
    const isMeant = leaf.value === undefined || foldText(message.campaign) === foldText(leaf.value);
    return isMeant && at !== undefined && isIn(at, interval);
  });
}

/** The event that a campaign leaf asks for, or asks not to have been. */
export function eventOf({ op }: CampaignLeaf): CampaignEvent {
  return op.replace('not_', '') as CampaignEvent;
}

function hasHad(leaf: InteractionLeaf, { interactions }: CustomerFacts, moment: Moment): boolean {
  const interval = intervalOf(leaf, moment);
  const count = interactions.filter(
    ({ type, at }) => (leaf.value === undefined || type === leaf.value) && isIn(at, interval),
  ).length;
  return count > 0 && (!leaf.times || holds(leaf.times, count));
}

function matchStay(leaf: StayLeaf, facts: CustomerFacts, moment: Moment): boolean {
  const interval = resolvePeriod(leaf.within, moment);
  const stays = facts.stays.filter(({ segment }) => foldText(segment) === foldText(leaf.value));
  const now = stays.find(({ leftAt }) => !leftAt);
  if (leaf.op === 'left') return !now && stays.some(({ leftAt }) => leftAt && isIn(leftAt, interval));
  if (!now) return false;
  if (leaf.op === 'entered') return isIn(now.enteredAt, interval);
  return interval.from !== undefined && now.enteredAt <= interval.from;
}

function intervalOf({ within }: { within?: PurchaseLeaf['within'] }, moment: Moment): Interval {
  return within ? resolvePeriod(within, moment) : {};
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
