import type { Core } from '../core.ts';
import { type QueuedRow, sendGroup } from '../deliveries/sendGroup.ts';
import type { Shop } from '../shops/shop.model.ts';
import type { Campaign } from './campaign.model.ts';

/** Most rows sent together, where the provider takes no more in a request; Pause and Cancel take hold within the groups on their way. */
const GROUP = 50;
/** Groups on their way at once: one waits for the carrier while another is claimed or written down. */
const LANES = 3;
const PAGE = 1000;

/** How a run of sending ended: nothing queued is left, only rows that a carrier wants later, the quiet hours began, the provider refuses the shop, or a member stopped it. */
export type SendingEnd =
  | { readonly end: 'empty' | 'quiet_hours' | 'provider_refused' | 'stopped' }
  | { readonly end: 'later'; readonly at: Date };

/** Sends a campaign's queued rows in groups. `onGroup` is called after each. */
export async function sendCampaign(
  core: Core,
  shop: Shop,
  campaign: Campaign,
  onGroup: () => void,
): Promise<SendingEnd> {
  const groups = queuedGroups(core, campaign);
  // Where there are several channels, what one refuses is for the next.
  const waits = campaign.channel !== 'auto';
  let stop: 'stopped' | 'quiet_hours' | 'provider_refused' | null = null;
  const lane = async (): Promise<void> => {
    while (!stop) {
      const { value: rows, done } = await groups.next();
      if (done || stop) return;
      const isOver = core.stopping.aborted || !(await isSending(core, campaign));
      const ended = isOver ? 'stopped' : await sendGroup(core, shop, rows, { waits });
      stop ??= ended;
      if (!ended) onGroup();
    }
  };
  const failing = (error: unknown): never => {
    stop = 'stopped';
    throw error;
  };
  // All lanes are over before a failure of one goes on, so that nothing is on its way any more.
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, () => lane().catch(failing)));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  if (stop) return { end: stop };
  const waiting = await core.db.deliveries
    .find({ shopId: campaign.shopId, campaignId: campaign._id, status: 'queued' }, { projection: { notBefore: 1 } })
    .sort({ notBefore: 1 })
    .limit(1)
    .next();
  return waiting ? { end: 'later', at: waiting.notBefore ?? core.clock.now() } : { end: 'empty' };
}

/** Whether it is being sent, as of now. */
export async function isSending(core: Core, { _id, shopId }: Campaign): Promise<boolean> {
  return (await core.db.campaigns.findOne({ _id, shopId, status: 'sending' }, { projection: { _id: 1 } })) !== null;
}

/** What the provider takes in a request; else no more than leave in a second, so that none waits long for its turn. */
function groupSize(core: Core, name: QueuedRow['channel']): number {
  const channel = core.channels.get(name);
  return channel?.atOnce ?? Math.max(1, Math.min(GROUP, Math.floor(channel?.bulkPerSecond?.() ?? GROUP)));
}

/** Queued rows that may go now, oldest page first. A page is read anew once its rows are handed out; a row is handed out once in a run. */
async function* queuedGroups(core: Core, { _id, shopId }: Campaign): AsyncGenerator<QueuedRow[]> {
  let after: QueuedRow['_id'] | undefined;
  for (;;) {
    const page = (await core.db.deliveries
      .find({
        shopId,
        campaignId: _id,
        status: 'queued',
        ...(after ? { _id: { $gt: after } } : {}),
        $or: [{ notBefore: { $exists: false } }, { notBefore: { $lte: core.clock.now() } }],
      })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()) as QueuedRow[];
    // Each provider has its own pace: a campaign by the cheapest channel goes channel by channel.
    for (const channel of new Set(page.map((row) => row.channel))) {
      const rows = page.filter((row) => row.channel === channel);
      for (let start = 0; start < rows.length; ) {
        const group = rows.slice(start, start + groupSize(core, channel));
        yield group;
        start += group.length;
      }
    }
    after = page.at(-1)?._id;
    if (page.length < PAGE) return;
  }
}
