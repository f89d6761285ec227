import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { check, resolved, type Schema } from './openApi.ts';

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
    return schema ? check(contract.components.schemas, schema, given.answer, `${method} ${path} answer`) : [];
  }
  const { content = {} } = operation.requestBody ?? {};
  const schema = content['application/x-www-form-urlencoded']?.schema ?? content['application/json']?.schema;
  if (!schema) return [];
  const value = given.form ? readForm(contract, schema, given.form) : given.json;
  return check(contract.components.schemas, schema, value, `${method} ${path}`);
}

const paths = contracts.flatMap((contract) =>
  Object.entries(contract.paths).map(([template, operations]) => ({
    contract,
    operations,
    pattern: new RegExp(`^${template.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  })),
);

function findOperation(method: string, path: string): { contract: Contract; operation: Operation } | null {
  for (const { contract, operations, pattern } of paths) {
    const operation = operations[method.toLowerCase()];
    if (operation && pattern.test(path)) return { contract, operation };
  }
  return null;
}

/** A form brings text only; what the description calls a number or a yes is read as one. */
function readForm(contract: Contract, schema: Schema, form: Record<string, string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(form).map(([name, values]) => {
      const { type } = resolved(contract.components.schemas, schema.properties?.[name] ?? {});
      if (type === 'array') return [name, values];
      if (values.length > 1) return [name, values];
      const [text = ''] = values;
      if (type === 'integer' || type === 'number') return [name, Number(text)];
      if (type === 'boolean') return [name, text === 'true' ? true : text === 'false' ? false : text];
      return [name, text];
    }),
  );
}
