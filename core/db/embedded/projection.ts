import { CommandError } from './errors.ts';
import { compileExpression, type Expression, scopeOf } from './expression.ts';
import { elementTest } from './filter.ts';
import { type Doc, setField } from './rawBson.ts';
import { isNumber, isPlain, isTrue } from './values.ts';

/** A projection ready for use; `paths` are the fields it reads, null when it needs the whole document. */
export interface Projection {
  apply: (doc: Doc, variables: Doc) => Doc;
  paths: Set<string> | null;
}

interface Node {
  keep?: boolean;
  compute?: Expression;
  change?: (value: unknown) => unknown;
  fields: Map<string, Node>;
}

/** Compiles find's or $project's projection. Throws 31254/31253 where inclusion and exclusion are mixed. */
export function compileProjection(spec: Doc, forFind = false, scope = scopeOf({})): Projection {
  const paths = new Set<string>();
  const root: Node = { fields: new Map() };
  let including: boolean | null = null;
  let idKept = true;
  const read = (path: string, value: unknown) => {
    if (path === '' || path.split('.').includes(''))
      throw new CommandError(
        path === '' ? 40352 : path.endsWith('.') ? 40353 : 15998,
        `FieldPath field names may not be empty strings: '${path}'`,
      );
    if (path === '_id' && isFlag(value)) {
      idKept = isTrue(value);
      return;
    }
    if (path.split('.').some((part) => part.startsWith('$')))
      throw new CommandError(16410, `FieldPath field names may not start with '$': '${path}'`);
    const node = nodeAt(root, path);
    if (isFlag(value)) {
      const keep = isTrue(value);
      if (including !== null && including !== keep) {
        throw new CommandError(
          keep ? 31253 : 31254,
          `Cannot do ${keep ? 'inclusion' : 'exclusion'} on field ${path} in ${keep ? 'exclusion' : 'inclusion'} projection`,
        );
      }
      including = keep;
      node.keep = keep;
      if (keep) paths.add(path);
    } else if (forFind && isPlain(value) && '$slice' in value) {
      node.change = slicer(value.$slice);
      paths.add(path);
    } else if (forFind && isPlain(value) && '$elemMatch' in value) {
      including ??= true;
      const test = elementTest(value.$elemMatch as Doc);
      node.keep = true;
      node.change = (list) => firstOf(list, test);
      paths.add(path);
    } else if (isPlain(value) && !Object.keys(value)[0]?.startsWith('$')) {
      for (const [name, inner] of Object.entries(value)) read(`${path}.${name}`, inner);
    } else {
      if (including === false)
        throw new CommandError(31252, `Cannot use an expression on field ${path} in exclusion projection`);
      including = true;
      node.compute = compileExpression(value, paths, scope);
      // A field put into what is there already: into each element, where that is an array.
      if (path.includes('.')) paths.add(path.slice(0, path.indexOf('.')));
    }
  };
  for (const [path, value] of Object.entries(spec)) {
    if (path.startsWith('$') || path.endsWith('.$'))
      throw new CommandError(115, `the projection '${path}' is not served by the embedded database`);
    read(path, value);
  }
  including ??= idKept && Object.keys(spec).length > 0 && '_id' in spec;
  if (including && idKept && !root.fields.has('_id')) nodeAt(root, '_id').keep = true;
  if (!including && !idKept) nodeAt(root, '_id').keep = false;
  paths.add('_id');
  const apply = including
    ? (doc: Doc, variables: Doc) => include(doc, root, doc, variables)
    : (doc: Doc) => exclude(doc, root);
  return { apply, paths: including && !paths.has('') ? paths : null };
}

const isFlag = (value: unknown) => typeof value === 'boolean' || isNumber(value);

const isLeaf = (node: Node) => node.keep !== undefined || node.compute !== undefined || node.change !== undefined;

function nodeAt(root: Node, path: string): Node {
  let node = root;
  for (const name of path.split('.')) {
    if (isLeaf(node)) throw new CommandError(31249, `Path collision at ${path}`);
    let next = node.fields.get(name);
    if (!next) {
      next = { fields: new Map() };
      node.fields.set(name, next);
    }
    node = next;
  }
  if (node.fields.size > 0 || isLeaf(node)) throw new CommandError(31250, `Path collision at ${path}`);
  return node;
}

function include(source: Doc, node: Node, doc: Doc, variables: Doc): Doc {
  const result: Doc = {};
  for (const name of Object.keys(source)) {
    const inner = node.fields.get(name);
    if (!inner || inner.compute) continue;
    const value = source[name];
    if (inner.keep) setField(result, name, inner.change ? inner.change(value) : value);
    else if (inner.change) setField(result, name, inner.change(value));
    else if (inner.fields.size > 0) {
      const kept = includeInside(value, inner, doc, variables);
      if (kept !== undefined) setField(result, name, kept);
    }
  }
  for (const [name, inner] of node.fields) {
    if (inner.compute) {
      const value = inner.compute(doc, variables);
      if (value !== undefined) setField(result, name, value);
    } else if (!(name in source) && inner.fields.size > 0 && computes(inner)) {
      setField(result, name, include({}, inner, doc, variables));
    }
  }
  return result;
}

const computes = (node: Node): boolean => node.compute !== undefined || [...node.fields.values()].some(computes);

function includeInside(value: unknown, node: Node, doc: Doc, variables: Doc): unknown {
  if (Array.isArray(value))
    return value.map((item) => includeInside(item, node, doc, variables)).filter((item) => item !== undefined);
  if (isPlain(value)) return include(value, node, doc, variables);
  return computes(node) ? include({}, node, doc, variables) : undefined;
}

function exclude(source: Doc, node: Node): Doc {
  const result: Doc = {};
  for (const name of Object.keys(source)) {
    const inner = node.fields.get(name);
    if (inner?.keep === false) continue;
    const value = source[name];
    if (inner?.change) setField(result, name, inner.change(value));
    else setField(result, name, inner ? excludeInside(value, inner) : value);
  }
  return result;
}

function excludeInside(value: unknown, node: Node): unknown {
  if (Array.isArray(value)) return value.map((item) => excludeInside(item, node));
  return isPlain(value) ? exclude(value, node) : value;
}

function slicer(operand: unknown): (value: unknown) => unknown {
  const [skip, limit] = Array.isArray(operand) ? operand.map(Number) : [null, Number(operand)];
  if (limit === undefined || Number.isNaN(limit)) throw new CommandError(28667, 'Invalid $slice syntax');
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (skip === null || skip === undefined) return limit < 0 ? value.slice(limit) : value.slice(0, limit);
    const from = skip < 0 ? Math.max(value.length + skip, 0) : skip;
    return value.slice(from, from + limit);
  };
}

function firstOf(list: unknown, test: (item: unknown) => boolean): unknown {
  const found = Array.isArray(list) ? list.findIndex(test) : -1;
  return found < 0 ? undefined : [(list as unknown[])[found]];
}
