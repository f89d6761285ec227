import { checkArguments } from './arguments.ts';
import { computeDate, isDateOperator } from './dates.ts';
import { CommandError } from './errors.ts';
import { LIST_OPERATORS } from './listOperators.ts';
import { computeByMingo } from './mingo.ts';
import { toNumber } from './numbers.ts';
import { ARITY, listOf, OPERATORS } from './operators.ts';
import { type Doc, setField } from './rawBson.ts';
import { TEXT_OPERATORS } from './textOperators.ts';
import { isNumber, isPlain, isTrue } from './values.ts';

/** An aggregation expression ready to be computed for a document; missing is undefined. */
export type Expression = (doc: Doc, variables: Doc) => unknown;

/** What is left to mingo, each compared with a real engine. */
const BY_MINGO = new Set(
  (
    '$abs $ceil $floor $pow $sqrt $ln $log $log10 $exp $trim $ltrim $rtrim $split $strLenCP $strLenBytes ' +
    '$range $indexOfBytes $rand $bitAnd $bitOr $bitXor $bitNot $sin $cos $tan $asin $acos $atan $atan2 $degreesToRadians $radiansToDegrees'
  ).split(' '),
);

/** Operators of MongoDB that are not served. */
const NOT_SERVED = new Set(
  (
    '$accumulator $function $convert $toDecimal $toUUID $median $percentile $toHashedIndexKey $binarySize $bsonSize $meta $tsSecond $tsIncrement ' +
    '$sampleRate $linearFill $locf $shift $rank $denseRank $documentNumber $derivative $integral $expMovingAvg $covariancePop $covarianceSamp ' +
    '$sinh $cosh $tanh $asinh $acosh $atanh $top $topN $bottom $bottomN $count $push $addToSet'
  ).split(' '),
);

const SYSTEM = new Set(['ROOT', 'CURRENT', 'NOW', 'REMOVE', 'this', 'value']);

/** The names that expressions may use beside the system's: `let` variables of a command or a $lookup. */
export const scopeOf = (variables: Doc): ReadonlySet<string> => new Set([...SYSTEM, ...Object.keys(variables)]);

/** Compiles an expression and adds the fields that it reads to `paths` ('' for the whole document). */
export function compileExpression(
  expression: unknown,
  paths: Set<string>,
  scope: ReadonlySet<string> = SYSTEM,
): Expression {
  if (typeof expression === 'string' && expression.startsWith('$')) return compilePath(expression, paths, scope);
  if (Array.isArray(expression)) {
    const items = expression.map((item) => compileExpression(item, paths, scope));
    return (doc, variables) => items.map((item) => item(doc, variables) ?? null);
  }
  if (!isPlain(expression)) return () => expression;
  const names = Object.keys(expression);
  const name = names[0];
  if (name?.startsWith('$')) {
    if (names.length > 1)
      throw new CommandError(
        15983,
        'an expression specification must contain exactly one field, the name of the expression',
      );
    return compileOperator(name, expression[name], paths, scope);
  }
  const fields = names.map((field) => [field, compileExpression(expression[field], paths, scope)] as const);
  return (doc, variables) => {
    const result: Doc = {};
    for (const [field, compute] of fields) {
      const value = compute(doc, variables);
      if (value !== undefined) setField(result, field, value);
    }
    return result;
  };
}

function compilePath(text: string, paths: Set<string>, scope: ReadonlySet<string>): Expression {
  if (!text.startsWith('$$')) {
    const path = text.slice(1);
    if (path === '' || path.split('.').includes(''))
      throw new CommandError(16872, `'$' by itself is not a valid FieldPath`);
    paths.add(path);
    const parts = path.split('.');
    const only = parts.length === 1 ? path : null;
    return only ? (doc) => doc[only] : (doc) => follow(doc, parts, 0);
  }
  const [name = '', ...rest] = text.slice(2).split('.');
  if (!scope.has(name)) {
    if (/^[A-Z]/.test(name))
      throw new CommandError(115, `the variable $$${name} is not served by the embedded database`);
    throw new CommandError(17276, `Use of undefined variable: ${name}`);
  }
  if (name === 'ROOT' || name === 'CURRENT') {
    paths.add(rest.join('.'));
    return (doc, variables) => follow(name === 'ROOT' ? (variables.ROOT ?? doc) : doc, rest, 0);
  }
  if (name === 'REMOVE') return () => undefined;
  if (name === 'NOW') return (_doc, variables) => follow(variables.NOW ?? new Date(), rest, 0);
  return (_doc, variables) => follow(variables[name], rest, 0);
}

/** The value at a path of an expression: an array on the way gives the list of its elements' values. */
export function follow(value: unknown, parts: readonly string[], at: number): unknown {
  if (at === parts.length) return value;
  if (Array.isArray(value)) {
    return value
      .map((item) => (isPlain(item) ? follow(item, parts, at) : undefined))
      .filter((item) => item !== undefined);
  }
  return isPlain(value) ? follow(value[parts[at] as string], parts, at + 1) : undefined;
}

function compileOperator(name: string, operand: unknown, paths: Set<string>, scope: ReadonlySet<string>): Expression {
  const compile = (part: unknown, inner: ReadonlySet<string> = scope) => compileExpression(part, paths, inner);
  checkArguments(name, operand);
  const special = SPECIAL[name];
  if (special) return special(operand, compile, scope);
  const own = OPERATORS[name] ?? LIST_OPERATORS[name] ?? TEXT_OPERATORS[name];
  if (own) {
    const args = (Array.isArray(operand) ? operand : [operand]).map((part) => compile(part));
    if ((ARITY[name] ?? args.length) !== args.length)
      throw new CommandError(
        16020,
        `Expression ${name} takes exactly ${ARITY[name]} arguments. ${args.length} were passed in.`,
      );
    const [first, second] = args;
    if (args.length === 1 && first) return (doc, variables) => own([first(doc, variables)]);
    if (args.length === 2 && first && second)
      return (doc, variables) => own([first(doc, variables), second(doc, variables)]);
    return (doc, variables) => own(args.map((compute) => compute(doc, variables)));
  }
  if (isDateOperator(name)) {
    const compute = compile(operand);
    return (doc, variables) => computeDate(name, compute(doc, variables));
  }
  return delegate(name, operand, compile);
}

/** Any other operator: its operands are computed here, the operator itself by mingo on plain JavaScript values. */
function delegate(name: string, operand: unknown, compile: (part: unknown) => Expression): Expression {
  if (NOT_SERVED.has(name))
    throw new CommandError(115, `the expression ${name} is not served by the embedded database`);
  if (!BY_MINGO.has(name)) throw new CommandError(168, `Unrecognized expression '${name}'`);
  const isOptions = isPlain(operand) && !Object.keys(operand)[0]?.startsWith('$');
  const parts = isOptions
    ? Object.entries(operand).map(([key, part]) => [key, compile(part)] as const)
    : (Array.isArray(operand) ? operand : [operand]).map((part, i) => [String(i), compile(part)] as const);
  return (doc, variables) => {
    const values = parts.map(([key, compute]) => [key, { $literal: simplify(compute(doc, variables), name) }] as const);
    const args = isOptions
      ? Object.fromEntries(values)
      : Array.isArray(operand)
        ? values.map(([, value]) => value)
        : values[0]?.[1];
    return computeByMingo(name, args) ?? null;
  };
}

/** Numbers as mingo understands them; throws 238 where that would lose digits. */
export function simplify(value: unknown, what: string): unknown {
  if (typeof value === 'object' && isNumber(value)) return toNumber(value, what);
  if (Array.isArray(value)) return value.map((item) => simplify(item, what));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, simplify(item, what)]));
}

type Compile = (part: unknown, scope?: ReadonlySet<string>) => Expression;

function withNames(scope: ReadonlySet<string>, names: string[]): ReadonlySet<string> {
  return new Set([...scope, ...names]);
}

function part(operand: unknown, name: string): Doc {
  if (!isPlain(operand)) throw new CommandError(9, `${name} only supports an object as its argument`);
  return operand;
}

const SPECIAL: Record<string, (operand: unknown, compile: Compile, scope: ReadonlySet<string>) => Expression> = {
  $literal: (operand) => () => operand,
  $cond: (operand, compile) => {
    const branches = Array.isArray(operand)
      ? operand
      : [part(operand, '$cond').if, part(operand, '$cond').then, part(operand, '$cond').else];
    if (branches.length !== 3 || branches.includes(undefined))
      throw new CommandError(16020, 'Expression $cond takes exactly 3 arguments');
    const [test, yes, no] = branches.map((branch) => compile(branch)) as [Expression, Expression, Expression];
    return (doc, variables) => (isTrue(test(doc, variables)) ? yes(doc, variables) : no(doc, variables));
  },
  $switch: (operand, compile) => {
    const { branches, default: otherwise } = part(operand, '$switch');
    if (!Array.isArray(branches) || branches.length === 0)
      throw new CommandError(40068, '$switch requires at least one branch.');
    const cases = branches.map((branch: Doc) => [compile(branch.case), compile(branch.then)] as const);
    const last = otherwise === undefined ? null : compile(otherwise);
    return (doc, variables) => {
      for (const [test, then] of cases) if (isTrue(test(doc, variables))) return then(doc, variables);
      if (!last)
        throw new CommandError(
          40066,
          '$switch could not find a matching branch for an input, and no default was specified.',
        );
      return last(doc, variables);
    };
  },
  $let: (operand, compile, scope) => {
    const { vars, in: body } = part(operand, '$let');
    const entries = Object.entries(part(vars, '$let')).map(([name, value]) => [name, compile(value)] as const);
    const inner = compile(
      body,
      withNames(
        scope,
        entries.map(([name]) => name),
      ),
    );
    return (doc, variables) => {
      const bound = Object.fromEntries(entries.map(([name, compute]) => [name, compute(doc, variables)]));
      return inner(doc, { ...variables, ...bound });
    };
  },
  $map: (operand, compile, scope) => {
    const { input, as = 'this', in: body } = part(operand, '$map');
    const [list, inner] = [compile(input), compile(body, withNames(scope, [String(as)]))];
    return (doc, variables) =>
      listOf(list(doc, variables), '$map')?.map((item) => inner(doc, { ...variables, [String(as)]: item }) ?? null) ??
      null;
  },
  $filter: (operand, compile, scope) => {
    const { input, as = 'this', cond, limit } = part(operand, '$filter');
    const [list, test] = [compile(input), compile(cond, withNames(scope, [String(as)]))];
    const most = limit === undefined ? null : compile(limit);
    return (doc, variables) => {
      const kept = listOf(list(doc, variables), '$filter')?.filter((item) =>
        isTrue(test(doc, { ...variables, [String(as)]: item })),
      );
      const bound = most?.(doc, variables);
      return (bound === null || bound === undefined ? kept : kept?.slice(0, Number(bound))) ?? null;
    };
  },
  $reduce: (operand, compile) => {
    const { input, initialValue, in: body } = part(operand, '$reduce');
    const [list, first, inner] = [compile(input), compile(initialValue), compile(body)];
    return (doc, variables) => {
      const items = listOf(list(doc, variables), '$reduce');
      if (!items) return null;
      return items.reduce((value, item) => inner(doc, { ...variables, value, this: item }), first(doc, variables));
    };
  },
  $getField: (operand, compile) => {
    const spec = isPlain(operand) && 'field' in operand ? operand : { field: operand };
    const [field, input] = [compile(spec.field), compile('input' in spec ? spec.input : '$$CURRENT')];
    return (doc, variables) => {
      const holder = input(doc, variables);
      return isPlain(holder) ? holder[String(field(doc, variables))] : holder === null ? null : undefined;
    };
  },
  $ifNull: (operand, compile) => {
    if (!Array.isArray(operand) || operand.length < 2)
      throw new CommandError(1257300, '$ifNull needs at least two arguments');
    const parts = operand.map((item) => compile(item));
    return (doc, variables) => {
      let value: unknown;
      for (const compute of parts) {
        value = compute(doc, variables);
        if (value !== null && value !== undefined) return value;
      }
      return value;
    };
  },
  $and: (operand, compile) => {
    const parts = (Array.isArray(operand) ? operand : [operand]).map((item) => compile(item));
    return (doc, variables) => parts.every((compute) => isTrue(compute(doc, variables)));
  },
  $or: (operand, compile) => {
    const parts = (Array.isArray(operand) ? operand : [operand]).map((item) => compile(item));
    return (doc, variables) => parts.some((compute) => isTrue(compute(doc, variables)));
  },
};
