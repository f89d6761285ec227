import type { Customer } from '../customers/customer.model.ts';
import { KadeError } from '../errors.ts';
import type { Shop } from '../shops/shop.model.ts';

/** What `{…}` may name in a campaign's text; `{name|friend}` says what stands there when it is not known. */
export const TEMPLATE_FIELDS = ['first_name', 'name', 'city', 'shop'] as const;
export type TemplateField = (typeof TEMPLATE_FIELDS)[number];

/** The same fields as shops in Sri Lanka would write them. */
const OTHER_NAMES: Readonly<Record<string, TemplateField>> = {
  නම: 'name',
  මුල්_නම: 'first_name',
  නගරය: 'city',
  කඩය: 'shop',
  பெயர்: 'name',
  முதல்_பெயர்: 'first_name',
  நகரம்: 'city',
  கடை: 'shop',
};

/** A text taken apart: plain pieces, and fields with their fallback. */
export type Template = readonly (string | { readonly field: TemplateField; readonly fallback: string | null })[];

type Person = Pick<Customer, 'name' | 'city'>;

/** Reads a campaign's text; `template_unknown_field` names what stands in braces and is no field. `{{name}}` is the same as `{name}`. */
export function parseTemplate(text: string): Template {
  const pieces: Template[number][] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{([^{}]*)\}\}|\{([^{}]*)\}/g)) {
    const inside = match[1] ?? match[2] ?? '';
    const bar = inside.indexOf('|');
    const field = findField(bar < 0 ? inside : inside.slice(0, bar));
    if (!field)
      throw new KadeError('template_unknown_field', {
        field: inside.slice(0, 40),
        fields: TEMPLATE_FIELDS.map((known) => `{${known}}`).join(', '),
        example: '{first_name|friend}',
      });
    pieces.push(text.slice(end, match.index), { field, fallback: bar < 0 ? null : inside.slice(bar + 1).trim() });
    end = match.index + match[0].length;
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== '');
}

function findField(name: string): TemplateField | undefined {
  const wanted = name.normalize('NFC').trim().toLowerCase().replace(/\s+/g, '_');
  return (
    TEMPLATE_FIELDS.find((field) => field === wanted) ??
    (Object.hasOwn(OTHER_NAMES, wanted) ? OTHER_NAMES[wanted] : undefined)
  );
}

/** The text for one person; null when something is not known and has no fallback. What people are called is never read as a template. */
export function renderTemplate(template: Template, person: Person, shop: Pick<Shop, 'name'>): string | null {
  let text = '';
  for (const piece of template) {
    const part = typeof piece === 'string' ? piece : (fieldValue(piece.field, person, shop) ?? piece.fallback);
    if (part === null) return null;
    text += part;
  }
  return text;
}

const LONGEST_VALUE = 60;
const TITLE = /^(?:mr|mrs|ms|miss|dr|rev|ven|prof|sir)\.?$/i;

function fieldValue(field: TemplateField, person: Person, shop: Pick<Shop, 'name'>): string | null {
  switch (field) {
    case 'name':
      return tidy(person.name);
    case 'first_name':
      return firstName(tidy(person.name));
    case 'city':
      return tidy(person.city);
    case 'shop':
      return tidy(shop.name);
    default:
      return field satisfies never;
  }
}

/** One line of at most 60 letters; null for nothing. */
function tidy(value: string | null | undefined): string | null {
  const line = (value ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return [...line].slice(0, LONGEST_VALUE).join('') || null;
}

function firstName(name: string | null): string | null {
  return name?.split(' ').find((word) => !TITLE.test(word)) ?? null;
}
