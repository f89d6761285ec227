import fc from 'fast-check';
import { condition } from './filters.ts';
import { projection, sort } from './finds.ts';
import { batched, operatorUpdate, type Work } from './updates.ts';
import { type Doc, fields, type Kind, lists, path, value } from './values.ts';

const filter: fc.Arbitrary<Doc> = fc.oneof(
  fc.constant({}),
  fc.tuple(path, fc.oneof(condition, value)).map(([name, operand]) => ({ [name]: operand })),
);
const docs = lists(fields, 4);

const options = fc.record(
  { sort, projection, returnDocument: fc.constantFrom('before', 'after'), upsert: fc.constant(true) },
  { requiredKeys: ['sort'] },
);
const modify = fc
  .record({ docs, filter, update: operatorUpdate, replacement: fields, replace: fc.boolean(), options })
  .map(
    (given): Work => ({
      docs: given.docs,
      call: (g) => ({
        method: given.replace ? 'findOneAndReplace' : 'findOneAndUpdate',
        args: [
          { g, ...given.filter, ...(given.options.upsert ? { _id: `${g}.9` } : {}) },
          given.replace ? { g, ...given.replacement } : given.update,
          { ...given.options, includeResultMetadata: true },
        ],
      }),
    }),
  );
const take = fc.record({ docs, filter, sort, projection: fc.option(projection, { nil: undefined }) }).map(
  (given): Work => ({
    docs: given.docs,
    call: (g) => ({
      method: 'findOneAndDelete',
      args: [
        { g, ...given.filter },
        { sort: given.sort, ...(given.projection ? { projection: given.projection } : {}) },
      ],
    }),
  }),
);
const remove = fc.tuple(docs, filter, fc.boolean()).map(
  ([given, where, many]): Work => ({
    docs: given,
    call: (g) => ({ method: many ? 'deleteMany' : 'deleteOne', args: [{ g, ...where }] }),
  }),
);
const replace = fc.tuple(docs, filter, fields, fc.boolean()).map(
  ([given, where, replacement, upsert]): Work => ({
    docs: given,
    call: (g) => ({
      method: 'replaceOne',
      args: [{ g, ...where, ...(upsert ? { _id: `${g}.9` } : {}) }, { g, ...replacement }, { upsert }],
    }),
  }),
);

// Which of several documents a write of one takes is not promised.
const only = (g: number, name: string): Doc => (name.endsWith('One') ? { g, _id: `${g}.0` } : { g });

type Step = (g: number) => Doc;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fields, fc.constantFrom(0, 1, 5, 6)).map(
    ([doc, i]): Step =>
      (g) => ({ insertOne: { document: { _id: `${g}.${i}`, g, ...doc } } }),
  ),
  fc.tuple(filter, operatorUpdate, fc.constantFrom('updateOne', 'updateMany')).map(
    ([where, update, name]): Step =>
      (g) => ({ [name]: { filter: { ...where, ...only(g, name) }, update } }),
  ),
  fc.tuple(operatorUpdate, fc.constantFrom(0, 7)).map(
    ([update, i]): Step =>
      (g) => ({ updateOne: { filter: { g, _id: `${g}.${i}` }, update, upsert: true } }),
  ),
  fc.tuple(filter, fields).map(
    ([where, doc]): Step =>
      (g) => ({ replaceOne: { filter: { ...where, ...only(g, 'replaceOne') }, replacement: { g, ...doc } } }),
  ),
  fc.tuple(filter, fc.constantFrom('deleteOne', 'deleteMany')).map(
    ([where, name]): Step =>
      (g) => ({ [name]: { filter: { ...where, ...only(g, name) } } }),
  ),
);
const bulk = fc.tuple(docs, lists(step, 4, 1), fc.boolean()).map(
  ([given, steps, ordered]): Work => ({
    docs: given,
    call: (g) => ({ method: 'bulkWrite', args: [steps.map((make) => make(g)), { ordered }] }),
  }),
);

export const writes: Kind = {
  name: 'findAndModify, deletes and bulk writes',
  batches: batched(fc.oneof({ weight: 3, arbitrary: modify }, take, remove, replace, { weight: 3, arbitrary: bulk })),
};
