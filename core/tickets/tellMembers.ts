import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import type { Member } from '../members/member.model.ts';
import { type AddressKey, parseAddress } from '../message.ts';
import type { OpenNotice, Ticket } from './ticket.model.ts';

/** Messages that follow each other so closely are one notice. */
const MOMENT_MS = 2 * 60_000;
const MOST_MEMBERS = 20;

/** Forwards a customer's message to the member who answers them, else to all who take messages. Lines within a moment are one notice. */
export async function tellMembers(core: Core, ticket: Ticket, inbound: Inbound): Promise<void> {
  const customerId = ticket.customerId.toHexString();
  const notices: OpenNotice[] = [];
  for (const to of await listReaders(core, ticket)) {
    const open = findOpen(core, ticket, to, inbound);
    const since = open?.since ?? inbound.at;
    try {
      const notice = { kind: 'customer.wrote', customerId, since } as const;
      const deliveryId = await core.notifier.notify(to, notice, open?.deliveryId);
      notices.push({ to, deliveryId, since, at: core.clock.now() });
    } catch (error) {
      core.log.warn('tickets.tell', { to, error });
    }
  }
  await core.db.tickets.updateOne({ _id: ticket._id }, { $set: { notices } });
}

/** Where the member who answers is told things, else each member who takes messages. */
export async function listReaders(core: Core, ticket: Pick<Ticket, 'shopId' | 'assignee'>): Promise<AddressKey[]> {
  const { shopId, assignee } = ticket;
  const assigned = assignee ? await core.db.members.findOne({ _id: assignee, shopId }) : null;
  if (assigned?.addresses[0] && assigned.role !== 'viewer') return [assigned.addresses[0]];
  const members = await listTakers(core, shopId);
  return members.flatMap(({ addresses, quiet }) => (quiet ? [] : (addresses[0] ?? [])));
}

/** The members who may answer customers. */
export async function listTakers(core: Core, shopId: Types.ObjectId): Promise<Member[]> {
  const filter = { shopId, addresses: { $exists: true }, role: { $ne: 'viewer' as const } };
  return core.db.members.find(filter).sort({ createdAt: 1 }).limit(MOST_MEMBERS).toArray();
}

/** Where nothing can be edited, and for each file, a notice of its own. */
function findOpen(core: Core, ticket: Ticket, to: AddressKey, inbound: Inbound): OpenNotice | undefined {
  const channel = core.channels.get(parseAddress(to)?.channel ?? 'web');
  if (!channel?.edit || inbound.file) return undefined;
  const now = core.clock.now().getTime();
  return ticket.notices.find((open) => open.to === to && now - open.at.getTime() < MOMENT_MS);
}
