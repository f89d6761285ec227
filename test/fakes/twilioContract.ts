import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}
interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Contract {
  paths: Record<string, Record<string, Operation | undefined>>;
  components: { schemas: Record<string, Schema> };
}

const folder = resolve(process.env.KADE_SHARED ?? resolve(import.meta.dirname, '../../../shared'), 'contracts/twilio');
const contracts = ['twilio_api_v2010.json', 'twilio_content_v1.json'].flatMap((name): Contract[] => {
  const path = resolve(folder, name);
  return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8'))] : [];
});
/** Why requests are not held against Twilio's own description; null: they are. */
export const contractMissing = contracts.length > 0 ? null : `nothing in ${folder}; set KADE_SHARED`;

/** What is wrong with a request, or with an answer of the fake's, by Twilio's own description; nothing where that is not there. */
export function violationsOf(
  method: string,
  path: string,
  given: { form?: Record<string, string[]>; json?: unknown } | { answer: unknown; status: number },
): string[] {
  if (contractMissing) return [];
  const found = findOperation(method, path);
  if (!found) return [`${method} ${path}: there is no such operation`];
  const { contract, operation } = found;
  if ('answer' in given) {
    const schema = operation.responses[given.status]?.content?.['application/json']?.schema;
    return schema ? check(contract, schema, given.answer, `${method} ${path} answer`) : [];
  }
  const { content = {} } = operation.requestBody ?? {};
  const schema = content['application/x-www-form-urlencoded']?.schema ?? content['application/json']?.schema;
  if (!schema) return [];
  const value = given.form ? readForm(contract, schema, given.form) : given.json;
  return check(contract, schema, value, `${method} ${path}`);
}

function findOperation(method: string, path: string): { contract: Contract; operation: Operation } | null {
  for (const contract of contracts)
    for (const [template, operations] of Object.entries(contract.paths)) {
      const operation = operations[method.toLowerCase()];
      const pattern = new RegExp(`^${template.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
      if (operation && pattern.test(path)) return { contract, operation };
    }
  return null;
}

function resolved(contract: Contract, schema: Schema): Schema {
  return schema.$ref ? (contract.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
}

/** A form brings text only; what the description calls a number or a yes is read as one. */
function readForm(contract: Contract, schema: Schema, form: Record<string, string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(form).map(([name, values]) => {
      const { type } = resolved(contract, schema.properties?.[name] ?? {});
      if (type === 'array') return [name, values];
      if (values.length > 1) return [name, values];
      const [text = ''] = values;
      if (type === 'integer' || type === 'number') return [name, Number(text)];
      if (type === 'boolean') return [name, text === 'true' ? true : text === 'false' ? false : text];
      return [name, text];
    }),
  );
}

function check(contract: Contract, given: Schema, value: unknown, where: string): string[] {
  const schema = resolved(contract, given);
  if (value === null) return schema.nullable ? [] : [`${where}: is null`];
  if (schema.enum && !schema.enum.includes(String(value))) return [`${where}: ${value} is none of ${schema.enum}`];
  switch (schema.type) {
    case 'object':
      return checkObject(contract, schema, value, where);
    case 'array':
      if (!Array.isArray(value)) return [`${where}: is no list`];
      return value.flatMap((one, index) => check(contract, schema.items ?? {}, one, `${where}[${index}]`));
    case 'string':
      return checkText(schema, value, where);
    case 'integer':
      return Number.isSafeInteger(value) ? [] : [`${where}: is no whole number`];
    case 'number':
      return Number.isFinite(value) ? [] : [`${where}: is no number`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${where}: is neither true nor false`];
    default:
      return [];
  }
}

function checkObject(contract: Contract, schema: Schema, value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${where}: is no object`];
  const { properties, required = [] } = schema;
  if (!properties) return [];
  const fields = value as Record<string, unknown>;
  return [
    ...required.flatMap((name) => (fields[name] === undefined ? [`${where}.${name}: is missing`] : [])),
    ...Object.entries(fields).flatMap(([name, one]) => {
      const known = properties[name];
      return known ? check(contract, known, one, `${where}.${name}`) : [`${where}.${name}: no such field`];
    }),
  ];
}

function checkText({ pattern, minLength = 0, maxLength, format }: Schema, value: unknown, where: string): string[] {
  if (typeof value !== 'string') return [`${where}: is no text`];
  const wrong =
    (pattern !== undefined && !new RegExp(pattern).test(value)) ||
    value.length < minLength ||
    value.length > (maxLength ?? Number.POSITIVE_INFINITY) ||
    (format === 'uri' && !URL.canParse(value)) ||
    (format === 'phone-number' && !/^(?:[a-z]+:)?\+[1-9]\d{6,14}$|^[\w &+-]{1,11}$|^\d{3,8}$/.test(value));
  return wrong ? [`${where}: ${JSON.stringify(value)} is not as described`] : [];
}
