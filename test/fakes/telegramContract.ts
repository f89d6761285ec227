import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Field {
  name: string;
  types: string[];
  required: boolean;
}
interface Contract {
  methods: Record<string, { fields?: Field[] }>;
  types: Record<string, { fields?: Field[]; subtypes?: string[] }>;
}

const path = resolve(
  process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../../shared'),
  'contracts/telegram/api.json',
);
const contract: Contract | null = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
/** Why requests are not held against Telegram's own description; null: they are. */
export const contractMissing = contract ? null : `no ${path}; set KADE_SHARED`;

/** What is wrong with a request by Telegram's own description of the method; nothing where the description is not there. */
export function violationsOf(method: string, fields: Record<string, unknown>): string[] {
  if (!contract) return [];
  const known = contract.methods[method];
  if (!known) return [`${method}: there is no such method`];
  return checkFields(known.fields ?? [], fields, method);
}

function checkFields(fields: readonly Field[], value: Record<string, unknown>, where: string): string[] {
  const names = new Set(fields.map(({ name }) => name));
  return [
    ...Object.keys(value).flatMap((name) => (names.has(name) ? [] : [`${where}.${name}: no such field`])),
    ...fields.flatMap(({ name, types, required }) => {
      if (value[name] === undefined) return required ? [`${where}.${name}: is missing`] : [];
      return types.some((type) => checkType(type, value[name], name).length === 0)
        ? []
        : [`${where}.${name}: is no ${types.join(' or ')}`];
    }),
  ];
}

function checkType(type: string, value: unknown, where: string): string[] {
  const list = /^Array of (.+)$/.exec(type)?.[1];
  if (list) return Array.isArray(value) ? value.flatMap((one) => checkType(list, one, where)) : [where];
  switch (type) {
    case 'Integer':
      return Number.isSafeInteger(value) ? [] : [where];
    case 'Float':
      return typeof value === 'number' ? [] : [where];
    case 'Boolean':
      return typeof value === 'boolean' ? [] : [where];
    case 'String':
      return typeof value === 'string' ? [] : [where];
    case 'InputFile':
      return Buffer.isBuffer((value as { content?: unknown } | null)?.content) ? [] : [where];
    default:
      return checkObject(type, value, where);
  }
}

function checkObject(type: string, value: unknown, where: string): string[] {
  const known = contract?.types[type];
  if (!known || typeof value !== 'object' || value === null) return [where];
  if (known.subtypes) return known.subtypes.some((one) => checkType(one, value, where).length === 0) ? [] : [where];
  return checkFields(known.fields ?? [], value as Record<string, unknown>, where);
}
