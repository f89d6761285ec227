// What people do in mongosh; prints one line of JSON with what came of it.

const made = {};
const shop = db.getSiblingDB('shop');
const people = ['Nimal', 'Kamala', 'Ravi', 'Fatima', 'Sunil'];

made.inserted = shop.orders.insertMany(
  Array.from({ length: 250 }, (_, n) => ({ _id: n, buyer: people[n % 5], total: Decimal128(String(n)), items: n % 3 })),
).acknowledged;
made.databases = db.getMongo().getDBNames();
made.collections = shop.getCollectionNames();
made.found = shop.orders.find({ buyer: 'Ravi' }, { buyer: 1 }).sort({ _id: -1 }).limit(2).toArray();
made.cursor = shop.orders.find().batchSize(20).map((order) => order._id).toArray().length;
made.one = shop.orders.findOne({ _id: 7 }).total.toString();
made.updated = shop.orders.updateMany({ items: 2 }, { $set: { paid: true } }).modifiedCount;
made.upserted = shop.orders.updateOne({ _id: 'new' }, { $inc: { items: 1 } }, { upsert: true }).insertedId;
made.changed = shop.orders.findOneAndUpdate({ _id: 'new' }, { $inc: { items: 1 } }, { returnDocument: 'after' });
made.deleted = shop.orders.deleteOne({ _id: 'new' }).deletedCount;
made.bulk = shop.orders.bulkWrite([
  { insertOne: { document: { _id: 'bulk' } } },
  { deleteOne: { filter: { _id: 'bulk' } } },
]).deletedCount;
made.grouped = shop.orders
  .aggregate([{ $group: { _id: '$buyer', n: { $sum: 1 } } }, { $sort: { _id: 1 } }, { $limit: 2 }])
  .toArray();
made.distinct = shop.orders.distinct('buyer').length;
made.index = shop.orders.createIndex({ buyer: 1, items: -1 });
made.indexes = shop.orders.getIndexes().map(({ name }) => name);
const { executionStats, queryPlanner } = shop.orders.find({ buyer: 'Ravi' }).explain('executionStats');
made.explained = [queryPlanner.winningPlan.inputStage.indexName, executionStats.totalDocsExamined];
made.planned = shop.orders.explain().aggregate([{ $match: { buyer: 'Ravi' } }]).queryPlanner.winningPlan.stage;
made.counted = [shop.orders.countDocuments({ buyer: 'Ravi' }), shop.orders.estimatedDocumentCount()];
const stats = shop.orders.stats();
made.stats = [stats.ns, stats.count, stats.nindexes, stats.size > 0, shop.orders.dataSize() === stats.size];
made.database = [shop.stats().collections, shop.version(), shop.hello().isWritablePrimary];
made.unindexed = shop.orders.dropIndex('buyer_1_items_-1').ok;
made.user = db.runCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers;
made.refused = {};
for (const [name, run] of [
  ['duplicate', () => shop.orders.insertOne({ _id: 1 })],
  ['unknown', () => db.runCommand({ zork: 1 })],
  ['notServed', () => shop.orders.renameCollection('other')],
]) {
  try {
    run();
  } catch (error) {
    made.refused[name] = error.code;
  }
}
const session = db.getMongo().startSession();
made.session = session.getDatabase('shop').orders.countDocuments({ _id: 3 });
session.endSession();
made.dropped = [shop.orders.drop(), shop.getCollectionNames().length, shop.dropDatabase().ok];
print(EJSON.stringify(made));
