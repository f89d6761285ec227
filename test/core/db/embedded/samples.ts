import { Binary, Decimal128, Double, Long, ObjectId } from './harness.ts';

/** An ObjectId out of a number. */
export const id = (number: number) => new ObjectId(number.toString(16).padStart(24, '0'));

/** Documents with every trap: missing and null, arrays of documents, all number types, types mixed in one field. */
export const samples = [
  { _id: 1, a: 1, b: 'x', t: ['p', 'q'], n: { x: 1, y: [1, 2, 3] }, d: new Date(1000) },
  { _id: 2, a: 2.5, b: 'y', t: [], n: { x: 2 }, d: new Date(2000) },
  {
    _id: 3,
    a: null,
    b: 'z',
    t: null,
    l: [
      { k: 1, v: 'a' },
      { k: 2, v: 'b' },
    ],
    d: new Date(3000),
  },
  { _id: 4, b: 'xyz', t: ['q', ['r']], l: [{ k: 2, v: 'c' }, { k: 3 }], big: Long.fromString('9007199254740993') },
  { _id: 5, a: 'str', b: null, o: id(5), dec: Decimal128.fromString('1.50'), dbl: new Double(5), neg: -3, l: [] },
  {
    _id: 6,
    a: [1, 5, 9],
    b: 'É\u{1F600}',
    bin: new Binary(Buffer.from('hi')),
    bool: true,
    re: /ab/i,
    l: [1, 2, { k: 5 }],
  },
  { _id: 7, a: new Double(7), b: 'x', bool: false, n: { x: null }, nest: [[1, 2], [3]] },
  { _id: 8, a: Long.fromNumber(8), b: 'y', t: 'q', n: [{ x: 5 }, { x: 6 }] },
];
