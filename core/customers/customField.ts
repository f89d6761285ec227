import { readDay } from '../imports/cells/readDate.ts';
import { numberReader, toMinorUnits } from '../imports/cells/readNumber.ts';
import { readText, readYesNo } from '../imports/cells/readWord.ts';
import { minorDigits } from '../money.ts';
import { foldText } from '../segments/rule/foldText.ts';
import { localDay, startOfLocalDay } from '../time.ts';

/** What a field of the shop's own can hold. */
export const CUSTOM_TYPES = ['text', 'number', 'money', 'date', 'yesno', 'choice'] as const;
export type CustomType = (typeof CUSTOM_TYPES)[number];

export const YES_NO = ['yes', 'no'] as const;

/** A field of the shop's own. Customers keep its values under `custom.<key>`, rules call it so; the name may change. */
export interface CustomField {
  /** small letters of any script, digits and `_` */
  key: string;
  name: string;
  type: CustomType;
  /** choice: what there is to choose from */
  choices?: string[];
}

/** Text, a choice, `yes` or `no`; a number; minor units; a day as its first moment by the shop's clocks. */
export type CustomValue = string | number | Date;

const DAY_MS = 24 * 3600_000;
const MOST = 1e12;
/** Renewals and the like lie ahead. */
export const LATEST_DAY = Date.UTC(2199, 11, 31);

/**
 * A typed value in its canonical form: a number as digits, money as minor units, a day as `2026-12-31`, `yes` or `no`, a
 * choice as the list has it. null: it is none.
 */
export function readCustomText({ type, choices = [] }: CustomField, typed: string, currency: string): string | null {
  const text = readText(typed);
  switch (type) {
    case 'text':
      return text || null;
    case 'number':
    case 'money': {
      const number = numberReader('.')(type === 'money' ? withoutCurrency(text, currency) : text);
      const value = type === 'money' ? toMinorUnits(number, minorDigits(currency)) : Math.round(number * 1e4) / 1e4;
      const least = type === 'money' ? 0 : -MOST;
      return value >= least && value <= MOST ? String(value) : null;
    }
    case 'date': {
      const day = readDay(text, 'dmy', LATEST_DAY);
      return Number.isNaN(day) ? null : new Date(day).toISOString().slice(0, 10);
    }
    case 'yesno': {
      const yes = readYesNo(text);
      return yes === null ? null : yes ? 'yes' : 'no';
    }
    case 'choice':
      return choices.find((choice) => foldText(choice) === foldText(text)) ?? null;
  }
}

function withoutCurrency(text: string, currency: string): string {
  const lower = text.toLowerCase();
  const prefix = ['rs.', 'rs', currency.toLowerCase()].find((one) => lower.startsWith(one)) ?? '';
  return text.slice(prefix.length).trim();
}

/** The canonical form as a customer keeps it. */
export function toCustomValue({ type }: CustomField, canonical: string, timeZone: string): CustomValue {
  if (type === 'date') return startOfLocalDay(Date.parse(canonical) / DAY_MS, timeZone);
  return type === 'number' || type === 'money' ? Number(canonical) : canonical;
}

/** What a customer keeps, in its canonical form. */
export function fromCustomValue(value: CustomValue, timeZone: string): string {
  if (value instanceof Date) return new Date(localDay(value, timeZone) * DAY_MS).toISOString().slice(0, 10);
  return String(value);
}
