import { CommandError } from './errors.ts';
import { isPlain } from './values.ts';

type Known = readonly [code: number, ...fields: string[]];

const PARTS = '$year $month $dayOfMonth $dayOfWeek $dayOfYear $hour $minute $second $millisecond $week $isoWeek ';
const DATE_PARTS = `${PARTS}$isoWeekYear $isoDayOfWeek`.split(' ');
const NS = ['$firstN', '$lastN', '$minN', '$maxN'];

/** The fields that operators and stages take, and MongoDB's code for any other. */
const KNOWN: Readonly<Record<string, Known>> = {
  $lookup: [9, 'from', 'localField', 'foreignField', 'let', 'pipeline', 'as'],
  $unwind: [28811, 'path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'],
  $bucket: [40197, 'groupBy', 'boundaries', 'default', 'output'],
  $bucketAuto: [40245, 'groupBy', 'buckets', 'output', 'granularity'],
  $sample: [28748, 'size'],
  $collStats: [40415, 'storageStats', 'count', 'latencyStats', 'queryExecStats'],
  $unionWith: [40415, 'coll', 'pipeline'],
  $replaceRoot: [40415, 'newRoot'],
  $setWindowFields: [40415, 'partitionBy', 'sortBy', 'output'],
  $fill: [40415, 'partitionBy', 'partitionByFields', 'sortBy', 'output'],
  $densify: [40415, 'field', 'partitionByFields', 'range'],
  $top: [5788002, 'sortBy', 'output'],
  $bottom: [5788002, 'sortBy', 'output'],
  $topN: [5788002, 'n', 'sortBy', 'output'],
  $bottomN: [5788002, 'n', 'sortBy', 'output'],
  $cond: [17083, 'if', 'then', 'else'],
  $switch: [40067, 'branches', 'default'],
  $let: [16875, 'vars', 'in'],
  $map: [16879, 'input', 'as', 'in'],
  $filter: [28647, 'input', 'as', 'cond', 'limit'],
  $reduce: [40076, 'input', 'initialValue', 'in'],
  $getField: [3041701, 'field', 'input'],
  $setField: [4161101, 'field', 'input', 'value'],
  $unsetField: [4161101, 'field', 'input'],
  $dateToString: [18534, 'date', 'format', 'timezone', 'onNull'],
  $dateFromString: [40541, 'dateString', 'format', 'timezone', 'onError', 'onNull'],
  $dateTrunc: [5439008, 'date', 'unit', 'binSize', 'timezone', 'startOfWeek'],
  $dateAdd: [5166401, 'startDate', 'unit', 'amount', 'timezone'],
  $dateSubtract: [5166401, 'startDate', 'unit', 'amount', 'timezone'],
  $dateDiff: [5166302, 'startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'],
  $dateToParts: [40520, 'date', 'timezone', 'iso8601'],
  $dateFromParts: [
    40518,
    ...['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond', 'timezone'],
    ...['isoWeekYear', 'isoWeek', 'isoDayOfWeek'],
  ],
  $sortArray: [2942500, 'input', 'sortBy'],
  $regexMatch: [31024, 'input', 'regex', 'options'],
  $regexFind: [31024, 'input', 'regex', 'options'],
  $regexFindAll: [31024, 'input', 'regex', 'options'],
  $zip: [34464, 'inputs', 'useLongestLength', 'defaults'],
  $trim: [50694, 'input', 'chars'],
  $ltrim: [50694, 'input', 'chars'],
  $rtrim: [50694, 'input', 'chars'],
  $replaceOne: [51750, 'input', 'find', 'replacement'],
  $replaceAll: [51750, 'input', 'find', 'replacement'],
  ...Object.fromEntries(DATE_PARTS.map((name) => [name, [40535, 'date', 'timezone'] as Known])),
  ...Object.fromEntries(NS.map((name) => [name, [5787901, 'n', 'input'] as Known])),
};

const WINDOW_FUNCTIONS = new Set(
  (
    '$addToSet $avg $bottom $bottomN $count $covariancePop $covarianceSamp $denseRank $derivative $documentNumber ' +
    '$expMovingAvg $first $firstN $integral $last $lastN $linearFill $locf $max $maxN $min $minN $push $rank $shift ' +
    '$stdDevPop $stdDevSamp $sum $top $topN'
  ).split(' '),
);

/** Refuses window functions of $setWindowFields that do not exist (9), or not here (115). */
export function checkWindowFunctions(output: unknown): void {
  for (const spec of isPlain(output) ? Object.values(output) : []) {
    const name = isPlain(spec) ? Object.keys(spec).find((key) => key !== 'window') : undefined;
    if (name === '$median' || name === '$percentile')
      throw new CommandError(115, `the window function ${name} is not served by the embedded database`);
    if (!name || !WINDOW_FUNCTIONS.has(name)) throw new CommandError(9, `Unrecognized window function, ${name}`);
  }
}

/** Refuses a field that this operator or stage does not have; an operand that is an expression has none of them. */
export function checkArguments(name: string, operand: unknown): void {
  const known = KNOWN[name];
  if (!known || !isPlain(operand)) return;
  const [code, ...fields] = known as readonly [number, ...string[]];
  const stray = Object.keys(operand).find((field) => !field.startsWith('$') && !fields.includes(field));
  if (stray !== undefined) throw new CommandError(code, `unknown argument to ${name}: ${stray}`);
}
