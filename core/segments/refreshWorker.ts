import { workerData } from 'node:worker_threads';
import { Types } from 'mongoose';
import { connectDatabase } from '../db/database.ts';
import { refreshAll } from './refreshAll.ts';

/** What refreshSegments starts this thread with. */
export interface RefreshTask {
  uri: string;
  database: string;
  shopId: string;
  now: Date;
}

const task = workerData as RefreshTask;
const db = await connectDatabase(task.uri, task.database);
try {
  await refreshAll(db, new Types.ObjectId(task.shopId), task.now);
} finally {
  await db.connection.close();
}
