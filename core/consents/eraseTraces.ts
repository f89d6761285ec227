import type { mongo } from 'mongoose';
import type { Customer } from '../customers/customer.model.ts';
import type { Delivery } from '../deliveries/delivery.model.ts';
import type { Inbound } from '../inbox/inbound.model.ts';
import type { Person } from './personalData.ts';

const GONE = '–';
const BATCH = 500;
/** Shorter ones stand in too many other words. */
const SHORTEST_NAME = 3;
const SHORTEST_ID = 5;

/**
 * Erases a person from what members were shown and wrote: cards and notices about them become a dash, elsewhere their
 * name, number, addresses and customer number do. Dialogues about them end.
 */
export async function eraseTraces({ core, shop, customer }: Person): Promise<number> {
  const shopId = shop._id;
  const members = await core.db.members.find({ shopId }, { projection: { addresses: 1 } }).toArray();
  const addresses = { $in: members.flatMap((member) => member.addresses ?? []) };
  const id = customer._id.toHexString();
  const named = namesOf(customer);
  const hide = (text: string) => text.replace(named, GONE);
  let erased = 0;

  const shown: mongo.AnyBulkWriteOperation<Delivery>[] = [];
  for await (const { _id, message } of core.db.deliveries.find(
    { shopId, to: addresses },
    { projection: { message: 1 } },
  )) {
    const about = message.choices?.some((choice) => choice.id.includes(id));
    const words = JSON.stringify([message.text, message.choices, message.picture?.alt, message.file?.name]);
    if (!about && hide(words) === words) continue;
    const left = about ? { text: GONE } : { text: hide(message.text) };
    erased += 1;
    shown.push({ updateOne: { filter: { _id }, update: { $set: { message: left } } } });
    if (shown.length === BATCH) await core.db.deliveries.bulkWrite(shown.splice(0), { ordered: false });
  }
  if (shown.length > 0) await core.db.deliveries.bulkWrite(shown, { ordered: false });

  const written: mongo.AnyBulkWriteOperation<Inbound>[] = [];
  for await (const { _id, text, choiceId, choiceLabel } of core.db.inbound.find({ shopId, from: addresses })) {
    const about = choiceId?.includes(id);
    const $set = {
      ...(text !== undefined && hide(text) !== text ? { text: hide(text) } : {}),
      ...(choiceLabel !== undefined && (about || hide(choiceLabel) !== choiceLabel) ? { choiceLabel: GONE } : {}),
    };
    if (Object.keys($set).length > 0) written.push({ updateOne: { filter: { _id }, update: { $set } } });
  }
  if (written.length > 0) await core.db.inbound.bulkWrite(written, { ordered: false });

  for await (const { _id, data } of core.db.conversations.find({ shopId, address: addresses })) {
    const held = JSON.stringify(data);
    if (held.includes(id) || hide(held) !== held) await core.db.conversations.deleteOne({ _id });
  }
  return erased + written.length;
}

/** Finds a person's name, numbers in any spelling, addresses and customer number as words of their own. */
function namesOf({ name = '', externalId = '', addresses }: Customer): RegExp {
  const phone = (value: string) => `[+\\d][\\d\\s().-]*${value.slice(-9).split('').join('[\\s().-]*')}`;
  const patterns = [
    ...(name.length >= SHORTEST_NAME ? [literal(name)] : []),
    ...(externalId.length >= SHORTEST_ID ? [literal(externalId)] : []),
    ...addresses.map(({ value }) => (/^\+\d{9,}$/.test(value) ? `${literal(value)}|${phone(value)}` : literal(value))),
  ];
  if (patterns.length === 0) return /(?!)/u;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${patterns.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
