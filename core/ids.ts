import { Types } from 'mongoose';
import { KadeError } from './errors.ts';

/** Reads the id that a button or a job carries; `choice_expired` when it is none. */
export function parseId(hex: string): Types.ObjectId {
  if (!/^[0-9a-f]{24}$/.test(hex)) throw new KadeError('choice_expired');
  return new Types.ObjectId(hex);
}
