import { Types } from 'mongoose';
import { type Database, type DatabaseAddress, withDatabase } from '../db/database.ts';
import { getShop } from '../shops/shops.ts';
import type { Surroundings } from '../threads/runInThread.ts';
import { findFamilies } from './families.ts';
import { predictCustomers } from './predictCustomers.ts';
import { type FormerPreference, findPreferences, type Preferences } from './preferences.ts';
import { type Profile, readProfiles, readPurchases, writeBack } from './readShop.ts';
import { listFollowed, refreshKept } from './refreshKept.ts';
import { scoreCustomers } from './scoreCustomers.ts';
import { COMPUTED_KINDS } from './segment.model.ts';
import { standCustomers } from './standCustomers.ts';
import { type SegmentRow, summarize } from './summarize.ts';

/** A shop, its id in hex. */
export interface RefreshTask extends DatabaseAddress {
  readonly shopId: string;
  readonly now: Date;
}

/** Computes every segment of a shop and writes what changed: scores, preferences, rows. Heavy: runs in a thread. */
export function refreshAll(task: RefreshTask, { signal }: Surroundings): Promise<void> {
  return withDatabase(task, (db) => refresh(db, new Types.ObjectId(task.shopId), task.now, signal));
}

/** What an aborted one has not done, the next does: each step stands by itself. */
async function refresh(db: Database, shopId: Types.ObjectId, now: Date, signal: AbortSignal): Promise<void> {
  const shop = await getShop(db, shopId);
  const profiles = await readProfiles(db, shopId);
  if (signal.aborted) return;
  await scoreCustomers(db, shopId, shop, profiles);
  const { purchases, products, sales } = await readPurchases(db, shopId, profiles, shop.timeZone);
  const { forecast } = await predictCustomers(db, shop, profiles, sales);
  await standCustomers(db, shopId, profiles, now);
  if (signal.aborted) return;
  const former = await readPreferences(db, shopId);
  const preferences = findPreferences(profiles.length, purchases, products.length, findFamilies(products), former);
  await writePreferences(db, shopId, profiles, preferences);
  const rows = summarize(profiles, purchases, products, preferences, now, shop.timeZone);
  await saveRows(
    db,
    shopId,
    rows.map((row) => (row.kind === 'all' ? { ...row, forecast } : row)),
    now,
  );
  await refreshKept(db, shop, now, await listFollowed(db, shopId), { signal });
}

const PREFERENCE = 'preference:';

/** The groups of the refresh before. */
async function readPreferences(db: Database, shopId: Types.ObjectId): Promise<FormerPreference[]> {
  const rows = await db.segments
    .find({ shopId, kind: 'preference' }, { projection: { key: 1, label: 1, families: 1 }, sort: { position: 1 } })
    .toArray();
  return rows.map(({ key, label, families = [] }) => ({ slug: key.slice(PREFERENCE.length), label, families }));
}

async function writePreferences(
  db: Database,
  shopId: Types.ObjectId,
  profiles: readonly Profile[],
  preferences: Preferences | null,
): Promise<void> {
  const keyOf = (place: number): string | undefined => {
    const group = preferences?.groups[preferences.members[place] ?? -1];
    return group && `${PREFERENCE}${group.slug}`;
  };
  const changed = [...profiles.entries()].filter(([place, { preference }]) => preference !== keyOf(place));
  await writeBack(
    db,
    shopId,
    changed.map(([place, { _id }]) => {
      const preference = keyOf(place);
      return { _id, update: preference ? { $set: { preference } } : { $unset: { preference: 1 } } };
    }),
  );
}

/** Rows keep their id from refresh to refresh; a segment that is no more goes. */
async function saveRows(db: Database, shopId: Types.ObjectId, rows: readonly SegmentRow[], now: Date): Promise<void> {
  await db.segments.bulkWrite(
    rows.map((row) => ({
      updateOne: { filter: { shopId, key: row.key }, update: { $set: { ...row, refreshedAt: now } }, upsert: true },
    })),
    { ordered: false },
  );
  await db.segments.deleteMany({
    shopId,
    kind: { $in: [...COMPUTED_KINDS] },
    key: { $nin: rows.map(({ key }) => key) },
  });
}
