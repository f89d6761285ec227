import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { noteContact } from '../customers/noteContact.ts';
import { insertNew } from '../db/insertNew.ts';
import type { Interaction } from './interaction.model.ts';

/** Keeps one thing that happened with a customer, now unless `at` is given; once, where it has an id of its own (a message's). */
export async function addInteraction(
  core: Core,
  interaction: Omit<Interaction, '_id' | 'at'> & { _id?: Types.ObjectId; at?: Date },
): Promise<Interaction> {
  const row: Interaction = { _id: new Types.ObjectId(), ...interaction, at: interaction.at ?? core.clock.now() };
  await insertNew(core.db.interactions, [row]);
  await noteContact(core, row.shopId, [row.customerId], row.at, true);
  return row;
}
