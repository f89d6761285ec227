import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { type CsvCell, csvFile } from '../csv/writeCsv.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import type { StoredFile } from '../message.ts';
import { getCampaign } from './moveCampaign.ts';

const BATCH = 500;
const HEADER = [
  'name',
  'channel',
  'address',
  'status',
  'reason',
  'tried_before',
  'parts',
  'sent_at',
  'delivered_at',
  'read_at',
  'replied_at',
  'opted_out_at',
  'text',
];

/** Every row of a campaign as CSV, one line a person, times in UTC (ISO 8601). */
export async function exportCampaign(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<StoredFile> {
  await getCampaign(core, shopId, id);
  return core.files.save(shopId, `campaign-${id.toHexString()}.csv`, 'text/csv', csvFile(lines(core, shopId, id)));
}

async function* lines(
  core: Core,
  shopId: Types.ObjectId,
  campaignId: Types.ObjectId,
): AsyncGenerator<readonly CsvCell[]> {
  yield HEADER;
  let batch: Delivery[] = [];
  for await (const row of core.db.deliveries.find({ shopId, campaignId }, { batchSize: BATCH })) {
    if (batch.push(row) < BATCH) continue;
    yield* await named(core, shopId, batch);
    batch = [];
  }
  yield* await named(core, shopId, batch);
}

async function named(core: Core, shopId: Types.ObjectId, rows: readonly Delivery[]): Promise<CsvCell[][]> {
  const ids = rows.flatMap(({ customerId }) => (customerId ? [customerId] : []));
  const people = await core.db.customers.find({ _id: { $in: ids }, shopId }, { projection: { name: 1 } }).toArray();
  const names = new Map(people.map(({ _id, name }) => [_id.toHexString(), name]));
  return rows.map((row) => [
    names.get(row.customerId?.toHexString() ?? ''),
    row.channel,
    row.to.slice(row.to.indexOf(':') + 1),
    row.status,
    row.reason,
    row.tried?.map(({ channel, reason }) => `${channel}: ${reason}`).join('; '),
    row.parts,
    ...[row.sentAt, row.deliveredAt, row.readAt, row.repliedAt, row.optedOutAt].map((at) => at?.toISOString()),
    row.message.text,
  ]);
}
