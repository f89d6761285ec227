import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, withDatabase } from './harness.ts';

const { Schema } = mongoose;
const { context } = withDatabase();
let connection: Connection;

beforeAll(async () => {
  connection = await mongoose.createConnection(context.uri, { dbName: 'mongoose' }).asPromise();
});

afterAll(() => connection?.close());

/** The models of a shop in collections of their own, with their indexes made. */
async function models(prefix: string) {
  const Shop = connection.model(`${prefix}Shop`, new Schema({ name: { type: String, unique: true } }));
  const line = new Schema({ product: String, quantity: { type: Number, min: 1 } });
  const orderSchema = new Schema(
    {
      shop: { type: Schema.Types.ObjectId, ref: `${prefix}Shop` },
      lines: [line],
      total: Number,
      price: Schema.Types.Decimal128,
      labels: { type: Map, of: String },
    },
    { timestamps: true, optimisticConcurrency: true },
  );
  const Order = connection.model(`${prefix}Order`, orderSchema);
  await Promise.all([Shop.init(), Order.init()]);
  return { Shop, Order };
}

describe('mongoose', () => {
  test('makes, finds, populates, changes and removes documents', async () => {
    const { Shop, Order } = await models('a');
    const shop = await Shop.create({ name: 'Kade' });
    await Order.insertMany([
      { shop, total: 1, lines: [{ product: 'tea', quantity: 2 }] },
      { shop, total: 2, price: '12.50', labels: { color: 'red' } },
    ]);
    const order = await Order.findOne({ total: 2 }).populate<{ shop: { name: string } }>('shop').orFail();
    expect([order.shop.name, String(order.price), order.labels?.get('color')]).toEqual(['Kade', '12.50', 'red']);
    order.total = 5;
    order.lines.push({ product: 'rice', quantity: 1 });
    order.labels?.set('size', 'L');
    await order.save();
    const totals: unknown[] = [];
    for await (const { total } of Order.find().sort({ total: -1 }).cursor({ batchSize: 1 })) totals.push(total);
    expect(totals).toEqual([5, 1]);
    const first = await Order.findOneAndUpdate(
      { 'lines.product': 'tea' },
      { $inc: { 'lines.$.quantity': 1 } },
      { returnDocument: 'after' },
    );
    expect(first?.lines[0]?.quantity).toBe(3);
    expect(await Order.updateOne({ total: 9 }, { $set: { total: 10 } }, { upsert: true })).toMatchObject({
      upsertedCount: 1,
    });
    expect((await Order.findOne({ total: 10 }).lean())?.createdAt).toBeInstanceOf(Date);
    expect(await Order.distinct('total')).toEqual(expect.arrayContaining([1, 5, 10]));
    expect(await Order.aggregate([{ $group: { _id: null, sum: { $sum: '$total' } } }])).toEqual([
      { _id: null, sum: 16 },
    ]);
    expect([
      await Order.exists({ total: 11 }),
      await Order.countDocuments(),
      await Order.estimatedDocumentCount(),
    ]).toEqual([null, 3, 3]);
    await order.deleteOne();
    expect(await Order.findById(order._id)).toBe(null);
  });

  test('refuses a duplicate, a document that is wrong, and one that another has changed', async () => {
    const { Shop, Order } = await models('b');
    await Shop.create({ name: 'Kade' });
    await expect(Shop.create({ name: 'Kade' })).rejects.toMatchObject({ code: 11000, keyValue: { name: 'Kade' } });
    const many = Shop.insertMany([{ name: 'one' }, { name: 'Kade' }, { name: 'two' }], { ordered: false });
    expect(await refusal(many)).toMatchObject({ code: 11000 });
    expect(await Shop.countDocuments()).toBe(3);
    await expect(Order.create({ lines: [{ quantity: 0 }] })).rejects.toMatchObject({ name: 'ValidationError' });
    const mine = await Order.create({ total: 1 });
    const theirs = await Order.findById(mine._id).orFail();
    await theirs.set({ total: 2 }).save();
    await expect(mine.set({ total: 3 }).save()).rejects.toMatchObject({ name: 'VersionError' });
  });

  test('saves in bulk', async () => {
    const { Order } = await models('c');
    const orders = await Order.insertMany([{ total: 1 }, { total: 2 }, { total: 3 }]);
    for (const order of orders) order.total = (order.total ?? 0) * 10;
    expect(await Order.bulkSave([...orders, new Order({ total: 40 })])).toMatchObject({
      modifiedCount: 3,
      insertedCount: 1,
    });
    const changes = [
      { updateMany: { filter: { total: { $gt: 20 } }, update: { $set: { price: '1.5' } } } },
      { deleteOne: { filter: { total: 10 } } },
    ];
    expect(await Order.bulkWrite(changes)).toMatchObject({ modifiedCount: 2, deletedCount: 1 });
    expect((await Order.find().sort({ total: 1 })).map(({ total }) => total)).toEqual([20, 30, 40]);
  });

  test('works in a session, and is refused a transaction', async () => {
    const { Shop } = await models('d');
    const session = await connection.startSession();
    const [shop] = await Shop.create([{ name: 'Kade' }], { session });
    await shop?.set({ name: 'Kade 2' }).save({ session });
    expect(await Shop.findOne({ name: 'Kade 2' }).session(session)).toBeTruthy();
    expect(await Shop.find().session(session).cursor().next()).toBeTruthy();
    await session.endSession();
    const transaction = connection.transaction((inside) => Shop.create([{ name: 'never' }], { session: inside }));
    expect(await refusal(transaction)).toMatchObject({ originalError: { code: 20 } });
    expect(await Shop.countDocuments()).toBe(1);
  });

  test('brings the indexes to what a changed schema says', async () => {
    const fields = { name: String, phone: String, seen: Date };
    const before = new Schema(fields).index({ name: 1 }).index({ phone: 1 }, { unique: true, sparse: true });
    const Before = connection.model('Person', before);
    await Before.init();
    await Before.create({ name: 'Nimal', phone: '1' });
    connection.deleteModel('Person');
    const after = new Schema(fields)
      .index({ name: 1, phone: -1 })
      .index({ phone: 1 }, { unique: true, partialFilterExpression: { name: { $exists: true } } })
      .index({ seen: 1 }, { expireAfterSeconds: 60 });
    const After = connection.model('Person', after, undefined, { overwriteModels: true });
    expect(await After.diffIndexes()).toMatchObject({ toDrop: ['name_1', 'phone_1'] });
    expect((await After.syncIndexes()).sort()).toEqual(['name_1', 'phone_1']);
    const indexes = await After.listIndexes();
    expect(indexes.map(({ name }) => name).sort()).toEqual(['_id_', 'name_1_phone_-1', 'phone_1', 'seen_1']);
    const phone = indexes.find(({ name }) => name === 'phone_1');
    expect(phone).toMatchObject({ unique: true, partialFilterExpression: { name: { $exists: true } } });
    expect(await After.syncIndexes()).toEqual([]);
    expect(await After.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
    await expect(After.create({ name: 'Ravi', phone: '1' })).rejects.toMatchObject({ code: 11000 });
  });
});
