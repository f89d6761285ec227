import { Long } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueKey } from '../../../../core/db/embedded/keyEncoding.ts';
import { type Doc, withDatabase } from './harness.ts';

const { fresh } = withDatabase();

const one = fc.constantFrom<unknown>(null, 0, 1, -0, Long.fromNumber(1), 2.5, '', 'a', 'a\0b', true, new Date(5), {
  a: 1,
});
const list = fc.array(fc.oneof(one, fc.array(one, { maxLength: 2 })), { maxLength: 3 });
const inside = fc.oneof(fc.record({ k: fc.oneof(one, list) }), fc.array(fc.record({ k: one }), { maxLength: 3 }), one);
const documents = fc.array(
  fc.record({ shop: fc.constantFrom(1, 2, '1', null), v: fc.oneof(one, list), o: inside }, { requiredKeys: ['shop'] }),
  { maxLength: 12 },
);

test('an index gives the same distinct values as all documents do', async () => {
  await fc.assert(
    fc.asyncProperty(documents, async (docs) => {
      const [plain, indexed] = [fresh(), fresh()];
      await indexed.createIndexes([{ key: { shop: 1, v: 1 } }, { key: { shop: 1, 'o.k': 1 } }, { key: { v: 1 } }]);
      if (docs.length > 0) {
        await plain.insertMany(docs.map((doc, _id) => ({ ...doc, _id })) as never[]);
        await indexed.insertMany(docs.map((doc, _id) => ({ ...doc, _id })) as never[]);
      }
      for (const field of ['v', 'o.k']) {
        for (const filter of [
          {},
          { shop: 1 },
          { shop: '1' },
          { shop: null },
          { shop: { $gt: 0 } },
          { shop: 1, v: { $gte: '' } },
          { shop: 1, 'o.k': { $gt: 0, $lt: 2 } },
        ] as Doc[]) {
          const [all, stepped] = await Promise.all([plain.distinct(field, filter), indexed.distinct(field, filter)]);
          expect(new Set(stepped.map(valueKey))).toEqual(new Set(all.map(valueKey)));
        }
      }
    }),
    { numRuns: 25 },
  );
});
