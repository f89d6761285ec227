import {
  CUSTOMER_STATUSES,
  CUSTOMER_TYPES,
  GENDERS,
  LIFECYCLE_STAGES,
  TOPICS,
  type Topic,
} from '../customers/customer.model.ts';
import { type CustomField, YES_NO } from '../customers/customField.ts';
import { INTERACTION_TYPES } from '../interactions/interaction.model.ts';
import { CHANNELS, type ChannelName, LANGUAGES } from '../message.ts';
import { AGE_BANDS, ageBandName } from './ageBands.ts';
import { VALUE_SEGMENTS } from './rfm.ts';

const COMPARISONS = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'between'] as const;
const WORDS = ['eq', 'neq', 'in', 'not_in'] as const;
const DATES = ['before', 'after', 'on', 'in', 'not_in'] as const;
const ANNIVERSARIES = ['on', 'in', 'not_in'] as const;
const PRESENCE = ['exists', 'missing'] as const;
const PURCHASES = ['bought', 'not_bought'] as const;
const INTERACTIONS = ['had', 'not_had'] as const;
const STAYS = ['entered', 'left', 'stayed'] as const;
const SAMPLES = ['in'] as const;
const CAMPAIGN_EVENTS = ['received', 'opened', 'clicked', 'replied', 'converted'] as const;
export type CampaignEvent = (typeof CAMPAIGN_EVENTS)[number];
const CAMPAIGNS = [...CAMPAIGN_EVENTS, ...CAMPAIGN_EVENTS.map((event) => `not_${event}` as const)] as const;

export type ComparisonOperator = (typeof COMPARISONS)[number];
export type WordOperator = (typeof WORDS)[number];
export type DateOperator = (typeof DATES)[number];
export type PresenceOperator = (typeof PRESENCE)[number];
export type PurchaseOperator = (typeof PURCHASES)[number];
export type CampaignOperator = (typeof CAMPAIGNS)[number];
export type InteractionOperator = (typeof INTERACTIONS)[number];
export type StayOperator = (typeof STAYS)[number];
export type Operator =
  | ComparisonOperator
  | WordOperator
  | DateOperator
  | PresenceOperator
  | PurchaseOperator
  | CampaignOperator
  | InteractionOperator
  | StayOperator;

const OPERATORS_OF = {
  money: COMPARISONS,
  number: COMPARISONS,
  date: DATES,
  anniversary: ANNIVERSARIES,
  choice: WORDS,
  text: WORDS,
  contact: [],
  purchase: PURCHASES,
  campaign: CAMPAIGNS,
  interaction: INTERACTIONS,
  segment: [...WORDS, ...STAYS],
  sample: SAMPLES,
} as const satisfies Record<string, readonly Operator[]>;
export type FieldKind = keyof typeof OPERATORS_OF;

/** One thing a rule can ask about a customer. */
export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  readonly ops: readonly Operator[];
  /** what the shop calls a field of its own */
  readonly label?: string;
  /** choice, interaction: all there is to choose from */
  readonly choices?: readonly string[];
  /** text: what the value must look like */
  readonly pattern?: RegExp;
  /** number: the values that make sense, and how many digits may stand behind the point */
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
  /** the figure may be counted in a period */
  readonly within: boolean;
  /** a customer may have several values: `eq` is "has it" */
  readonly many: boolean;
}

type Traits = Partial<Omit<FieldSpec, 'name' | 'kind' | 'ops'>> & {
  /** a customer may have none: `exists` and `missing` can be asked */
  optional?: boolean;
};

function field(kind: FieldKind, name: string, { optional = kind === 'contact', ...traits }: Traits = {}): FieldSpec {
  const ops = [...OPERATORS_OF[kind], ...(optional ? PRESENCE : [])];
  return { name, kind, ops, min: 0, max: 1e12, decimals: 0, within: false, many: false, ...traits };
}

/** The most minor units that are still exact, with room for sums. */
const MOST_MONEY = 1e14;
const money = (name: string, traits: Traits = {}) => field('money', name, { max: MOST_MONEY, ...traits });
const optional = true;
const within = true;
const many = true;

export const CONSENT_STATES = ['granted', 'denied', 'unknown'] as const;

/** `consent.sms` is the consent to marketing, `consent.sms.service` that to service messages. */
export function consentField(channel: ChannelName, topic: Topic): string {
  return topic === 'marketing' ? `consent.${channel}` : `consent.${channel}.${topic}`;
}

const bands = AGE_BANDS.map((band) => ageBandName(band).replace('+', '\\+')).join('|');
const DEMOGRAPHIC = new RegExp(
  `^(?:age:(?:${bands})|gender:(?:${GENDERS.join('|')})|language:(?:${LANGUAGES.join('|')})|city:.+)$`,
  'u',
);

/** Every field there is, besides the shop's own: parser, printer, sentence, compiler and builder read this table. */
export const RULE_FIELDS: readonly FieldSpec[] = [
  money('total_spent', { within }),
  money('avg_order_value', { within }),
  field('number', 'order_count', { within, max: 1e9 }),
  field('number', 'recency_days', { optional, max: 36_500 }),
  field('date', 'first_purchase_at', { optional }),
  field('date', 'last_purchase_at', { optional }),
  field('date', 'created_at'),
  field('date', 'last_contact_at', { optional }),
  field('anniversary', 'birthday', { optional }),
  field('anniversary', 'first_purchase_anniversary'),
  field('anniversary', 'created_anniversary'),
  field('number', 'age', { optional, max: 150 }),
  field('choice', 'gender', { optional, choices: GENDERS }),
  field('text', 'city', { optional }),
  field('text', 'country', { optional }),
  field('choice', 'language', { optional, choices: LANGUAGES }),
  field('text', 'tag', { optional, many }),
  field('choice', 'customer_type', { optional, choices: CUSTOMER_TYPES }),
  field('choice', 'status', { optional, choices: CUSTOMER_STATUSES }),
  field('text', 'company', { optional }),
  field('text', 'industry', { optional }),
  field('contact', 'email'),
  field('contact', 'phone'),
  ...TOPICS.flatMap((topic) =>
    CHANNELS.map((channel) => field('choice', consentField(channel, topic), { choices: CONSENT_STATES })),
  ),
  field('choice', 'reachable', { optional, many, choices: CHANNELS }),
  field('purchase', 'product', { within }),
  field('purchase', 'category', { within }),
  field('campaign', 'campaign', { within }),
  field('interaction', 'interaction', { within, choices: INTERACTION_TYPES }),
  field('choice', 'rfm_segment', { choices: [...VALUE_SEGMENTS, 'none'] }),
  field('text', 'preference', { optional }),
  field('text', 'demographic', { many, pattern: DEMOGRAPHIC }),
  field('choice', 'lifecycle_stage', {
    optional,
    choices: LIFECYCLE_STAGES,
  }),
  field('choice', 'churn_risk', { optional, choices: ['low', 'medium', 'high'] }),
  field('number', 'churn_probability', { optional, max: 1, decimals: 4 }),
  money('predicted_value', { optional }),
  field('number', 'lead_score', { optional, max: 100 }),
  field('segment', 'segment', { many }),
  field('text', 'list', { many }),
  field('sample', 'sample'),
];

/** The shop's own fields. */
export type CustomFields = readonly CustomField[];
export const NO_CUSTOM: CustomFields = [];

/** A choice is compared as any word is: what a list no longer offers may still be asked for. */
function ownField({ key, name: label, type }: CustomField): FieldSpec {
  const name = `custom.${key}`;
  if (type === 'yesno') return field('choice', name, { optional, label, choices: YES_NO });
  if (type === 'money') return money(name, { optional, label });
  return field(type === 'choice' ? 'text' : type, name, { optional, label, min: -1e12, decimals: 4 });
}

const tables = new WeakMap<CustomFields, ReadonlyMap<string, FieldSpec>>();

/** The table by name, the shop's own fields at its end. */
export function fieldsOf(custom: CustomFields): ReadonlyMap<string, FieldSpec> {
  const known = tables.get(custom);
  if (known) return known;
  const table = new Map([...RULE_FIELDS, ...custom.map(ownField)].map((spec) => [spec.name, spec]));
  tables.set(custom, table);
  return table;
}
