import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Interaction } from './interaction.model.ts';

/** What happened with a customer before `before` (up to now unless told), latest first. */
export async function listInteractions(
  core: Core,
  query: { shopId: Types.ObjectId; customerId: Types.ObjectId; before?: Date; limit: number },
): Promise<Interaction[]> {
  const { shopId, customerId, before, limit } = query;
  return core.db.interactions
    .find({ shopId, customerId, ...(before ? { at: { $lt: before } } : {}) })
    .sort({ at: -1 })
    .limit(limit)
    .toArray();
}
