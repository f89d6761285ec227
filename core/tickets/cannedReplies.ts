import { Types } from 'mongoose';
import { parseTemplate, renderTemplate } from '../campaigns/template.ts';
import type { Core } from '../core.ts';
import type { Customer } from '../customers/customer.model.ts';
import { KadeError } from '../errors.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { CannedReply } from './ticket.model.ts';

const MOST = 30;
const LONGEST_TITLE = 40;
const LONGEST_TEXT = 1500;

/** The shop's canned replies by title, 30 at most. */
export async function listCannedReplies(core: Core, shopId: Types.ObjectId): Promise<CannedReply[]> {
  return core.db.cannedReplies.find({ shopId }).sort({ key: 1 }).limit(MOST).toArray();
}

/** Keeps a canned reply; one of the same title is replaced. `template_unknown_field`, `text_too_long`, `canned_full` */
export async function saveCannedReply(
  core: Core,
  shopId: Types.ObjectId,
  { title, text }: Pick<CannedReply, 'title' | 'text'>,
): Promise<CannedReply> {
  const named = title.replace(/\s+/g, ' ').trim();
  if (!named || !text.trim()) throw new KadeError('value_unreadable', { text: named });
  if (named.length > LONGEST_TITLE) throw new KadeError('text_too_long', { limit: LONGEST_TITLE });
  if (text.length > LONGEST_TEXT) throw new KadeError('text_too_long', { limit: LONGEST_TEXT });
  parseTemplate(text);
  const key = named.normalize('NFKC').toLowerCase();
  const others = await core.db.cannedReplies.countDocuments({ shopId, key: { $ne: key } });
  if (others >= MOST) throw new KadeError('canned_full', { limit: MOST });
  const saved = await core.db.cannedReplies.findOneAndUpdate(
    { shopId, key },
    { $set: { title: named, text: text.trim() }, $setOnInsert: { _id: new Types.ObjectId() } },
    { upsert: true, returnDocument: 'after' },
  );
  if (!saved) throw new KadeError('choice_expired');
  return saved;
}

/** The shop's canned reply with this id; `choice_expired` otherwise. */
export async function getCannedReply(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<CannedReply> {
  const found = await core.db.cannedReplies.findOne({ _id: id, shopId });
  if (!found) throw new KadeError('choice_expired');
  return found;
}

export async function deleteCannedReply(core: Core, shopId: Types.ObjectId, id: Types.ObjectId): Promise<void> {
  await core.db.cannedReplies.deleteOne({ _id: id, shopId });
}

/** A canned reply for one customer; null when it names something that is not known of them and has no fallback. */
export function fillCannedReply({ text }: CannedReply, customer: Customer, shop: Pick<Shop, 'name'>): string | null {
  return renderTemplate(parseTemplate(text), customer, shop);
}
