/** What of OpenAPI's schemas the providers' descriptions use. */
export interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  required?: string[];
}
type Schemas = Readonly<Record<string, Schema>>;

/** The schema itself, or the one that it refers to. */
export function resolved(schemas: Schemas, schema: Schema): Schema {
  return schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
}

/** What is wrong with a value by a schema; fields that an object's schema does not name are wrong. */
export function check(schemas: Schemas, given: Schema, value: unknown, where: string): string[] {
  const schema = resolved(schemas, given);
  if (value === null) return schema.nullable ? [] : [`${where}: is null`];
  if (schema.enum && !schema.enum.includes(String(value))) return [`${where}: ${value} is none of ${schema.enum}`];
  switch (schema.type) {
    case 'object':
      return checkObject(schemas, schema, value, where);
    case 'array':
      if (!Array.isArray(value)) return [`${where}: is no list`];
      if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) return [`${where}: is too long`];
      return value.flatMap((one, index) => check(schemas, schema.items ?? {}, one, `${where}[${index}]`));
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

function checkObject(schemas: Schemas, schema: Schema, value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${where}: is no object`];
  const { properties, additionalProperties, required = [] } = schema;
  const fields = value as Record<string, unknown>;
  if (Object.keys(fields).length > (schema.maxProperties ?? Number.POSITIVE_INFINITY))
    return [`${where}: is too large`];
  if (!properties)
    return Object.entries(fields).flatMap(([name, one]) =>
      check(schemas, additionalProperties ?? {}, one, `${where}.${name}`),
    );
  return [
    ...required.flatMap((name) => (fields[name] === undefined ? [`${where}.${name}: is missing`] : [])),
    ...Object.entries(fields).flatMap(([name, one]) => {
      const known = properties[name];
      return known ? check(schemas, known, one, `${where}.${name}`) : [`${where}.${name}: no such field`];
    }),
  ];
}

function checkText({ pattern, minLength = 0, maxLength, format }: Schema, value: unknown, where: string): string[] {
  if (typeof value !== 'string') return [`${where}: is no text`];
  const wrong =
    (pattern !== undefined && !new RegExp(pattern).test(value)) ||
    value.length < minLength ||
    value.length > (maxLength ?? Number.POSITIVE_INFINITY) ||
    (format === 'email' && !/^[^\s@<>",;]+@[\w-]+(?:\.[\w-]+)+$/.test(value)) ||
    (format === 'uri' && !URL.canParse(value)) ||
    (format === 'phone-number' && !/^(?:[a-z]+:)?\+[1-9]\d{6,14}$|^[\w &+-]{1,11}$|^\d{3,8}$/.test(value));
  return wrong ? [`${where}: ${JSON.stringify(value)} is not as described`] : [];
}
