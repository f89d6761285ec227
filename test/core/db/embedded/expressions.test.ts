import { beforeAll, describe, expect, test } from 'vitest';
import { type Collection, type Doc, withDatabase } from './harness.ts';

const { fresh } = withDatabase();
let collection: Collection;
const compute = async (expression: unknown, doc = 1) => {
  const [found] = await collection
    .aggregate([{ $match: { _id: doc } }, { $project: { _id: 0, v: expression } }])
    .toArray();
  return found?.v;
};

beforeAll(async () => {
  collection = fresh();
  await collection.insertMany([
    {
      _id: 1,
      at: new Date('2011-12-31T19:00:00Z'),
      leap: new Date('2012-02-29T23:59:59.999Z'),
      x: -1.75,
      text: ' Hello Wörld ',
      list: [3, 1, 2],
    },
    { _id: 2, at: new Date('2021-01-03T00:00:00Z') },
  ] as Doc[]);
});

describe('dates', () => {
  const colombo = { timezone: 'Asia/Colombo' };
  test.each<[string, unknown, unknown]>([
    [
      'writes a date of a time zone',
      { $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M %z', ...colombo } },
      '2012-01-01 00:30 +0530',
    ],
    ['writes the names of months', { $dateToString: { date: '$leap', format: '%d %b, %B %%' } }, '29 Feb, February %'],
    ['gives the hour of a time zone', { $hour: { date: '$at', ...colombo } }, 0],
    ['answers null for a missing date', { $year: '$nope' }, null],
  ])('%s', async (_name, expression, expected) => {
    expect(await compute(expression)).toEqual(expected);
  });

  test('knows ISO weeks at the turn of a year', async () => {
    expect(await compute([{ $isoWeek: '$at' }, { $isoWeekYear: '$at' }, { $week: '$at' }], 2)).toEqual([53, 2020, 1]);
  });
});

test.each<[string, unknown, unknown]>([
  ['rounds halves to even', [{ $round: ['$x', 1] }, { $round: 2.5 }, { $round: [1.005, 2] }], [-1.8, 2, 1]],
  ['changes the case of ASCII only', { $toUpper: '$text' }, ' HELLO WöRLD '],
  ['divides, and refuses zero', { $divide: [10, 4] }, 2.5],
  ['takes from the end of a list', { $arrayElemAt: ['$list', -1] }, 2],
  [
    'filters, maps and reduces',
    {
      $reduce: {
        input: {
          $map: {
            input: { $filter: { input: '$list', cond: { $gt: ['$$this', 1] } } },
            in: { $multiply: ['$$this', 2] },
          },
        },
        initialValue: 0,
        in: { $add: ['$$value', '$$this'] },
      },
    },
    10,
  ],
  ['lets missing be less than everything', [{ $lt: ['$nope', null] }, { $eq: ['$nope', null] }], [true, false]],
])('%s', async (_name, expression, expected) => {
  expect(await compute(expression)).toEqual(expected);
});
