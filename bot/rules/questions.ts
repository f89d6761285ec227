import type { FieldSpec, Shop } from '../../core/index.ts';

/** What a member has answered about one condition, in the words of the text query. */
export interface Answers {
  readonly field: string;
  readonly op?: string;
  readonly value?: string;
  readonly times?: string;
  readonly within?: string;
}
export type Question = Exclude<keyof Answers, 'field'>;

/** Fields as they are offered, a group a screen. */
const FIELD_GROUPS: Readonly<Record<string, readonly string[]>> = {
  purchases: ['product', 'category', 'last_purchase_at', 'first_purchase_at', 'recency_days'],
  money: ['total_spent', 'avg_order_value', 'order_count', 'predicted_value'],
  profile: [
    'city',
    'country',
    'age',
    'gender',
    'language',
    'birthday',
    'tag',
    'customer_type',
    'status',
    'company',
    'industry',
    'created_at',
  ],
  contact: ['reachable', 'consent.sms', 'consent.whatsapp', 'consent.email', 'email', 'phone', 'last_contact_at'],
  campaigns: ['campaign', 'interaction'],
  groups: ['rfm_segment', 'preference', 'segment', 'list', 'lifecycle_stage', 'churn_risk', 'lead_score', 'sample'],
};

/** The same with the shop's own fields, where it has any. */
export function fieldGroups({ customFields = [] }: Pick<Shop, 'customFields'>): typeof FIELD_GROUPS {
  const own = customFields.map(({ key }) => `custom.${key}`);
  return own.length > 0 ? { ...FIELD_GROUPS, own } : FIELD_GROUPS;
}

const PERIODS = ['7d', '30d', '90d', '6m', '12m', 'this month', 'last month', 'this year'] as const;
const DAYS_AHEAD = ['on today', 'next 7d', 'next 30d', 'this month'] as const;
const DATES = ['today', '30d ago', '90d ago', '12m ago'] as const;
const TIMES = ['at least 2 times', 'at least 3 times', 'at least 5 times'] as const;
const SHARES = ['5%', '10%', '20%', '50%'] as const;
/** What stands for "no limit". */
export const ANY = 'any';

/** What is asked of a condition, in order. */
function questionsOf(spec: FieldSpec, { op }: Answers): Question[] {
  if (spec.kind === 'sample') return ['value'];
  if (!op) return ['op'];
  if (op === 'exists' || op === 'missing') return ['op'];
  if (op === 'entered' || op === 'left') return ['op', 'value', 'within'];
  const times = spec.kind === 'purchase' || spec.kind === 'interaction';
  return [
    'op',
    'value',
    ...(times && !op.startsWith('not') ? (['times'] as const) : []),
    ...(spec.within ? (['within'] as const) : []),
  ];
}

/** The next thing to ask; null when the condition is whole. */
export function nextQuestion(spec: FieldSpec, answers: Answers): Question | null {
  return questionsOf(spec, answers).find((question) => answers[question] === undefined) ?? null;
}

/** The comparisons that a field is offered with, as `op` of an answer. Long stays and "not in" are for those who type. */
function offeredOps({ kind, ops }: FieldSpec): string[] {
  const hidden = new Set(['stayed', 'in', 'not_in', 'gt', 'lt']);
  if (kind === 'date' || kind === 'anniversary') return ops.filter((op) => op !== 'not_in');
  return ops.filter((op) => !hidden.has(op));
}

/** What is offered for a question: query words; the member may type something else, but for `op`. `own`: the shop's words. */
export function offersOf(
  spec: FieldSpec,
  question: Question,
  answers: Answers,
  own: readonly string[],
): readonly string[] {
  switch (question) {
    case 'op':
      return offeredOps(spec);
    case 'times':
      return [ANY, ...TIMES];
    case 'within':
      return [ANY, ...PERIODS];
    case 'value':
      if (spec.kind === 'sample') return SHARES;
      if (spec.kind === 'anniversary') return answers.op === 'on' ? ['today'] : DAYS_AHEAD;
      if (spec.kind === 'date') return answers.op === 'in' ? PERIODS : DATES;
      if (spec.kind === 'campaign' || spec.kind === 'interaction') return [ANY, ...(spec.choices ?? own)];
      return spec.choices ?? own;
  }
}

/** The condition as a line of the text query. What was typed for a word may come in quotation marks, or does not need them. */
export function toQuery(spec: FieldSpec, { op = '', value = '', times = ANY, within = ANY }: Answers): string {
  const often = times === ANY ? '' : ` ${times}`;
  const period = within === ANY ? '' : ` within ${within}`;
  const sign = SIGNS[op] ?? op.replace('_', ' ');
  switch (spec.kind) {
    case 'sample':
      return `sample ${value.includes('%') ? value : `${value}%`} seed ${quoted(`${value} of all`)}`;
    case 'purchase':
      return `${sign} ${spec.name} ${quoted(value)}${often}${period}`;
    case 'campaign':
    case 'interaction':
      return `${sign} ${value === ANY ? value : quoted(value)}${often}${period}`;
    case 'segment':
      return op === 'entered' || op === 'left' ? `${op} ${quoted(value)}${period}` : `segment ${sign} ${quoted(value)}`;
    case 'text':
    case 'choice':
      return op === 'exists' || op === 'missing' ? `${spec.name} ${op}` : `${spec.name} ${sign} ${quoted(value)}`;
    default:
      return `${spec.name} ${sign} ${value}${period}`.trim();
  }
}

const SIGNS: Readonly<Record<string, string>> = { eq: '=', neq: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

function quoted(value: string): string {
  return /^".*"$/su.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
