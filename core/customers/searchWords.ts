import type { Customer } from './customer.model.ts';

/** Letters that are kept of a word: what is longer is no name, and engines bound what an index can be asked for. */
const LONGEST = 100;

/** The lower-case words of a text, letters, marks and digits only; Latin accents and invisible joiners taken off; at most 100 letters each. */
export function splitWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u200b-\u200d\u2060\ufeff]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => (word.length > LONGEST ? [...word].slice(0, LONGEST).join('') : word));
}

/** What `find` looks among: the words of a customer's name and external id, and the digits of their phones with the country's code. */
export function searchWords(customer: Pick<Customer, 'name' | 'externalId' | 'addresses'>): string[] {
  const phones = customer.addresses
    .filter(({ channel }) => channel === 'sms' || channel === 'whatsapp')
    .map(({ value }) => value.replace(/\D/g, ''));
  return [...new Set([...splitWords(customer.name ?? ''), ...splitWords(customer.externalId ?? ''), ...phones])];
}
