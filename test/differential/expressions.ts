import fc from 'fast-check';
import mongoose from 'mongoose';
import {
  bool,
  type Call,
  callsOf,
  type Doc,
  date,
  decimal,
  fraction,
  inner,
  int,
  type Kind,
  lists,
  long,
  scalar,
  text,
  value,
  whole,
} from './values.ts';

const { EJSON } = mongoose.mongo.BSON;

// DocumentDB takes MinKey for missing when expressions compare it.
const hasNoMinKey = (given: unknown) => !EJSON.stringify({ given }).includes('minKey');
const plain = scalar.filter(hasNoMinKey);

/** Documents whose fields hold what their names say, now and then something else; `q` is never there. */
const typed = fc.record(
  {
    i: int,
    x: fc.oneof(fraction, whole, int),
    w: fc.oneof({ weight: 6, arbitrary: long }, whole, decimal),
    s: text,
    d: date,
    t: lists(int, 4),
    u: lists(fc.oneof(int, text, fc.constant(null)), 4),
    o: inner.filter(hasNoMinKey),
    l: lists(fc.record({ k: int, v: text }, { requiredKeys: ['k'] }), 3),
    a: value.filter(hasNoMinKey),
    z: fc.constant(null),
  },
  { requiredKeys: ['i', 's', 'd', 't'] },
);
export const typedDocuments = lists(typed, 8, 3).map((docs) => docs.map((doc, i): Doc => ({ _id: i, ...doc })));

type E = fc.Arbitrary<unknown>;
const ZONES = ['UTC', 'Asia/Colombo', 'America/New_York', '+05:30', '-03:00'];
const field = (...names: string[]) => fc.constantFrom(...names.map((name) => `$${name}`));
const call = (name: string, ...args: E[]): E => fc.tuple(...args).map((given) => ({ [name]: given }));
const one = (name: string, arg: E): E => arg.map((given) => ({ [name]: given }));
const many = (name: string, arg: E): E => lists(arg, 3, 1).map((given) => ({ [name]: given }));
const record = (name: string, parts: Record<string, E>, required = Object.keys(parts)): E =>
  fc.record(parts, { requiredKeys: required }).map((given) => ({ [name]: given }));
const literal = (arg: E): E => arg.map((given) => ({ $literal: given }));
const zone = fc.constantFrom(...ZONES);

// Each kind of value to a depth; at 0 a field or a literal.
type Level = { number: E; text: E; list: E; date: E; bool: E; any: E };
const odd = field('a', 'z', 'q', 'o.x', 'w');
const LEAVES: Level = {
  number: fc.oneof({ weight: 5, arbitrary: field('i', 'x') }, { weight: 4, arbitrary: int }, fraction, odd),
  text: fc.oneof({ weight: 5, arbitrary: field('s') }, { weight: 4, arbitrary: text }, odd),
  list: fc.oneof({ weight: 6, arbitrary: field('t', 'u', 'l', 'l.k') }, literal(lists(int, 3)), odd),
  date: fc.oneof({ weight: 6, arbitrary: field('d') }, date, odd),
  bool: fc.oneof(bool, field('i', 's', 'a', 'q', 'z', 'o')),
  any: fc.oneof(field('i', 'x', 's', 'd', 't', 'u', 'o', 'a', 'z', 'q', 'w', 'l.k', 'o.x'), literal(plain), int, text),
};

const numbers = ({ number, text: words, list, date: day, any }: Level): E =>
  fc.oneof(
    many('$add', number),
    many('$multiply', number),
    ...['$subtract', '$divide', '$mod'].map((name) => call(name, number, number)),
    call('$subtract', day, day),
    ...['$abs', '$ceil', '$floor'].map((name) => one(name, number)),
    ...['$round', '$trunc'].map((name) => call(name, number, fc.constantFrom(0, 1, -1))),
    ...['$sum', '$avg'].map((name) => one(name, list)),
    many('$sum', number),
    call('$avg', number, number),
    one('$size', list),
    one('$strLenCP', words),
    call('$indexOfCP', words, words),
    call('$indexOfCP', words, fc.constantFrom('x', 'y'), fc.constantFrom(0, 1, 5, -1), fc.constantFrom(1, 9)),
    call('$indexOfArray', list, any),
    call('$indexOfArray', list, int, fc.constantFrom(0, 1, 5, -1), fc.constantFrom(1, 9)),
    call('$cmp', any, any),
    ...['$year', '$month', '$dayOfMonth', '$dayOfWeek', '$dayOfYear', '$hour', '$minute'].map((name) => one(name, day)),
    ...['$second', '$millisecond', '$week', '$isoWeek', '$isoWeekYear', '$isoDayOfWeek'].map((name) => one(name, day)),
    record('$year', { date: day, timezone: zone }),
    record('$hour', { date: day, timezone: zone }),
    ...['$toInt', '$toLong', '$toDouble'].map((name) =>
      one(name, fc.oneof(number, words, bool, day, fc.constantFrom('5', '-7', '1.5', '1e3', 'x'))),
    ),
    record('$reduce', {
      input: field('t'),
      initialValue: int,
      in: fc.constantFrom({ $add: ['$$value', '$$this'] }, { $max: ['$$value', '$$this'] }),
    }),
  );
const texts = ({ number, text: words, date: day }: Level): E =>
  fc.oneof(
    many('$concat', words),
    // Of stored texts and literals alone: of a computed one they can end DocumentDB's process.
    ...['$toUpper', '$toLower'].map((name) => one(name, fc.oneof(field('s'), text))),
    ...['$trim', '$ltrim', '$rtrim'].map((name) =>
      record(name, { input: words, chars: fc.constantFrom('x', 'xy') }, ['input']),
    ),
    call('$substrCP', field('s', 'i', 'd', 'q'), fc.constantFrom(0, 1, 5), fc.constantFrom(0, 1, 2, 9)),
    ...['$replaceOne', '$replaceAll'].map((name) =>
      record(name, {
        input: words,
        find: fc.constantFrom('x', 'y', 'q'),
        replacement: fc.constantFrom('', 'zz', '$&'),
      }),
    ),
    one('$toString', fc.oneof(number, words, day, bool)),
    record(
      '$dateToString',
      {
        date: day,
        format: fc.constantFrom('%Y-%m-%d', '%H:%M:%S.%L', '%j %U %u', '%G-W%V', '%d/%m %z', '%w %%'),
        timezone: zone,
        onNull: fc.constant('none'),
      },
      ['date', 'format'],
    ),
    one('$dateToString', fc.record({ date: day })),
  );
const arrays = ({ number, text: words, list, bool: truth, any }: Level): E =>
  fc.oneof(
    many('$concatArrays', list),
    one('$reverseArray', list),
    call('$slice', list, fc.constantFrom(0, 1, -1, 2)),
    call('$slice', list, fc.constantFrom(0, 1, -2), fc.constantFrom(1, 2, 0)),
    call('$range', fc.constantFrom(0, 1, 5), fc.oneof(field('i'), fc.constantFrom(0, 4)), fc.constantFrom(1, 2, -1)),
    record('$map', {
      input: list,
      as: fc.constant('m'),
      in: fc.oneof(fc.constantFrom('$$m', '$$m.k', { $type: '$$m' }), any),
    }),
    record(
      '$filter',
      {
        input: list,
        cond: fc.oneof(fc.constantFrom({ $gt: ['$$this', 1] }, { $eq: ['$$this.k', 1] }), truth),
        limit: fc.constantFrom(1, 2),
      },
      ['input', 'cond'],
    ),
    record('$sortArray', { input: list, sortBy: fc.constantFrom<unknown>(1, -1) }),
    record('$sortArray', { input: field('l'), sortBy: fc.constantFrom<unknown>({ k: 1 }, { k: -1, v: 1 }) }),
    // The order of a set is not promised.
    ...['$setUnion', '$setIntersection', '$setDifference'].map((name) =>
      call(name, list, list).map((input) => ({ $sortArray: { input, sortBy: 1 } })),
    ),
    call('$split', words, fc.constantFrom('x', 'y', 'é', '')),
    one('$objectToArray', field('o', 'z', 'q', 's')),
    lists(any, 3),
    call('$concatArrays', list, lists(number, 2)),
  );
const dates = ({ date: day }: Level): E =>
  fc.oneof(
    call('$add', day, fc.oneof(fc.constantFrom(1000, 86_400_000), whole, field('i', 'w', 'q'))),
    call('$subtract', day, fc.oneof(fc.constantFrom(1000, 86_400_000), whole, field('i', 'w', 'q'))),
    one('$toDate', fc.oneof(day, field('i', 'x', 'w', 's', 'q'), fc.constantFrom(...DATES))),
  );
const DATES = ['2024-02-29', '2024-02-29T10:11:12Z', '2024-02-29T10:11:12.345+05:30', '2024-02-30', 'x'];
const truths = ({ list, bool: truth, any }: Level): E =>
  fc.oneof(
    ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'].map((name) => call(name, any, any)),
    many('$and', truth),
    many('$or', truth),
    call('$not', truth),
    call('$in', any, list),
    one('$isArray', any),
    one('$isNumber', any),
    ...['$setIsSubset', '$setEquals'].map((name) => call(name, list, list)),
    ...['$anyElementTrue', '$allElementsTrue'].map((name) => call(name, list)),
    one('$toBool', any),
    record(
      '$regexMatch',
      // Of a computed text DocumentDB refuses it.
      {
        input: fc.oneof(field('s', 'q', 'i'), text),
        regex: fc.constantFrom('x', '^Y', 'z$', 'T'),
        options: fc.constantFrom('i', ''),
      },
      ['input', 'regex'],
    ),
  );
/** What is refused before a document is met. */
const wrong = fc.constantFrom<unknown>(
  ...[{ $foo: 1 }, '$$nope', { $eq: 1 }, { $size: 5 }, { $toInt: 'x' }, { $divide: [1, 0] }, { $size: ['$t', '$t'] }],
  ...[
    { $slice: ['$t'] },
    { $sortArray: { input: '$t' } },
    { $sortArray: 5 },
    { $trim: 'x' },
    { $trim: { chars: 'x' } },
  ],
  ...[{ $year: ['$d', 1] }, { $year: {} }, { $map: { input: '$t', in: 1, x: 1 } }, { $map: 1 }, { $filter: {} }],
  ...[{ $switch: { branches: [] } }, { $switch: { branches: 1 } }, { $cond: [1, 2] }, { $ifNull: ['$i'] }, { $let: 1 }],
  ...[{ $replaceOne: { input: 'x' } }, { $regexMatch: { input: 'x' } }, { $dateToString: {} }, { $split: ['x', ''] }],
  ...[{ $add: ['x', 1] }, { a: 1, $b: 2 }],
  ...[{ $round: ['$i', 1, 1] }, { $mod: ['$i', 0] }, { $year: 'x' }, { $range: [0, 1, 0] }, { $strLenCP: '$q' }],
);
const others = ({ number, text: words, list, bool: truth, any }: Level): E =>
  fc.oneof(
    call('$cond', truth, any, any),
    // biome-ignore lint/suspicious/noThenProperty: the name that $cond gives it
    record('$cond', { if: truth, then: any, else: any }),
    fc.tuple(truth, any, any).map(([test, yes, no]) => ({
      // biome-ignore lint/suspicious/noThenProperty: the name that $switch gives it
      $switch: { branches: [{ case: test, then: yes }], default: no },
    })),
    one('$type', any),
    call('$ifNull', any, any),
    call('$ifNull', any, any, any),
    fc.tuple(any, any).map(([v, other]) => ({ $let: { vars: { v }, in: ['$$v', other] } })),
    call('$arrayElemAt', list, fc.constantFrom(0, 1, -1, 9)),
    ...['$first', '$last'].map((name) => one(name, list)),
    ...['$max', '$min'].map((name) => one(name, list)),
    ...['$max', '$min'].map((name) => call(name, any, any)),
    call('$mergeObjects', field('o', 'z', 'q', 's'), fc.record({ m: any, x: number })),
    fc.record({ p: any, r: words }),
    one('$arrayToObject', fc.constantFrom<unknown>({ $objectToArray: '$o' }, { $literal: [['p', 1]] }, '$z')),
    one('$toObjectId', fc.constantFrom('65f000000000000000000001', 'x')),
    wrong,
  );

function deeper(level: Level): Level {
  const mix = (leaf: E, made: E) => fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: made });
  const made = {
    number: numbers(level),
    text: texts(level),
    list: arrays(level),
    date: dates(level),
    bool: truths(level),
  };
  const any = fc.oneof(made.number, made.text, made.list, made.date, made.bool, others(level));
  return {
    number: mix(level.number, made.number),
    text: mix(level.text, made.text),
    list: mix(level.list, made.list),
    date: mix(level.date, made.date),
    bool: mix(level.bool, made.bool),
    any: mix(level.any, any),
  };
}
const one1 = deeper(LEAVES);
/** An expression over the typed documents, operators at most two deep. */
export const expression: E = fc.oneof(
  numbers(one1),
  texts(one1),
  arrays(one1),
  dates(one1),
  truths(one1),
  others(one1),
);
const compute = fc
  .tuple(fc.constantFrom(0, 1, 2), expression)
  .map(([id, given]): Call => ({ method: 'aggregate', args: [[{ $match: { _id: id } }, { $project: { r: given } }]] }));

export const expressions: Kind = {
  name: 'expressions',
  batches: fc.record({ docs: typedDocuments, calls: callsOf(compute) }),
};
