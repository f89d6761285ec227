import type { mongo, Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { ChannelName } from '../message.ts';
import type { Shop } from './shop.model.ts';
import { getShop } from './shops.ts';

/** A change of when and how often marketing may be sent; without `channel` for all that have no rule of their own. */
export type SendingChange =
  /** local hours [from, to); null: the channel has none of its own any more */
  | { readonly hours: { from: number; to: number }; readonly channel?: ChannelName }
  | { readonly hours: null; readonly channel: ChannelName }
  /** messages in 7 days */
  | { readonly cap: number; readonly channel?: ChannelName }
  | { readonly cap: null; readonly channel: ChannelName }
  | { readonly addHoliday: { date: string; name: string } }
  /** that day is one like any other */
  | { readonly dropHoliday: string };

/** Changes the shop's rules of sending. */
export async function setSendingRules(core: Core, shopId: Types.ObjectId, change: SendingChange): Promise<Shop> {
  await core.db.shops.updateOne({ _id: shopId }, updateOf(await getShop(core.db, shopId), change));
  return getShop(core.db, shopId);
}

function updateOf({ holidays = { added: [], removed: [] } }: Shop, change: SendingChange): mongo.UpdateFilter<Shop> {
  if ('hours' in change) return fieldOf('channelHours', 'sendingHours', change.channel, change.hours);
  if ('cap' in change) return fieldOf('channelCaps', 'weeklyCap', change.channel, change.cap);
  const day = 'addHoliday' in change ? change.addHoliday.date : change.dropHoliday;
  const [added, removed] = [
    holidays.added.filter(({ date }) => date !== day),
    holidays.removed.filter((one) => one !== day),
  ];
  if ('addHoliday' in change) return { $set: { holidays: { added: [...added, change.addHoliday], removed } } };
  return { $set: { holidays: { added, removed: [...removed, day] } } };
}

function fieldOf(
  byChannel: string,
  all: string,
  channel: ChannelName | undefined,
  value: unknown,
): mongo.UpdateFilter<Shop> {
  const field = channel ? `${byChannel}.${channel}` : all;
  return value === null ? { $unset: { [field]: '' as const } } : { $set: { [field]: value } };
}
