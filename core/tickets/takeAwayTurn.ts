import type { Core } from '../core.ts';
import { isOpen, nextOpening } from '../shops/businessHours.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Ticket } from './ticket.model.ts';

/** Whether the customer is to be told now that nobody answers: outside the business hours, once between two openings. */
export async function takeAwayTurn(core: Core, shop: Shop, ticket: Ticket): Promise<boolean> {
  const now = core.clock.now();
  if (isOpen(shop, now)) return false;
  const { _id, awayToldAt } = ticket;
  const openedSince = awayToldAt && nextOpening(shop, awayToldAt);
  if (awayToldAt && (!openedSince || openedSince > now)) return false;
  const filter = { _id, ...(awayToldAt ? { awayToldAt } : { awayToldAt: { $exists: false } }) };
  return (await core.db.tickets.updateOne(filter, { $set: { awayToldAt: now } })).modifiedCount > 0;
}
