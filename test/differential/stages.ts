import fc from 'fast-check';
import { numeric, simple, typedDocuments } from './expressions.ts';
import { filter } from './filters.ts';
import { type Call, callsOf, type Doc, type Kind, lists } from './values.ts';

/** Stands for the collection itself where a stage names one. */
export const SAME = '@same';

type Stages = fc.Arbitrary<Doc[]>;
const name = fc.constantFrom('r', 'i', 'o.r', 'o', 'a');
const path = fc.constantFrom('i', 'x', 's', 'd', 't', 'o', 'o.x', 'a', 'l', 'l.k', 'q', 'z');
const ref = path.map((at) => `$${at}`);
const direction = fc.constantFrom(1, -1);

/** Stages that leave the order of the documents as it is. */
const step: fc.Arbitrary<Doc> = fc.oneof(
  filter.map((given) => ({ $match: given })),
  fc.tuple(fc.constantFrom('$set', '$addFields', '$project'), name, simple).map(([op, at, given]) => ({
    [op]: { [at]: given },
  })),
  lists(path, 3, 1).map((paths) => ({ $project: Object.fromEntries(paths.map((at) => [at, 1])) })),
  lists(path, 3, 1).map((paths) => ({ $project: { _id: 0, ...Object.fromEntries(paths.map((at) => [at, 0])) } })),
  fc.oneof(path, lists(path, 2, 1)).map((given) => ({ $unset: given })),
  fc.record({ p: ref, r: simple }).map((given) => ({ $replaceWith: given })),
  fc.constantFrom<Doc>({ $replaceRoot: { newRoot: { $mergeObjects: [{ m: 1 }, '$o'] } } }, { $replaceWith: '$o' }),
  fc
    .record(
      { path: ref, includeArrayIndex: fc.constant('at'), preserveNullAndEmptyArrays: fc.boolean() },
      { requiredKeys: ['path'] },
    )
    .map((given) => ({ $unwind: given })),
  ref.map((given) => ({ $unwind: given })),
  fc.constantFrom(0, 1, 2).map((n) => ({ $skip: n })),
  fc.constantFrom(1, 2, 5).map((n) => ({ $limit: n })),
  fc.constantFrom<Doc>(
    { $limit: 0 },
    { $skip: -1 },
    { $foo: 1 },
    { $project: {} },
    { $unwind: 'x' },
    { $match: 1 },
    { $sort: {} },
  ),
);

const accumulator: fc.Arbitrary<Doc> = fc.oneof(
  fc
    .tuple(fc.constantFrom('$sum', '$avg', '$stdDevPop', '$stdDevSamp'), numeric)
    .map(([op, given]) => ({ [op]: given })),
  fc.tuple(fc.constantFrom('$min', '$max', '$first', '$last', '$push'), simple).map(([op, given]) => ({ [op]: given })),
  fc.constantFrom<Doc>({ $count: {} }, { $mergeObjects: '$o' }, { $sum: 1 }, { $foo: 1 }),
  fc.tuple(fc.constantFrom('$firstN', '$minN', '$maxN'), ref, fc.constantFrom(1, 2)).map(([op, input, n]) => ({
    [op]: { input, n },
  })),
  fc.tuple(fc.constantFrom('$top', '$bottom'), direction).map(([op, way]) => ({
    [op]: { output: '$i', sortBy: { i: way, _id: 1 } },
  })),
  fc.tuple(fc.constantFrom('$topN', '$bottomN'), direction).map(([op, way]) => ({
    [op]: { output: '$i', sortBy: { i: way, _id: 1 }, n: 2 },
  })),
);
const key = fc.oneof(
  ref,
  fc.constantFrom<unknown>(null, 1),
  ref.map((given) => ({ k: given })),
  fc.tuple(ref, ref).map(([k, m]) => ({ k, m })),
);
const byId = { $sort: { _id: 1 } };
const group: Stages = fc.tuple(key, accumulator, accumulator).map(([_id, p, r]) => [{ $group: { _id, p, r } }, byId]);

/** Stages that end a pipeline. */
const ending: Stages = fc.oneof(
  { weight: 6, arbitrary: group },
  fc.constantFrom('n', 'a').map((at): Doc[] => [{ $count: at }]),
  ref.map((given): Doc[] => [{ $sortByCount: given }, { $sort: { count: -1, _id: 1 } }]),
  fc
    .tuple(fc.constantFrom('$i', '$x'), fc.boolean(), accumulator)
    .map(([groupBy, all, p]): Doc[] => [
      { $bucket: { groupBy, boundaries: [-5, 0, 2, 5], ...(all ? { default: 'other' } : {}), output: { p } } },
    ]),
  fc
    .tuple(step, accumulator)
    .map(([one, p]): Doc[] => [{ $facet: { one: [one], two: [{ $group: { _id: null, p } }] } }]),
  fc
    .tuple(fc.constantFrom('i', 't', 'l.k', 'o.x', 'q'), fc.constantFrom('_id', 'i', 't', 'q'))
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
  batches: fc.record({ docs: typedDocuments, calls: callsOf(call) }),
};
