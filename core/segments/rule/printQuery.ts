import { minorDigits } from '../../money.ts';
import { type CustomFields, NO_CUSTOM } from '../fields.ts';
import { type DatePoint, type RelativePeriod, readDuration, WEEKDAYS } from '../periods.ts';
import { type Condition, conditionOf, type Leaf, type Measure, type Rule } from '../rule.ts';
import { DAYS, MEASURES, MONTHS, NEAR_DAYS, NEAR_UNITS, RESERVED, SIGNS, VERBS } from './queryWords.ts';

/** What money and the shop's own fields are written in. */
export interface QueryContext {
  currency: string;
  customFields?: CustomFields;
}

/** A rule as the line that `parseQuery` reads back to the same rule. */
export function printQuery(rule: Rule, context: QueryContext): string {
  if ('and' in rule) return rule.and.map((member) => grouped(member, context)).join(' and ');
  if ('or' in rule) return rule.or.map((member) => grouped(member, context)).join(' or ');
  if ('all' in rule) return 'all';
  if ('not' in rule) {
    // "not bought" is an operator of its own.
    const happened = 'field' in rule.not && VERBS.has(rule.not.op);
    const inner = grouped(rule.not, context);
    return happened ? `not (${inner})` : `not ${inner}`;
  }
  return printLeaf(rule, context);
}

function grouped(rule: Rule, context: QueryContext): string {
  const line = printQuery(rule, context);
  return 'and' in rule || 'or' in rule ? `(${line})` : line;
}

function printLeaf(given: Leaf, { currency, customFields: custom = NO_CUSTOM }: QueryContext): string {
  const { shape, leaf, spec } = conditionOf(given, custom);
  const op = SIGNS.get(leaf.op) ?? leaf.op.replace('_', ' ');
  const money = (minor: number) => printMoney(minor, currency);
  switch (shape) {
    case 'number': {
      const number = spec.kind === 'money' ? money : String;
      const value = leaf.op === 'between' ? leaf.value.map(number).join(' and ') : number(leaf.value);
      return `${leaf.field} ${op} ${value}${printWithin(leaf.within)}`;
    }
    case 'date': {
      const value = leaf.op === 'in' || leaf.op === 'not_in' ? printPeriod(leaf.value) : printDate(leaf.value);
      return /^in (?:since|until) /.test(`${op} ${value}`) ? `${leaf.field} ${value}` : `${leaf.field} ${op} ${value}`;
    }
    case 'word': {
      const value = Array.isArray(leaf.value) ? `(${leaf.value.map(printText).join(', ')})` : printText(leaf.value);
      return `${leaf.field} ${op} ${value}`;
    }
    case 'presence':
      return `${leaf.field} ${op}`;
    case 'sample':
      return `sample ${leaf.value.percent}% seed ${printText(leaf.value.seed)}`;
    case 'stay':
      if (leaf.op === 'stayed') return `${leaf.field} = ${printText(leaf.value)} for ${printPeriod(leaf.within)}`;
      return `${op} ${printText(leaf.value)}${printWithin(leaf.within)}`;
    default:
      return printHappening({ shape, leaf, spec } as Condition, op, money);
  }
}

function printHappening({ shape, leaf }: Condition, op: string, money: (minor: number) => string): string {
  if (shape !== 'purchase' && shape !== 'campaign' && shape !== 'interaction') return '';
  const what = leaf.value === undefined ? 'any' : printText(leaf.value);
  const kind = leaf.field === 'category' ? 'category ' : '';
  const times = 'times' in leaf && leaf.times ? ` ${printTimes(leaf.times)}` : '';
  const spend = 'spend' in leaf && leaf.spend ? ` spend ${printMeasure(leaf.spend, SIGNS, money)}` : '';
  return `${op} ${kind}${what}${times}${spend}${printWithin(leaf.within)}`;
}

const MEASURE_WORDS: ReadonlyMap<string, string> = new Map([...MEASURES].reverse());

function printTimes(times: Measure): string {
  return `${printMeasure(times, MEASURE_WORDS, String)} ${times.value === 1 ? 'time' : 'times'}`;
}

function printMeasure(measure: Measure, words: ReadonlyMap<string, string>, number: (value: number) => string): string {
  if (measure.op === 'between') return `between ${measure.value.map(number).join(' and ')}`;
  return `${words.get(measure.op)} ${number(measure.value)}`;
}

/** Minor units as a plain decimal number, exact. */
function printMoney(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const all = String(minor).padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  const small = all.slice(all.length - digits).replace(/0+$/, '');
  return small ? `${whole}.${small}` : whole;
}

/** A word of letters stands as it is, anything else in quotation marks. */
function printText(text: string): string {
  if (/^\p{L}[\p{L}\p{M}\p{N}_]*$/u.test(text) && !RESERVED.has(text.toLowerCase())) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function printWithin(within: RelativePeriod | undefined): string {
  return within ? ` within ${printPeriod(within)}` : '';
}

function printPeriod(period: RelativePeriod): string {
  if ('last' in period) return printSpan(period.last);
  if ('next' in period) return `next ${printSpan(period.next)}`;
  if ('calendar' in period) return printUnit(period.calendar, period.offset);
  if ('month' in period) return [MONTHS[period.month - 1], period.year].filter(Boolean).join(' ');
  if ('quarter' in period) return [`q${period.quarter}`, period.year].filter(Boolean).join(' ');
  if ('year' in period) return String(period.year);
  if ('from' in period) return `${printDate(period.from)}..${printDate(period.to)}`;
  if ('since' in period) return `since ${printDate(period.since)}`;
  if ('until' in period) return `until ${printDate(period.until)}`;
  return `on ${printDate(period.on)}`;
}

function printDate(date: DatePoint): string {
  if (typeof date === 'string') return date;
  if ('ago' in date) return `${printSpan(date.ago)} ago`;
  if ('ahead' in date) return `${printSpan(date.ahead)} ahead`;
  if ('days' in date) return nameOf(NEAR_DAYS, date.days) ?? `day ${signed(date.days)}`;
  if ('weekday' in date) {
    const name = DAYS[WEEKDAYS.indexOf(date.weekday)];
    return date.week === undefined ? `${name}` : `${name} of ${printUnit('week', date.week)}`;
  }
  if ('start_of' in date) return `start of ${printUnit(date.start_of, date.offset)}`;
  if ('end_of' in date) return `end of ${printUnit(date.end_of, date.offset)}`;
  return `${date.dom} ${MONTHS[date.month - 1]}`;
}

function printSpan(duration: string): string {
  const { count, unit } = readDuration(duration);
  return `${count}${unit.charAt(0)}`;
}

function printUnit(unit: string, offset: number): string {
  const near = nameOf(NEAR_UNITS, offset);
  return near ? `${near} ${unit}` : `${unit} ${signed(offset)}`;
}

function nameOf(names: ReadonlyMap<string, number>, value: number): string | undefined {
  return [...names].find(([, known]) => known === value)?.[0];
}

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}
