import { type Campaign, getCampaign, KadeError, parseId } from '../../core/index.ts';
import type { Turn } from '../flow.ts';

/** The campaign of an id; `campaign_not_editable` for one that was launched. */
export async function draftOf(turn: Turn, id: string): Promise<Campaign> {
  turn.require('manager');
  const campaign = await getCampaign(turn.core, turn.shop._id, parseId(id));
  if (campaign.status !== 'draft' && campaign.status !== 'scheduled') throw new KadeError('campaign_not_editable');
  return campaign;
}
