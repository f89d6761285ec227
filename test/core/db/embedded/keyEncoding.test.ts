import { Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareValues, encodeValue } from '../../../../core/db/embedded/keyEncoding.ts';

test('values of all types come in MongoDB’s order', () => {
  const ordered = [
    new MinKey(),
    null,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    Long.fromString('-9007199254740993'),
    -9007199254740992,
    -1.5,
    -1,
    Decimal128.fromString('-0.5'),
    0,
    5e-324,
    Decimal128.fromString('0.1'),
    0.5,
    1,
    Decimal128.fromString('1.5'),
    2,
    9007199254740992,
    Long.fromString('9007199254740993'),
    9007199254740994,
    Long.MAX_VALUE,
    1e300,
    Number.POSITIVE_INFINITY,
    '',
    '\0',
    '\0a',
    'a',
    'a\0',
    'a\0b',
    'ab',
    'b',
    '\uffff',
    '\u{1f600}',
    {},
    { a: 1 },
    { a: 1, b: 1 },
    { a: 2 },
    { b: 1 },
    { a: 'x' },
    [],
    [1],
    [1, 2],
    [2],
    new ObjectId('000000000000000000000001'),
    new ObjectId('000000000000000000000002'),
    false,
    true,
    new Date(-5),
    new Date(0),
    new Date(5),
    Timestamp.fromBits(1, 1),
    /a/,
    /b/,
    new MaxKey(),
  ];
  const keys = ordered.map(encodeValue);
  for (let i = 1; i < keys.length; i++)
    expect([i, Buffer.compare(keys[i - 1] as Buffer, keys[i] as Buffer)]).toEqual([i, -1]);
});

test('equal numbers of different types have one key', () => {
  const five = encodeValue(5);
  for (const other of [
    new Double(5),
    Long.fromNumber(5),
    Decimal128.fromString('5.00'),
    Decimal128.fromString('0.5E1'),
    5n,
  ])
    expect(encodeValue(other)).toEqual(five);
  expect(encodeValue(-0)).toEqual(encodeValue(0));
  expect(encodeValue(Decimal128.fromString('0E+3'))).toEqual(encodeValue(0));
});

const scalar = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constant(null),
);

test('comparing values and comparing their keys agree', () => {
  fc.assert(
    fc.property(scalar, scalar, (a, b) => {
      expect(Math.sign(compareValues(a, b))).toBe(Buffer.compare(encodeValue(a), encodeValue(b)));
    }),
  );
});

test('no key begins another, so that keys can be put one behind another', () => {
  fc.assert(
    fc.property(scalar, scalar, (a, b) => {
      const [x, y] = [encodeValue(a), encodeValue(b)];
      expect(x.equals(y) || !y.subarray(0, x.length).equals(x)).toBe(true);
    }),
  );
});

test('integers of 64 bits keep their order', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      (a, b) => {
        expect(Buffer.compare(encodeValue(Long.fromBigInt(a)), encodeValue(Long.fromBigInt(b)))).toBe(
          a < b ? -1 : a > b ? 1 : 0,
        );
      },
    ),
  );
});
