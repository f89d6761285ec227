import fc from 'fast-check';
import { condition, filter } from './filters.ts';
import { type Call, callsOf, type Doc, documents, indexes, type Kind, lists, path } from './values.ts';

const direction = fc.constantFrom(1 as const, -1 as const);
/** A sort that leaves nothing open: _id is its last field. */
export const sort = lists(fc.tuple(fc.constantFrom('a', 'b', 'i', 'n', 'l.k', 't', 'q'), direction), 2).map((keys) => ({
  ...Object.fromEntries(keys),
  _id: 1,
}));

/** No path twice, and none with a part of it. */
const apart = (names: string[]) =>
  names.filter(
    (name, i) => !names.some((other, j) => `${name}.`.startsWith(`${other}.`) && i !== j && (name !== other || j < i)),
  );
const flags = (flag: unknown) =>
  lists(path, 3, 1).map((names): Doc => Object.fromEntries(apart(names).map((name) => [name, flag])));
const sliced = fc
  .tuple(fc.constantFrom('t', 'l', 'a', 'n'), fc.constantFrom<unknown>(1, -1, 0, 2, [1, 1], [-2, 1], [5, 2]))
  .map(([name, operand]): Doc => ({ [name]: { $slice: operand } }));
const matched = fc
  .tuple(fc.constantFrom('t', 'l', 'a'), condition)
  .map(([name, operand]): Doc => ({ [name]: { $elemMatch: name === 'l' ? { k: operand } : operand } }));
const computed = fc
  .tuple(fc.constantFrom('r', 'n.r', 'a'), path)
  .map(([name, from]): Doc => ({ [name]: { $ifNull: [`$${from}`, 'none'] }, i: 1 }));
/** find's projections. */
export const projection: fc.Arbitrary<Doc> = fc.oneof(
  flags(1),
  flags(0),
  flags(true).map((spec) => ({ ...spec, _id: 0 })),
  flags(0).map((spec) => ({ ...spec, _id: 0 })),
  sliced,
  fc.tuple(sliced, fc.constantFrom('b', 'i', 'q')).map(([one, name]) => ({ [name]: 0, ...one })),
  matched,
  computed,
  fc.constantFrom<Doc>({ _id: 1 }, { _id: 0 }, { n: { x: 1 } }, { r: '$i' }),
);
const wrong = fc.constantFrom<Doc>(
  ...[
    { a: 1, b: 0 },
    { a: 0, b: 1 },
    { a: 1, 'a.x': 1 },
    { 'a.x': 1, a: 1 },
    { t: { $slice: 1 }, 't.1': 0 },
  ],
  ...[{ r: { $foo: 1 } }, { b: 0, r: '$i' }, { t: { $slice: 'x' } }, { r: '$$nope' }],
);
const refused = wrong.map((given): Call => ({ method: 'find', args: [{}, { projection: given }] }));

const find = fc
  .record(
    {
      sort,
      projection,
      skip: fc.constantFrom(0, 1, 3),
      limit: fc.constantFrom(0, 1, 4, -2),
      batchSize: fc.constantFrom(1, 2, 100),
    },
    { requiredKeys: ['sort'] },
  )
  .chain((options) =>
    fc.oneof(fc.constant({}), filter).map((given): Call => ({ method: 'find', args: [given, options] })),
  );
const distinct = fc
  .tuple(path, fc.oneof(fc.constant({}), filter))
  .map((args): Call => ({ method: 'distinct', args, unordered: true }));
const count = fc
  .tuple(filter, fc.record({ skip: fc.constantFrom(1, 2), limit: fc.constantFrom(1, 3) }, { requiredKeys: [] }))
  .map((args): Call => ({ method: 'countDocuments', args }));

export const finds: Kind = {
  name: 'finds',
  batches: fc.record({
    docs: documents,
    indexes,
    calls: callsOf(
      fc.oneof(
        { weight: 12, arbitrary: find },
        { weight: 2, arbitrary: distinct },
        { weight: 2, arbitrary: count },
        refused,
      ),
    ),
  }),
};
