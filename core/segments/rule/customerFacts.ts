import { type Customer, TOPICS } from '../../customers/customer.model.ts';
import type { CustomValue } from '../../customers/customField.ts';
import { CHANNELS } from '../../message.ts';
import type { Order } from '../../orders/order.model.ts';
import { localDay } from '../../time.ts';
import { AGE_BANDS, ageBandName } from '../ageBands.ts';
import { type CampaignEvent, type CustomFields, consentField, type FieldSpec } from '../fields.ts';
import type { RelativePeriod } from '../periods.ts';
import { type Interval, type Moment, resolvePeriod } from './resolvePeriod.ts';

/** A customer as rules see them. */
export type RuleCustomer = Omit<Customer, 'shopId' | 'searchWords' | 'updatedAt'>;

/** One campaign's message to a customer: when it was received, opened …, absent what did not happen. */
export type CampaignMessage = { campaign: string } & Partial<Record<CampaignEvent, Date>>;

/** One stay in a saved segment; without `leftAt` the customer is in it now. */
export interface Stay {
  segment: string;
  enteredAt: Date;
  leftAt?: Date;
}

/** Everything there is to know about one customer. */
export interface CustomerFacts {
  customer: RuleCustomer;
  orders: readonly Pick<Order, 'at' | 'lines' | 'purchased'>[];
  messages: readonly CampaignMessage[];
  interactions: readonly { type: string; at: Date }[];
  stays: readonly Stay[];
  /** the static lists they are on */
  lists: readonly string[];
}

/** Where and when a rule is asked, the shop's own fields and what its products are called. */
export interface RuleContext extends Moment {
  custom: CustomFields;
  products: ReadonlyMap<string, { name: string; category?: string }>;
}

/** A figure of a customer, money in minor units; undefined where there is none. */
export function numberOf(
  field: string,
  facts: CustomerFacts,
  moment: Moment,
  within?: RelativePeriod,
): number | undefined {
  const { customer } = facts;
  const { spent, count } = purchases(facts, moment, within);
  const today = localDay(moment.now, moment.timeZone);
  const last = customer.figures.lastOrderAt;
  switch (field) {
    case 'total_spent':
      return spent;
    case 'order_count':
      return count;
    case 'avg_order_value':
      return count > 0 ? spent / count : undefined;
    case 'recency_days':
      return last ? today - localDay(last, moment.timeZone) : undefined;
    case 'age':
      return customer.birthday && yearsTo(today, localDay(customer.birthday, 'UTC'));
    case 'churn_probability':
      return customer.churnProbability;
    case 'predicted_value':
      return customer.predictedValue;
    case 'lead_score':
      return customer.leadScore;
    default: {
      const own = ownField(field, customer);
      return typeof own === 'number' ? own : undefined;
    }
  }
}

/** Over all time the figures kept on the customer, in a period those of its orders. */
function purchases({ customer, orders }: CustomerFacts, moment: Moment, within: RelativePeriod | undefined) {
  if (!within) return { spent: customer.figures.totalSpent, count: customer.figures.orderCount };
  const interval = resolvePeriod(within, moment);
  const counted = orders.filter(({ at, purchased }) => purchased > 0 && isIn(at, interval));
  return { spent: counted.reduce((sum, { purchased }) => sum + purchased, 0), count: counted.length };
}

/** A date of a customer. */
export function dateOf(field: string, { customer }: CustomerFacts): Date | undefined {
  switch (field) {
    case 'first_purchase_at':
    case 'first_purchase_anniversary':
      return customer.figures.firstOrderAt ?? undefined;
    case 'last_purchase_at':
      return customer.figures.lastOrderAt ?? undefined;
    case 'created_at':
    case 'created_anniversary':
      return customer.createdAt;
    case 'last_contact_at':
      return customer.lastContactAt;
    case 'birthday':
      return customer.birthday;
    default: {
      const own = ownField(field, customer);
      return own instanceof Date ? own : undefined;
    }
  }
}

/** Year, and month · 100 + day: of birthdays, kept as midnights in UTC, and of moments by the shop's clocks. */
export function calendarOf(field: string, date: Date, { timeZone }: Moment): { year: number; monthDay: number } {
  const day = localDay(date, field === 'birthday' ? 'UTC' : timeZone);
  return partsOf(day);
}

function partsOf(day: number): { year: number; monthDay: number } {
  const date = new Date(day * 24 * 3600_000);
  return { year: date.getUTCFullYear(), monthDay: (date.getUTCMonth() + 1) * 100 + date.getUTCDate() };
}

function yearsTo(today: number, birthday: number): number {
  const [now, born] = [partsOf(today), partsOf(birthday)];
  return now.year - born.year - (now.monthDay < born.monthDay ? 1 : 0);
}

/** What words a customer has for a field, as they are written; many, one or none. */
export function wordsOf(field: string, facts: CustomerFacts, context: RuleContext): readonly string[] {
  const { customer } = facts;
  switch (field) {
    case 'tag':
      return customer.tags;
    case 'list':
      return facts.lists;
    case 'segment':
      return facts.stays.filter(({ leftAt }) => !leftAt).map(({ segment }) => segment);
    case 'reachable':
      return customer.blocked
        ? []
        : customer.addresses
            .filter(({ marketing, stopped }) => marketing === 'granted' && !stopped)
            .map(({ channel }) => channel);
    case 'rfm_segment':
      return [customer.figures.orderCount > 0 ? customer.value?.segment : 'none'].filter(isText);
    case 'preference':
      return [customer.preference?.replace(/^preference:/, '')].filter(isText);
    case 'demographic':
      return demographicsOf(facts, context);
    default:
      return [consentOf(field, customer) ?? profileWord(field, customer)].filter(isText);
  }
}

const isText = (word: string | undefined): word is string => word !== undefined && word !== '';

function profileWord(field: string, customer: RuleCustomer): string | undefined {
  const { city, country, gender, language, company, industry, status } = customer;
  const { customerType: customer_type, lifecycleStage: lifecycle_stage, churnRisk: churn_risk } = customer;
  const known = {
    city,
    country,
    gender,
    language,
    company,
    industry,
    status,
    customer_type,
    lifecycle_stage,
    churn_risk,
  };
  if (Object.hasOwn(known, field)) return known[field as keyof typeof known];
  const own = ownField(field, customer);
  return typeof own === 'string' ? own : undefined;
}

/** Granted when one address of the channel is, else denied when one is, else unknown; also without any address. */
function consentOf(field: string, { addresses }: RuleCustomer): string | undefined {
  for (const channel of CHANNELS) {
    const topic = TOPICS.find((one) => consentField(channel, one) === field);
    if (!topic) continue;
    const states = addresses.filter((address) => address.channel === channel).map((address) => address[topic]);
    return (['granted', 'denied'] as const).find((state) => states.includes(state)) ?? 'unknown';
  }
  return undefined;
}

function demographicsOf(facts: CustomerFacts, context: RuleContext): string[] {
  const { city, gender, language } = facts.customer;
  const age = numberOf('age', facts, context);
  const band = AGE_BANDS.find(([from, to]) => age !== undefined && from <= age && age <= to);
  return [
    band && `age:${ageBandName(band)}`,
    gender && `gender:${gender}`,
    language && `language:${language}`,
    city && `city:${city}`,
  ].filter(isText);
}

/** Whether a customer has anything for a field. */
export function isKnown({ name: field, kind }: FieldSpec, facts: CustomerFacts, context: RuleContext): boolean {
  const { addresses } = facts.customer;
  if (field === 'email') return addresses.some(({ channel }) => channel === 'email');
  if (field === 'phone') return addresses.some(({ channel }) => channel === 'sms' || channel === 'whatsapp');
  if (kind === 'number' || kind === 'money') return numberOf(field, facts, context) !== undefined;
  if (kind === 'date' || kind === 'anniversary') return dateOf(field, facts) !== undefined;
  return wordsOf(field, facts, context).length > 0;
}

/** A value of the shop's own field; what is not of the declared type counts as not there. */
function ownField(field: string, { custom = {} }: RuleCustomer): CustomValue | undefined {
  const key = field.replace(/^custom\./, '');
  return Object.hasOwn(custom, key) ? custom[key] : undefined;
}

export function isIn(at: Date, { from, to }: Interval): boolean {
  return (!from || at >= from) && (!to || at < to);
}
