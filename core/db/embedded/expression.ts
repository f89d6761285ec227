import { checkArguments, hasNames } from './arguments.ts';
import { computeDate, isDateOperator } from './dates.ts';
import { CommandError } from './errors.ts';
import { listOrNull, type Values } from './operands.ts';
import { ARITY, LAZY_OPERATORS, OPERATORS } from './operators.ts';
import { type Doc, setField } from './rawBson.ts';
import { TEXT_OPERATORS } from './textOperators.ts';
import { isPlain, isTrue } from './values.ts';

/** An aggregation expression ready to be computed for a document; missing is undefined. */
export type Expression = (doc: Doc, variables: Doc) => unknown;

/** Operators of MongoDB that are not served. */
const NOT_SERVED = new Set(
  (
    '$accumulator $acos $acosh $addToSet $asin $asinh $atan $atan2 $atanh $binarySize $bitAnd $bitNot $bitOr $bitXor $bottom $bottomN ' +
    '$bsonSize $convert $cos $cosh $count $covariancePop $covarianceSamp $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract ' +
    '$dateToParts $dateTrunc $degreesToRadians $denseRank $derivative $documentNumber $exp $expMovingAvg $firstN $function $getField $indexOfBytes ' +
    '$integral $lastN $linearFill $ln $locf $log $log10 $maxN $median $meta $minN $percentile $pow $push $radiansToDegrees $rand $rank ' +
    '$regexFind $regexFindAll $sampleRate $setField $shift $sin $sinh $sqrt $stdDevPop $stdDevSamp $strLenBytes $strcasecmp $substr ' +
    '$substrBytes $tan $tanh $toDecimal $toHashedIndexKey $toUUID $top $topN $tsIncrement $tsSecond $unsetField $zip'
  ).split(' '),
);

const SYSTEM = new Set(['ROOT', 'CURRENT', 'NOW', 'REMOVE', 'this', 'value']);

/** The names that expressions may use beside the system's: `let` variables of a command or a $lookup. */
export const scopeOf = (variables: Doc): ReadonlySet<string> => new Set([...SYSTEM, ...Object.keys(variables)]);

const constants = new WeakSet<Expression>();

function constant(value: unknown): Expression {
  const compute = () => value;
  constants.add(compute);
  return compute;
}

/** An expression of constants alone is computed at once, so that a wrong one is refused before a document is met. */
const folded = (parts: Expression[], compute: Expression): Expression =>
  parts.every((part) => constants.has(part)) ? constant(compute({}, {})) : compute;

/** Compiles an expression and adds the fields that it reads to `paths` ('' for the whole document). */
export function compileExpression(
  expression: unknown,
  paths: Set<string>,
  scope: ReadonlySet<string> = SYSTEM,
): Expression {
  if (typeof expression === 'string' && expression.startsWith('$')) return compilePath(expression, paths, scope);
  if (Array.isArray(expression)) {
    const items = expression.map((item) => compileExpression(item, paths, scope));
    return folded(items, (doc, variables) => items.map((item) => item(doc, variables) ?? null));
  }
  if (!isPlain(expression)) return constant(expression);
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
  const fields = names.map((field) => {
    if (field.startsWith('$'))
      throw new CommandError(16410, `FieldPath field names may not start with '$': '${field}'`);
    if (field.includes('.')) throw new CommandError(16412, `FieldPath field names may not contain '.': '${field}'`);
    return [field, compileExpression(expression[field], paths, scope)] as const;
  });
  return folded(
    fields.map(([, compute]) => compute),
    (doc, variables) => {
      const result: Doc = {};
      for (const [field, compute] of fields) {
        const value = compute(doc, variables);
        if (value !== undefined) setField(result, field, value);
      }
      return result;
    },
  );
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
  const parts: Expression[] = [];
  const compile: Compile = (part, inner = scope) => {
    const compute = compileExpression(part, paths, inner);
    parts.push(compute);
    return compute;
  };
  return folded(parts, operatorOf(name, operand, compile, scope));
}

function operatorOf(name: string, operand: unknown, compile: Compile, scope: ReadonlySet<string>): Expression {
  const special = SPECIAL[name];
  if (special) return special(operand, compile, scope);
  const own = OPERATORS[name] ?? TEXT_OPERATORS[name];
  const lazy = LAZY_OPERATORS[name];
  if (isDateOperator(name))
    return byName(name, dateArguments(name, operand), compile, (given) => computeDate(name, given));
  if (!own && !lazy && NOT_SERVED.has(name))
    throw new CommandError(115, `the expression ${name} is not served by the embedded database`);
  if (!own && !lazy) throw new CommandError(168, `Unrecognized expression '${name}'`);
  if (own && hasNames(name)) return byName(name, operand, compile, (given) => own([given]));
  const args = (Array.isArray(operand) ? operand : [operand]).map((part) => compile(part));
  const [least, most] = ARITY.get(name) ?? [0, Number.POSITIVE_INFINITY];
  if (args.length < least || args.length > most)
    throw new CommandError(least === most ? 16020 : 28667, `Expression ${name} takes ${least} to ${most} arguments`);
  if (lazy || !own) return (doc, variables) => lazy?.(each(args, doc, variables));
  const [first, second] = args;
  if (args.length === 1 && first) return (doc, variables) => own([first(doc, variables)]);
  if (args.length === 2 && first && second)
    return (doc, variables) => own([first(doc, variables), second(doc, variables)]);
  return (doc, variables) => own(args.map((compute) => compute(doc, variables)));
}

/** The values of operands, each computed when it is asked for. */
function* each(parts: Expression[], doc: Doc, variables: Doc): Values {
  for (const compute of parts) yield compute(doc, variables);
}

/** An operator that takes its arguments by name; what is missing of those that are given counts as null. */
function byName(name: string, operand: unknown, compile: Compile, compute: (given: Doc) => unknown): Expression {
  checkArguments(name, operand);
  const entries = Object.entries(operand as Doc).map(([field, part]) => [field, compile(part)] as const);
  return (doc, variables) => {
    const given: Doc = {};
    for (const [field, value] of entries) given[field] = value(doc, variables) ?? null;
    return compute(given);
  };
}

/** A date operator's arguments: the parts of a date may be given the date alone, or in an array of one. */
function dateArguments(name: string, operand: unknown): unknown {
  if (name === '$dateToString') return operand;
  if (Array.isArray(operand)) return operand.length === 1 ? { date: operand[0] } : null;
  return isPlain(operand) && !Object.keys(operand)[0]?.startsWith('$') ? operand : { date: operand };
}

type Compile = (part: unknown, scope?: ReadonlySet<string>) => Expression;

function withNames(scope: ReadonlySet<string>, names: string[]): ReadonlySet<string> {
  return new Set([...scope, ...names]);
}

/** The arguments of an operator that takes them by name. */
function argumentsOf(operand: unknown, name: string): Doc {
  checkArguments(name, operand);
  return operand as Doc;
}

/** Tests that end at the first that is `end`. */
const joined =
  (end: boolean) =>
  (operand: unknown, compile: Compile): Expression => {
    const parts = (Array.isArray(operand) ? operand : [operand]).map((item) => compile(item));
    return (doc, variables) => parts.some((compute) => isTrue(compute(doc, variables)) === end) === end;
  };

/** The operators that compute their operands themselves: not all, or with variables. */
const SPECIAL: Record<string, (operand: unknown, compile: Compile, scope: ReadonlySet<string>) => Expression> = {
  $literal: (operand) => () => operand,
  $cond: (operand, compile) => {
    const given = Array.isArray(operand) ? {} : argumentsOf(operand, '$cond');
    const branches = Array.isArray(operand) ? operand : [given.if, given.then, given.else];
    if (branches.length !== 3) throw new CommandError(16020, 'Expression $cond takes exactly 3 arguments');
    const [test, yes, no] = branches.map((branch) => compile(branch)) as [Expression, Expression, Expression];
    return (doc, variables) => (isTrue(test(doc, variables)) ? yes(doc, variables) : no(doc, variables));
  },
  $switch: (operand, compile) => {
    const { branches, default: otherwise } = argumentsOf(operand, '$switch');
    if (!Array.isArray(branches)) throw new CommandError(40061, `$switch expected an array for 'branches'`);
    if (branches.length === 0) throw new CommandError(40068, '$switch requires at least one branch.');
    const cases = branches.map((branch: Doc) => {
      if (!('case' in branch)) throw new CommandError(40064, "$switch requires each branch have a 'case' expression");
      if (!('then' in branch)) throw new CommandError(40065, "$switch requires each branch have a 'then' expression.");
      return [compile(branch.case), compile(branch.then)] as const;
    });
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
    const { vars, in: body } = argumentsOf(operand, '$let');
    const entries = Object.entries(vars as Doc).map(([name, value]) => [name, compile(value)] as const);
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
    const { input, as = 'this', in: body } = argumentsOf(operand, '$map');
    const [list, inner] = [compile(input), compile(body, withNames(scope, [String(as)]))];
    return (doc, variables) =>
      listOrNull(list(doc, variables), 16883, '$map')?.map(
        (item) => inner(doc, { ...variables, [String(as)]: item }) ?? null,
      ) ?? null;
  },
  $filter: (operand, compile, scope) => {
    const { input, as = 'this', cond, limit } = argumentsOf(operand, '$filter');
    const [list, test] = [compile(input), compile(cond, withNames(scope, [String(as)]))];
    const most = limit === undefined ? null : compile(limit);
    return (doc, variables) => {
      const kept = listOrNull(list(doc, variables), 28651, '$filter')?.filter((item) =>
        isTrue(test(doc, { ...variables, [String(as)]: item })),
      );
      const bound = most?.(doc, variables);
      return (bound === null || bound === undefined ? kept : kept?.slice(0, Number(bound))) ?? null;
    };
  },
  $reduce: (operand, compile) => {
    const { input, initialValue, in: body } = argumentsOf(operand, '$reduce');
    const [list, first, inner] = [compile(input), compile(initialValue), compile(body)];
    return (doc, variables) => {
      const items = listOrNull(list(doc, variables), 40080, '$reduce');
      if (!items) return null;
      return items.reduce((value, item) => inner(doc, { ...variables, value, this: item }), first(doc, variables));
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
  $and: joined(false),
  $or: joined(true),
};
