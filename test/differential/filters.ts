import fc from 'fast-check';
import {
  type Call,
  callsOf,
  type Doc,
  documents,
  indexes,
  int,
  type Kind,
  lists,
  path,
  scalar,
  text,
  value,
} from './values.ts';

const op = (name: string, operand: fc.Arbitrary<unknown>): fc.Arbitrary<Doc> =>
  operand.map((given) => ({ [name]: given }));

const TYPES = ['double', 'string', 'object', 'array', 'binData', 'objectId', 'bool', 'date', 'null', 'regex', 'int'];
const type = fc.constantFrom(...TYPES, 'timestamp', 'long', 'decimal', 'minKey', 'maxKey', 'number', 1, 2, 4, 16);
const pattern = fc.constantFrom('^x', 'y', 'Y', '^$', 'z$', '^x.*y', 't');

const comparison = fc.oneof(
  op('$eq', value),
  op('$ne', value),
  ...['$gt', '$gte', '$lt', '$lte'].flatMap((name) => [op(name, scalar), op(name, value)]),
  op('$in', lists(value, 4)),
  op('$nin', lists(value, 4)),
  op('$exists', fc.boolean()),
  op('$type', fc.oneof(type, lists(type, 3, 1))),
  op('$size', fc.constantFrom(0, 1, 2, 3)),
  op('$mod', fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(0, 1))),
  op('$all', lists(scalar, 2)),
  op('$regex', pattern),
  fc.record({ $regex: pattern, $options: fc.constantFrom('i', 'm', 's', 'im') }),
);
const range = fc.record({ $gte: scalar, $lt: scalar });
const elements = op('$elemMatch', fc.oneof(comparison, fc.record({ k: int }), fc.record({ k: comparison, v: scalar })));
/** The operators on one field. */
export const condition: fc.Arbitrary<Doc> = fc.oneof(
  { weight: 8, arbitrary: comparison },
  range,
  elements,
  op('$not', fc.oneof(comparison, elements)),
  op('$all', lists(elements, 2, 1)),
);
const wrong = fc.constantFrom<Doc>(
  { $foo: 1 },
  { $in: 5 },
  { $size: -1 },
  { $size: 'x' },
  { $mod: [0, 1] },
  { $mod: [1] },
  { $all: 1 },
  { $elemMatch: 1 },
  { $not: 1 },
  { $regex: '(' },
  { $regex: 5 },
  { $type: 'foo' },
);

const onField: fc.Arbitrary<Doc> = fc
  .tuple(path, fc.oneof({ weight: 20, arbitrary: condition }, { weight: 10, arbitrary: value }, wrong))
  .map(([name, operand]) => ({ [name]: operand }));
const expression = fc
  .tuple(
    fc.constantFrom('$eq', '$gt', '$lte', '$ne'),
    fc.oneof(
      path.map((name) => `$${name}`),
      int,
      text,
    ),
    fc.oneof(int, text),
  )
  .map(([name, a, b]) => ({ $expr: { [name]: [a, b] } }));

/** A whole filter. */
export const filter: fc.Arbitrary<Doc> = fc.oneof(
  { weight: 10, arbitrary: onField },
  fc.tuple(onField, onField).map(([one, two]) => ({ ...one, ...two })),
  fc.tuple(fc.constantFrom('$and', '$or', '$nor'), lists(onField, 3, 1)).map(([name, parts]) => ({ [name]: parts })),
  expression,
  fc.constantFrom<Doc>(
    {},
    { $or: [] },
    { $and: 1 },
    { $foo: 1 },
    { _id: 1 },
    { _id: { $gt: 3 } },
    { _id: { $in: [1, 2] } },
  ),
);

const call = fc
  .tuple(filter, fc.boolean())
  .map(
    ([given, counting]): Call =>
      counting ? { method: 'countDocuments', args: [given] } : { method: 'find', args: [given], unordered: true },
  );

export const filters: Kind = {
  name: 'filters',
  batches: fc.record({ docs: documents, indexes, calls: callsOf(call) }),
};
