import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { AddressKey } from '../message.ts';
import type { Schedule } from './schedule.model.ts';

/** The reports that come to an address by themselves, oldest wish first. */
export async function listSchedules(
  core: Core,
  shopId: Types.ObjectId,
  to: AddressKey,
  limit: number,
): Promise<Schedule[]> {
  return core.db.schedules.find({ shopId, to }).sort({ _id: 1 }).limit(limit).toArray();
}
