import fc from 'fast-check';
import { condition } from './filters.ts';
import { type Call, type Doc, fields, int, type Kind, lists, number, path, scalar, text, value } from './values.ts';

/** What is done to one group of documents: the group's number and the documents' _id are put in when batched. */
export interface Work {
  docs: Doc[];
  call: (group: number) => Call;
}

const MOST_WORKS = 30;
/** Many works in one pair of collections, apart from each other by the field `g`. */
export const batched = (work: fc.Arbitrary<Work>) =>
  lists(work, MOST_WORKS, 1).map((works) => ({
    docs: works.flatMap(({ docs }, g) => docs.map((doc, i) => ({ _id: `${g}.${i}`, g, ...doc }))),
    calls: works.map(({ call }, g) => call(g)),
  }));

const onPath = (name: string, at: fc.Arbitrary<string>, operand: fc.Arbitrary<unknown>): fc.Arbitrary<Doc> =>
  fc.tuple(at, operand).map(([field, given]) => ({ [name]: { [field]: given } }));
const arrays = fc.constantFrom('t', 'l', 'a', 'q', 'n.x', 'q.z', 'b');
const target = fc.oneof({ weight: 5, arbitrary: path }, fc.constantFrom('q.z', 'a.2', 'l.0.k', 't.5', 'i.z'));

const push = fc.record(
  {
    $each: lists(value, 3),
    $position: fc.constantFrom(0, 1, -1, 9),
    $slice: fc.constantFrom(0, 1, 2, -2),
    $sort: fc.constantFrom<unknown>(1, -1, { k: 1 }, { k: -1 }),
  },
  { requiredKeys: ['$each'] },
);
const operators: fc.Arbitrary<Doc> = fc.oneof(
  onPath('$set', target, value),
  onPath('$unset', target, fc.constant('')),
  onPath('$inc', fc.constantFrom('i', 'n.x', 'q', 'q.z', 't.1', 'l.0.k'), number),
  onPath('$mul', fc.constantFrom('i', 'n.x', 'q', 'q.z', 't.0'), number),
  onPath('$min', target, scalar),
  onPath('$max', target, scalar),
  onPath('$rename', fc.constantFrom('a', 'b', 'n.x', 'q'), fc.constantFrom('r', 'n.z', 'i')),
  onPath('$setOnInsert', path, scalar),
  onPath('$push', arrays, fc.oneof(value, push, push)),
  onPath('$addToSet', arrays, fc.oneof(value, fc.record({ $each: lists(value, 3) }))),
  onPath('$pull', arrays, fc.oneof(value, condition, fc.record({ k: int }), fc.record({ k: condition }))),
  onPath('$pullAll', arrays, lists(scalar, 3)),
  onPath('$pop', arrays, fc.constantFrom(1, -1)),
);
const wrong = fc.constantFrom<unknown>(
  ...[
    { $inc: { i: 'x' } },
    { $pop: { t: 2 } },
    { $pullAll: { t: 1 } },
    { $push: { t: { $each: 1 } } },
    { $foo: { a: 1 } },
  ],
  ...[{ $set: { a: 1 }, $inc: { a: 1 } }, { $set: { a: 1, 'a.x': 2 } }, { $set: { _id: 5 } }, { $set: { 'a..b': 1 } }],
  ...[{ $rename: { a: 'a' } }, { $rename: { a: 5 } }, { $inc: { s: 1 } }, { $push: { s: 1 } }, { $set: { 's.x': 1 } }],
  ...[{ $set: { 't.$[e]': 1 } }, { $set: { 't.$': 1 } }, { $set: 5 }, [{ $group: { _id: 1 } }], [{ $foo: 1 }]],
  ...[{ $push: { t: { $each: [], $foo: 1 } } }, { $mul: { i: null } }, { $addToSet: { s: 1 } }, { $pull: { s: 1 } }],
);
/** An update by operators. */
export const operatorUpdate = fc.oneof(
  { weight: 4, arbitrary: operators },
  fc.tuple(operators, operators).map(([one, two]) => (clash(one, two) ? one : { ...one, ...two })),
);

/** Whether two updates touch the same path, or a part of it: which of two errors comes first is not promised. */
function clash(one: Doc, two: Doc): boolean {
  const [first, second] = [one, two].map((update) =>
    Object.entries(update).flatMap(([name, fields]) =>
      Object.entries(fields as Doc).flatMap(([field, to]) => (name === '$rename' ? [field, String(to)] : [field])),
    ),
  ) as [string[], string[]];
  return first.some((a) => second.some((b) => `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`)));
}

const pipeline = lists(
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom('a', 'n.x', 'r', 't'),
        fc.oneof(
          path.map((name) => `$${name}`),
          int,
          text,
        ),
      )
      .map(([name, from]): Doc => ({ $set: { [name]: from } })),
    path.map((name): Doc => ({ $unset: name })),
    fc.constantFrom<Doc>(
      { $set: { r: { $ifNull: ['$i', 'none'] } } },
      { $set: { t: { $cond: [{ $isArray: '$t' }, { $size: '$t' }, null] } } },
      { $project: { a: 0 } },
      { $project: { g: 1, i: 1 } },
      { $replaceWith: { $mergeObjects: ['$$ROOT', { z: 1 }] } },
    ),
  ),
  3,
  1,
);

const method = fc.constantFrom('updateOne' as const, 'updateMany' as const);
const updates_ = (filterOf: fc.Arbitrary<Doc>, update: fc.Arbitrary<unknown>, options: fc.Arbitrary<Doc>) =>
  fc.record({ docs: lists(fields, 2), method, filter: filterOf, update, options }).map(
    ({ docs, method: name, filter, update: change, options: given }): Work => ({
      docs,
      call: (g) => ({
        method: name,
        args: [{ g, ...filter, ...(given.upsert ? { _id: `${g}.9` } : {}) }, change, given],
      }),
    }),
  );

const refused = fc.tuple(fields, wrong).map(
  ([doc, update]): Work => ({
    docs: [{ ...doc, i: 1, s: 'x', t: [1], a: 1 }],
    call: (g) => ({ method: 'updateOne', args: [{ g }, update] }),
  }),
);
const none = fc.constant({});
const positional = fc
  .tuple(
    fc.constantFrom('$', '$[]', '$[e]'),
    fc.constantFrom<Doc>({ $set: 5 }, { $inc: 1 }, { $unset: '' }, { $mul: 2 }),
  )
  .chain(([place, change]) => {
    const [name, operand] = Object.entries(change)[0] as [string, unknown];
    const where = fc.oneof(int, condition);
    return fc.tuple(fc.boolean(), where, fc.boolean()).map(([inside, match, elem]) => {
      const field = inside ? `l.${place}.k` : `t.${place}`;
      const onElement: Doc = inside ? { 'l.k': match } : { t: match };
      const filter = place !== '$' ? {} : elem && inside ? { l: { $elemMatch: { k: match } } } : onElement;
      const options = place === '$[e]' ? { arrayFilters: [inside ? { 'e.k': match } : { e: match }] } : {};
      return { filter, update: { [name]: { [field]: operand } }, options };
    });
  });
const places = fc.tuple(lists(fields, 2, 1), method, positional).map(
  ([docs, name, { filter, update, options }]): Work => ({
    docs,
    call: (g) => ({ method: name, args: [{ g, ...filter }, update, options] }),
  }),
);
const upsertFilter = fc.oneof(
  none,
  fc.tuple(fc.constantFrom('a', 'n.x', 'b'), value).map(([name, given]): Doc => ({ [name]: given })),
  fc.tuple(fc.constantFrom('a', 'n.x'), scalar).map(([name, given]): Doc => ({ [name]: { $eq: given } })),
  fc.tuple(fc.constantFrom('a', 'n.x'), scalar).map(([name, given]): Doc => ({ $and: [{ [name]: given }] })),
);

export const updates: Kind = {
  name: 'updates',
  batches: batched(
    fc.oneof(
      { weight: 5, arbitrary: updates_(none, operatorUpdate, none) },
      { weight: 2, arbitrary: updates_(none, pipeline, none) },
      { weight: 2, arbitrary: updates_(upsertFilter, operatorUpdate, fc.constant({ upsert: true })) },
      { weight: 3, arbitrary: places },
      refused,
    ),
  ),
};
