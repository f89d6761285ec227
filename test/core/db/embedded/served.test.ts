import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { OPTIONS } from '../../../../core/db/embedded/commands/options.ts';
import { type Doc, withDatabase } from './harness.ts';
import { MONGO, MONGO_COMMANDS } from './mongoNames.ts';

// docs/database.md lists what is served. Each of MongoDB's names is tried: the listed ones are served, the others refused.

const { db } = withDatabase();
const docs = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/database.md'), 'utf8');

/** The part of docs/database.md under a heading of the third level. */
function section(heading: string): string {
  const [, text] = new RegExp(`\\n### ${heading}\\n([^]*?)(?=\\n##)`).exec(docs) ?? [];
  if (text === undefined) throw new Error(`docs/database.md has no section ${heading}`);
  return text;
}

type Kind = keyof typeof MONGO;

const pipeline = (...stages: Doc[]) => ({ aggregate: 'c', pipeline: stages, cursor: {} });
const TOP = new Set(['$and', '$or', '$nor', '$expr', '$comment', '$where', '$text', '$jsonSchema', '$sampleRate']);

/** A command that uses this name, with an operand that need not be right: that it is known shows in the answer. */
const USES: Record<Kind, (name: string) => Doc> = {
  'Query operators': (name) => ({ find: 'c', filter: TOP.has(name) ? { [name]: [{ a: 1 }] } : { a: { [name]: 1 } } }),
  'Update operators': (name) => ({ findAndModify: 'c', query: { a: 9 }, update: { [name]: { z: 1 } } }),
  'Pipeline stages': (name) => pipeline({ [name]: {} }),
  Accumulators: (name) => pipeline({ $group: { _id: null, x: { [name]: '$a' } } }),
  Expressions: (name) => pipeline({ $project: { x: { [name]: '$a' } } }),
};

/** The answers to a name that is not known: code and words. */
const UNKNOWN: Record<Kind, [number, RegExp]> = {
  'Query operators': [2, /^unknown (top level )?operator/],
  'Update operators': [9, /^Unknown modifier/],
  'Pipeline stages': [40324, /Unrecognized/],
  Accumulators: [15952, /unknown group operator/],
  Expressions: [168, /Unrecognized expression/],
};

async function answerTo(command: Doc): Promise<{ code: number; message: string }> {
  const answer = await db()
    .command(command)
    .catch((error: Doc) => error);
  return { code: Number(answer.code ?? 0), message: String(answer.message) };
}

beforeAll(async () => {
  await db().collection('c').insertOne({ a: 1 });
});

describe.each(Object.keys(MONGO) as Kind[])('%s', (kind) => {
  test('listed are served, MongoDB’s others are refused with 115, unknown ones with its own code', async () => {
    const [list = ''] = section(kind).trim().split('\n\n');
    const listed = new Set(list.match(/\$\w+/g) ?? []);
    expect([...listed].filter((name) => !(MONGO[kind] as readonly string[]).includes(name))).toEqual([]);
    const [unknown, words] = UNKNOWN[kind];
    for (const name of MONGO[kind]) {
      const { code, message } = await answerTo(USES[kind](name));
      if (listed.has(name)) {
        expect([115, 1], `${name}: ${message}`).not.toContain(code);
        expect(message).not.toMatch(words);
      } else expect(code, `${name}: ${message}`).toBe(115);
    }
    expect(await answerTo(USES[kind]('$zork'))).toMatchObject({ code: unknown, message: expect.stringMatching(words) });
  });
});

test('the commands and their options are those of docs/database.md, all others of MongoDB are refused', async () => {
  const rows = [...section('Commands').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];
  const listed = Object.fromEntries(rows.map(([, name, options = '']) => [name, options.match(/\w+/g) ?? []]));
  const served = Object.entries(OPTIONS).map(([name, options]) => [name, [...options.served]]);
  expect(listed).toEqual({ ...Object.fromEntries(served), hello: ['any'], getParameter: ['any'] });
  for (const name of MONGO_COMMANDS) {
    const { code } = await answerTo({ [name]: name === 'dropDatabase' ? 1 : 'zork' });
    if (name in listed) expect([59, 115], name).not.toContain(code);
    else expect([115, 20], name).toContain(code);
  }
});
