import fc from 'fast-check';
import { typedDocuments } from './expressions.ts';
import { filter } from './filters.ts';
import { type Call, callsOf, type Doc, Double, type Kind, Long, lists } from './values.ts';

/** Stands for the collection itself where a stage names one. */
export const SAME = '@same';

type Stages = fc.Arbitrary<Doc[]>;
const name = fc.constantFrom('r', 'i', 'o.r', 'o', 'a');
const path = fc.constantFrom('i', 'x', 's', 'd', 't', 'o', 'a', 'l', 'q', 'z');
const deep = fc.oneof({ weight: 8, arbitrary: path }, fc.constantFrom('o.x', 'l.k'));
const ref = deep.map((at) => `$${at}`);
const direction = fc.constantFrom(1, -1);

// Expressions that no document makes fail: what fails, and what is computed at all, `expressions` compares.
const plain = fc.oneof(ref, fc.constantFrom<unknown>(1, 'x', null, { $literal: new Long(7) }));
const numeric = fc.oneof(
  fc.constantFrom<unknown>(...['$i', '$x', '$w', '$q', '$t', '$a', 1, new Double(2)]),
  fc.constantFrom<unknown>({ $sum: ['$i', '$x'] }, { $sum: '$t' }, { $avg: '$t' }, { $sum: ['$w', 1] }),
  plain.map((given) => ({ $cond: [given, 1, 0.5] })),
  plain.map((given) => ({ $cmp: [given, '$i'] })),
);
const simple = fc.oneof(
  { weight: 3, arbitrary: plain },
  numeric,
  ...['$type', '$isArray', '$toBool', '$not'].map((op) => plain.map((given) => ({ [op]: given }))),
  ...['$eq', '$gt', '$lte', '$ifNull', '$max', '$min', '$and'].map((op) =>
    fc.tuple(plain, plain).map((given) => ({ [op]: given })),
  ),
  fc.tuple(plain, plain, plain).map((given) => ({ $cond: given })),
  fc.tuple(plain, plain),
  fc.record({ p: plain, r: plain }),
);

/** Stages that leave the order of the documents as it is, and refuse none. */
const step: fc.Arbitrary<Doc> = fc.oneof(
  filter.map((given) => ({ $match: given })),
  fc.tuple(fc.constantFrom('$set', '$addFields', '$project'), name, simple).map(([op, at, given]) => ({
    [op]: { [at]: typeof given === 'number' ? { $literal: given } : given },
  })),
  lists(path, 3, 1).map((paths) => ({ $project: Object.fromEntries(paths.map((at) => [at, 1])) })),
  lists(path, 3, 1).map((paths) => ({ $project: { _id: 0, ...Object.fromEntries(paths.map((at) => [at, 0])) } })),
  deep.map((at) => ({ $project: { [at]: 1 } })),
  fc
    .oneof(
      deep,
      lists(path, 2, 1).map((paths) => [...new Set(paths)]),
    )
    .map((given) => ({ $unset: given })),
  fc.record({ p: ref, r: simple }).map((given) => ({ $replaceWith: given })),
  fc.constant<Doc>({ $replaceRoot: { newRoot: { m: 1, o: '$o', i: '$i' } } }),
  fc
    .record(
      { path: ref, includeArrayIndex: fc.constant('at'), preserveNullAndEmptyArrays: fc.boolean() },
      { requiredKeys: ['path'] },
    )
    .map((given) => ({ $unwind: given })),
  ref.map((given) => ({ $unwind: given })),
  fc.constantFrom(0, 1, 2).map((n) => ({ $skip: n })),
  fc.constantFrom(1, 2, 5).map((n) => ({ $limit: n })),
);
/** Stages that are refused, alone: of two wrong ones it is not promised which is met first. */
const wrong = fc.constantFrom<Doc>(
  ...[{ $limit: 0 }, { $skip: -1 }, { $foo: 1 }, { $unwind: 'x' }, { $match: 1 }, { $sort: {} }, { $group: {} }],
  ...[{ $group: { _id: 1, a: 1 } }, { $group: { _id: 1, a: { $foo: 1 } } }, { $count: '' }],
  ...[{ $project: { 'o.x': 1, o: 1 } }, { $project: { i: 1, x: 0 } }, { $replaceWith: '$s' }, { $replaceWith: 1 }],
  ...[{ $bucket: { groupBy: '$i' } }, { $lookup: { from: 'c' } }, { $unwind: {} }, { $set: 1 }],
  ...[{ $unset: 1 }, { $limit: 'x' }, { $set: { a: '$$nope' } }, { a: 1, b: 2 }],
);

const accumulator: fc.Arbitrary<Doc> = fc.oneof(
  fc.tuple(fc.constantFrom('$sum', '$avg'), numeric).map(([op, given]) => ({ [op]: given })),
  fc.tuple(fc.constantFrom('$min', '$max', '$first', '$last', '$push'), simple).map(([op, given]) => ({ [op]: given })),
  fc.constantFrom<Doc>({ $count: {} }, { $mergeObjects: '$o' }, { $sum: 1 }),
);
// Of fields whose numbers have one type: which of equal ones stands for the group is not promised.
const keyed = fc.constantFrom('$i', '$s', '$d', '$t', '$l', '$q', '$z', '$l.k');
const key = fc.oneof(
  keyed,
  fc.constantFrom<unknown>(null, 1),
  keyed.map((given) => ({ k: given })),
  fc.tuple(keyed, keyed).map(([k, m]) => ({ k, m })),
);
const byId = { $sort: { _id: 1 } };
const group: Stages = fc.tuple(key, accumulator, accumulator).map(([_id, p, r]) => [{ $group: { _id, p, r } }, byId]);

/** Stages that end a pipeline. */
const ending: Stages = fc.oneof(
  { weight: 6, arbitrary: group },
  fc.constantFrom('n', 'a').map((at): Doc[] => [{ $count: at }]),
  keyed.map((given): Doc[] => [{ $sortByCount: given }, { $sort: { count: -1, _id: 1 } }]),
  fc
    .tuple(fc.constantFrom('$i', '$x'), fc.boolean(), accumulator)
    .map(([groupBy, all, p]): Doc[] => [
      { $bucket: { groupBy, boundaries: [-5, 0, 2, 5], ...(all ? { default: 'other' } : {}), output: { p } } },
    ]),
  fc
    .tuple(step, accumulator)
    .map(([one, p]): Doc[] => [{ $facet: { one: [one], two: [{ $group: { _id: null, p } }] } }]),
  fc
    .oneof(
      // Where the local field may be an empty array, DocumentDB also finds what has null.
      fc.tuple(fc.constantFrom('i', 't', 'l.k', 'o.x'), fc.constantFrom('_id', 'i')),
      fc.tuple(fc.constantFrom('i', 'q'), fc.constantFrom('t', 'q', 'l.k')),
    )
    .map(([localField, foreignField]): Doc[] => [
      { $lookup: { from: SAME, localField, foreignField, as: 'found' } },
      { $set: { found: { $sortArray: { input: '$found._id', sortBy: 1 } } } },
    ]),
  fc.tuple(ref, fc.constantFrom('$eq', '$lt')).map(([given, op]): Doc[] => [
    {
      $lookup: {
        from: SAME,
        let: { v: given },
        pipeline: [{ $match: { $expr: { [op]: ['$i', '$$v'] } } }, { $sort: { _id: 1 } }, { $project: { i: 1 } }],
        as: 'found',
      },
    },
  ]),
  fc.constantFrom<Doc[]>([{ $unionWith: { coll: SAME, pipeline: [{ $match: { i: 1 } }, { $sort: { _id: 1 } }] } }]),
);

const sorting = fc.oneof(
  fc.constant(byId),
  fc.tuple(path, direction, direction).map(([at, one, two]) => ({ $sort: { [at]: one, _id: two } })),
);
const refused = wrong.map((stage): Call => ({ method: 'aggregate', args: [[byId, stage]] }));
const call = fc.tuple(sorting, lists(step, 3), fc.option(ending, { nil: [] })).map(
  ([sort, steps, end]): Call => ({
    method: 'aggregate',
    args: [[sort, ...steps, ...end]],
    // A group's _id may be an array, and arrays of the same least element are in no order.
    unordered: end.some((stage) => '$group' in stage || '$sortByCount' in stage || '$bucket' in stage),
  }),
);

export const stages: Kind = {
  name: 'stages',
  batches: fc.record({ docs: typedDocuments, calls: callsOf(fc.oneof({ weight: 15, arbitrary: call }, refused)) }),
};
