import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { Schedule } from './schedule.model.ts';

/** The shop's schedule with this id (hex); `choice_expired` when it was cancelled. */
export async function getSchedule(core: Core, shopId: Types.ObjectId, id: string): Promise<Schedule> {
  const found = Types.ObjectId.isValid(id)
    ? await core.db.schedules.findOne({ shopId, _id: new Types.ObjectId(id) })
    : null;
  if (!found) throw new KadeError('choice_expired');
  return found;
}
