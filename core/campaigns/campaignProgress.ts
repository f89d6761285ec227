import type { Core } from '../core.ts';
import type { Campaign } from './campaign.model.ts';

const EVERY_MS = 2000;

/** The progress message of a run: `show` writes it now, `tick` at most every 2 s and without waiting. Never throws: sending goes on without it. */
export interface Progress {
  show(): Promise<void>;
  tick(): void;
}

/** One message per campaign, edited in place, over restarts too. */
export function createProgress(core: Core, { _id, shopId, createdBy, progressMessage }: Campaign): Progress {
  let message = progressMessage;
  let shownAt = 0;
  let showing = Promise.resolve();

  async function write(): Promise<void> {
    try {
      shownAt = core.clock.now().getTime();
      const notice = { kind: 'campaign.progress', campaignId: _id.toHexString() } as const;
      const written = await core.notifier.notify(createdBy, notice, message);
      if (written !== message)
        await core.db.campaigns.updateOne({ _id, shopId }, { $set: { progressMessage: written } });
      message = written;
    } catch (error) {
      core.log.warn('campaign.progress', { campaignId: _id.toHexString(), error });
    }
  }

  function show(): Promise<void> {
    showing = showing.then(write);
    return showing;
  }

  return {
    show,
    tick() {
      if (core.clock.now().getTime() - shownAt < EVERY_MS) return;
      shownAt = core.clock.now().getTime();
      void show();
    },
  };
}
