import fc from 'fast-check';
import mongoose from 'mongoose';

export const { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } =
  mongoose.mongo;
export type Doc = Record<string, unknown>;

/** Documents that the calls find, and the calls themselves, each independent of the others. */
export interface Batch {
  docs: Doc[];
  calls: Call[];
  /** Made before the documents are put in. */
  indexes?: Index[];
}

/** An index's key and its options. */
export type Index = [Record<string, 1 | -1>, Doc];

/** A method of the driver's Collection and its arguments: plain data, so that a failure can be printed and shrunk. */
export interface Call {
  method: 'find' | 'aggregate' | 'countDocuments' | 'distinct' | WriteMethod;
  args: unknown[];
  /** The order of the answer is not promised. */
  unordered?: boolean;
}

export type WriteMethod =
  | 'updateOne'
  | 'updateMany'
  | 'replaceOne'
  | 'deleteOne'
  | 'deleteMany'
  | 'bulkWrite'
  | 'findOneAndUpdate'
  | 'findOneAndReplace'
  | 'findOneAndDelete';

/** A kind of work: how its batches are made. */
export interface Kind {
  name: string;
  batches: fc.Arbitrary<Batch>;
}

const MOST_CALLS = 40;
export const lists = <T>(item: fc.Arbitrary<T>, maxLength: number, minLength = 0) =>
  fc.array(item, { minLength, maxLength, size: 'max' });
export const callsOf = (call: fc.Arbitrary<Call>) => lists(call, MOST_CALLS, 1);

export const int = fc.constantFrom(0, 1, 2, 3, -1, 7, 10);
export const fraction = fc.constantFrom(0.5, 1.5, 2.25, -0.5).map((value) => new Double(value));
const double = fc.oneof({ weight: 4, arbitrary: fraction }, fc.constant(new Double(1e10)));
export const whole = fc.constantFrom(0, 1, 2, 7).map((value) => new Double(value));
export const long = fc
  .constantFrom('0', '1', '2', '5000000000', '9007199254740993')
  .map((text) => Long.fromString(text));
export const decimal = fc.constantFrom('0', '1', '1.5', '1.50', '2.25', '-0.5').map((t) => Decimal128.fromString(t));
export const number = fc.oneof({ weight: 4, arbitrary: int }, double, whole, long, decimal);
export const text = fc.constantFrom('', 'x', 'y', 'xy', 'Xyz', 'z', 'été', '😀a');
export const date = fc
  .constantFrom(0, 1000, 1_700_000_000_123, 1_709_164_800_000, -86_400_000, 951_782_399_000)
  .map((time) => new Date(time));
export const objectId = fc.constantFrom(1, 2, 3).map((n) => new ObjectId(n.toString(16).padStart(24, '0')));
const binary = fc.constantFrom('', 'hi', 'ho').map((t) => new Binary(Buffer.from(t)));
const regex = fc.constantFrom('^x', 'y').map((pattern) => new BSONRegExp(pattern, ''));
export const bool = fc.boolean();

/** A value that holds no others, of every BSON type that the driver writes. */
export const scalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: number },
  { weight: 3, arbitrary: text },
  fc.constant(null),
  bool,
  date,
  objectId,
  binary,
  regex,
  fc.constantFrom(new MinKey(), new MaxKey()),
  fc.constant(Timestamp.fromBits(1, 1000)),
);

/** A small embedded document. */
export const inner: fc.Arbitrary<Doc> = fc.record(
  { x: fc.oneof({ weight: 3, arbitrary: int }, scalar, lists(int, 3)), y: scalar },
  { requiredKeys: [] },
);

/** Any value: scalars, documents, arrays of them, arrays in arrays. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  inner,
  lists(scalar, 3),
  lists(inner, 3),
  lists(fc.oneof(lists(int, 2), int), 3),
);

/** The fields of a document: `a` and `b` of any type, the others mostly of one. */
export const fields: fc.Arbitrary<Doc> = fc.record(
  {
    a: value,
    b: scalar,
    i: int,
    n: fc.oneof({ weight: 4, arbitrary: inner }, scalar, lists(inner, 2)),
    l: lists(fc.record({ k: int, v: scalar }, { requiredKeys: [] }), 3),
    t: lists(fc.oneof({ weight: 4, arbitrary: int }, text), 4),
  },
  { requiredKeys: [] },
);

/** Documents numbered from 0. */
export const documents = lists(fields, 12, 1).map((docs) => docs.map((doc, i): Doc => ({ _id: i, ...doc })));

const way = fc.constantFrom(1 as const, -1 as const);
const options = fc.constantFrom<Doc>(
  ...[{}, {}, {}, { sparse: true }, { partialFilterExpression: { i: { $gt: 1 } } }],
  ...[{ partialFilterExpression: { b: { $exists: true } } }],
);
// In a compound index one field alone may hold arrays; `i` and `b` hold none.
const index: fc.Arbitrary<Index> = fc.oneof(
  // Of what has no such field DocumentDB takes several into a unique index.
  fc.constantFrom<Index>(
    [{ i: 1 }, { unique: true, partialFilterExpression: { i: 7 } }],
    [{ _id: 1, i: -1 }, { unique: true }],
  ),
  fc
    .tuple(fc.constantFrom('a', 'b', 'i', 'n', 'n.x', 'l.k', 't', 'a.x', 'q'), way, options)
    .map(([name, one, given]): Index => [{ [name]: one }, given]),
  fc
    .tuple(fc.constantFrom('i', 'b'), way, fc.constantFrom('a', 'n.x', 'l.k', 't', 'q'), way, options)
    .map(([first, one, second, two, given]): Index => [{ [first]: one, [second]: two }, given]),
  fc
    .tuple(fc.constantFrom('a', 't'), way, fc.constantFrom('i', 'b'), way, options)
    .map(([first, one, second, two, given]): Index => [{ [first]: one, [second]: two }, given]),
);
/** Mostly none, as making them takes the engine its time. */
export const indexes = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Index[]>([]) },
  fc.uniqueArray(index, { minLength: 1, maxLength: 2, selector: ([key]) => JSON.stringify(key) }),
);

/** The paths that filters, sorts and projections use; with a place in an array, into arrays, and missing ones. */
export const path = fc.constantFrom('a', 'b', 'i', 'n', 'n.x', 'n.y', 'l', 'l.k', 'l.v', 't', 'a.x', 'a.0', 't.1', 'q');
