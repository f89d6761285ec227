import { CAMPAIGN_CHANNELS, type CampaignChannel, changeLadder, KadeError, LANGUAGES } from '../../core/index.ts';
import { showPreview } from '../campaigns/campaignDraft.ts';
import { draftOf } from '../campaigns/draftOf.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { translator } from '../translate.ts';

async function askOrder(turn: Turn, id: string): Promise<void> {
  const { t } = turn;
  const { _id } = await draftOf(turn, id);
  await turn.ask('campaign.order', { campaignId: _id.toHexString() });
  const channels = namesOf(turn, CAMPAIGN_CHANNELS);
  await turn.say(
    'campaign.askOrder',
    { channels },
    { choices: [choice(t('campaign.button.cheapest'), 'campaign.cheapest', id), choice(t('cancel'), 'cancel')] },
  );
}

async function takeOrder(turn: Turn): Promise<void> {
  const order = readChannels(turn.text);
  if (!order) throw new KadeError('channels_unreadable', { channels: namesOf(turn, CAMPAIGN_CHANNELS) });
  await change(turn, String(turn.data.campaignId), { order });
}

/** Channels in the order in which words of any language name them; null where one is none, or named twice. */
function readChannels(text: string): CampaignChannel[] | null {
  const words = text
    .toLowerCase()
    .split(/[\s,;>→/]+/u)
    .filter((word) => /\p{L}/u.test(word));
  const order = words.map((word) => CAMPAIGN_CHANNELS.find((one) => NAMES[one].includes(word)));
  const known = order.filter((one) => one !== undefined);
  return known.length > 0 && known.length === order.length && new Set(known).size === known.length ? known : null;
}

const NAMES = Object.fromEntries(
  CAMPAIGN_CHANNELS.map((one) => [
    one,
    [one, ...LANGUAGES.map((language) => translator(language)(`channel.${one}`).toLowerCase())],
  ]),
) as Record<CampaignChannel, string[]>;

function namesOf({ t }: Turn, channels: readonly CampaignChannel[]): string {
  return channels.map((one) => t(`channel.${one}`)).join(', ');
}

async function change(
  turn: Turn,
  id: string,
  ladder: { order?: CampaignChannel[]; fallback?: boolean },
): Promise<void> {
  const { order = [], fallback = false, channel, _id } = await draftOf(turn, id);
  if (channel !== 'auto') throw new KadeError('choice_expired');
  const changed = await changeLadder(turn.core, turn.shop._id, _id, { order, fallback, ...ladder });
  await turn.end();
  await showPreview(turn, changed);
}

/** For a campaign by the cheapest channel: another order, and whether a failure is followed by the next. */
export const campaignLadderFlow: Flow = {
  actions: {
    'campaign.order': askOrder,
    'campaign.cheapest': (turn, id) => change(turn, id, { order: [] }),
    'campaign.fallbackOn': (turn, id) => change(turn, id, { fallback: true }),
    'campaign.fallbackOff': (turn, id) => change(turn, id, { fallback: false }),
  },
  steps: { 'campaign.order': takeOrder },
};
