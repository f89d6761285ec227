import { CommandError } from './errors.ts';
import { isPlain } from './values.ts';

// The arguments of operators and stages that take a document: MongoDB's code for an unknown one, its code for what is
// no document, and the names; with the code where a name must be there.
const PARTS = '$year $month $dayOfMonth $dayOfWeek $dayOfYear $hour $minute $second $millisecond $week $isoWeek ';
const REGEX = '31024 51103 input:31022 regex:31023 options';
const TRIM = '50694 50696 input:50695 chars';
const REPLACE = '51750 51751 input:51749 find:51748 replacement:51747';

/** The expressions whose arguments have names; those with date parts also take the date alone. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  $cond: '17083 16020 if:17080 then:17081 else:17082',
  $switch: '40067 40060 branches:40068 default',
  $let: '16875 16874 vars:16876 in:16877',
  $map: '16879 16878 input:16880 as in:16882',
  $filter: '28647 28646 input:28648 as cond:28650 limit',
  $reduce: '40076 40075 input:40077 initialValue:40078 in:40079',
  $sortArray: '2942501 2942500 input:2942502 sortBy:2942503',
  $regexMatch: REGEX,
  $trim: TRIM,
  $ltrim: TRIM,
  $rtrim: TRIM,
  $replaceOne: REPLACE,
  $replaceAll: REPLACE,
  $dateToString: '18534 18629 date:18628 format timezone onNull',
  ...Object.fromEntries(
    `${PARTS}$isoWeekYear $isoDayOfWeek`.split(' ').map((name) => [name, '40535 40536 date:40539 timezone']),
  ),
};
const STAGES: Readonly<Record<string, string>> = {
  $lookup: '9 9 from:9 localField foreignField let pipeline as:9',
  $unwind: '28811 15981 path:28812 includeArrayIndex preserveNullAndEmptyArrays',
  $collStats: '40415 5447000 latencyStats storageStats count queryExecStats',
  $bucket: '40197 40201 groupBy:40198 boundaries:40198 default output',
  $unionWith: '40415 9 coll:40414 pipeline',
  $replaceRoot: '40415 40229 newRoot:40231',
};
const KNOWN = new Map(
  Object.entries({ ...EXPRESSIONS, ...STAGES }).map(([name, text]) => {
    const [unknown = '', type = '', ...fields] = text.split(' ');
    const codes = fields.map((field): [string, number] => [field.split(':')[0] as string, Number(field.split(':')[1])]);
    return [name, { unknown: Number(unknown), type: Number(type), codes: new Map(codes) }];
  }),
);

/** Whether an expression takes its arguments by name. */
export const hasNames = (name: string): boolean => name in EXPRESSIONS;

/** The arguments of an expression or a stage, as far as it takes any by name; refused where one is unknown or wanting. */
export function checkArguments(name: string, operand: unknown): void {
  const known = KNOWN.get(name);
  if (!known) return;
  if (!isPlain(operand)) throw new CommandError(known.type, `${name} takes a document of arguments`);
  const stray = Object.keys(operand).find((field) => !known.codes.has(field));
  if (stray !== undefined) throw new CommandError(known.unknown, `unknown argument to ${name}: ${stray}`);
  for (const [field, code] of known.codes)
    if (code && !(field in operand)) throw new CommandError(code, `${name} needs the argument '${field}'`);
}
