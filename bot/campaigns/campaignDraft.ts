import {
  type Campaign,
  type CampaignWords,
  createCampaign,
  editCampaign,
  KadeError,
  parseId,
  previewCampaign,
  TEMPLATE_FIELDS,
} from '../../core/index.ts';
import { choice, type Turn } from '../flow.ts';
import { campaignSegment, previewText } from './campaignWords.ts';

/** What a dialogue has gathered for a draft: a new one, or `campaignId` to be given other words. */
export interface DraftData {
  readonly campaignId?: string;
  readonly segment?: string;
  readonly channel?: Campaign['channel'];
  readonly subject?: string;
}

/** What the open dialogue has gathered; `choice_expired` where it is about no draft: an old button. */
export function draftData({ data }: Turn): DraftData {
  const draft = data as DraftData;
  if (!draft.campaignId && !(draft.segment && draft.channel)) throw new KadeError('choice_expired');
  return draft;
}

/** Asks what the campaign shall say. */
export async function askText(turn: Turn, data: DraftData): Promise<void> {
  await turn.ask('campaign.text', { ...data });
  const params = { fields: fieldList(), example: turn.t('campaign.example') };
  await turn.say('campaign.askText', params, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

/** The fields as they are typed: `{first_name}, {name} …`. */
export function fieldList(): string {
  return TEMPLATE_FIELDS.map((field) => `{${field}}`).join(', ');
}

/** Writes the draft that the dialogue was about, ends it and shows what a launch would do. */
export async function saveDraft(turn: Turn, data: DraftData, words: CampaignWords): Promise<void> {
  const { core, shop, address: createdBy } = turn;
  const { campaignId, segment, channel, subject } = data;
  if (!campaignId && (!segment || !channel)) throw new KadeError('choice_expired');
  const said = { ...words, ...(subject ? { subject } : {}) };
  const draft = campaignId
    ? await editCampaign(core, shop._id, parseId(campaignId), said)
    : await createCampaign(core, shop._id, {
        segment: segment ?? '',
        channel: channel ?? 'auto',
        createdBy,
        ...said,
      });
  await turn.end();
  await showPreview(turn, draft);
}

/** What a launch would do as of now, and what may be done with the draft. */
export async function showPreview(turn: Turn, campaign: Campaign): Promise<void> {
  const { core, shop, t } = turn;
  const preview = await previewCampaign(core, shop._id, campaign._id);
  const id = campaign._id.toHexString();
  const forward =
    preview.reachable > 0
      ? (['test', 'launch', 'schedule'] as const).map((one) =>
          choice(t(`campaign.button.${one}`), `campaign.${one}`, id),
        )
      : [choice(t('campaign.button.new'), 'campaign.new')];
  const fallback = campaign.fallback ? 'fallbackOff' : 'fallbackOn';
  const ladder =
    campaign.channel === 'auto'
      ? [
          choice(t('campaign.button.order'), 'campaign.order', id),
          choice(t(`campaign.button.${fallback}`), `campaign.${fallback}`, id),
        ]
      : [];
  await turn.sayText(previewText(turn, preview, await campaignSegment(turn, campaign)), {
    choices: [
      ...forward,
      choice(t('campaign.button.change'), 'campaign.change', id),
      ...ladder,
      choice(t('campaign.button.cancel'), 'campaign.cancel', id),
    ],
  });
}
