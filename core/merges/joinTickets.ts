import type { Core } from '../core.ts';
import type { Merge } from './merge.model.ts';

/** Where both have a ticket the one who stays keeps theirs, open if either is, answered where the customer wrote last; the other goes into the record. */
export async function joinTickets(
  core: Core,
  { _id, shopId, into, from }: Pick<Merge, '_id' | 'shopId' | 'into' | 'from'>,
): Promise<void> {
  const own = await core.db.tickets.findOne({ shopId, customerId: into });
  const other = await core.db.tickets.findOne({ shopId, customerId: from });
  if (!own || !other) return;
  await core.db.merges.updateOne({ _id }, { $set: { ticket: other } });
  const later = other.lastAt > own.lastAt ? other : own;
  const { address, lastAt, lastText, lastFrom } = later;
  const state = [own.state, other.state].includes('open') ? 'open' : own.state === 'closed' ? other.state : own.state;
  const unread = Math.max(own.unread, other.unread);
  const assignee = own.assignee ?? other.assignee;
  const $set = { state, unread, assignee, address, lastAt, lastText, lastFrom, notices: [] };
  await core.db.tickets.updateOne({ _id: own._id }, { $set });
  await core.db.tickets.deleteOne({ _id: other._id });
}
