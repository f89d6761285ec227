import {
  CAMPAIGN_CHANNELS,
  type ChannelName,
  KadeError,
  listSegments,
  refreshSegments,
  segmentFigures,
  segmentReference,
  setUpShop,
} from '../../core/index.ts';
import { type DraftData, saveDraft } from '../campaigns/campaignDraft.ts';
import { draftOf } from '../campaigns/draftOf.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { segmentName } from '../segmentWords.ts';
import { askWords } from './campaignTemplate.ts';

const OFFERED_SEGMENTS = 13;

/** `campaign.new`: everyone and the value segments; the others are a tap away. */
async function askSegment(turn: Turn): Promise<void> {
  turn.require('manager');
  await turn.end();
  const { core, shop, t } = turn;
  if (!(await core.db.customers.findOne({ shopId: shop._id }, { projection: { _id: 1 } })))
    return void (await turn.say('campaign.noCustomers', {}, { choices: [choice(t('menu.sendFile'), 'import.how')] }));
  const listed = await listSegments(core, shop._id);
  if (listed.length === 0) await refreshSegments(core, shop._id);
  const segments = listed.length > 0 ? listed : await listSegments(core, shop._id);
  const offered = segments.filter(({ kind, size }) => (kind === 'all' || kind === 'value') && size > 0);
  await turn.say(
    'campaign.askSegment',
    {},
    {
      choices: [
        ...offered
          .slice(0, OFFERED_SEGMENTS)
          .map((one) => choice(`${segmentName(t, one)} (${one.size})`, 'campaign.segment', segmentReference(one))),
        choice(t('campaign.button.otherSegments'), 'segment.list'),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function askChannel(turn: Turn, reference: string): Promise<void> {
  turn.require('manager');
  const { core, shop, t } = turn;
  const { segment, reach } = await segmentFigures(core, shop, reference);
  await turn.ask('campaign.channel', { segment: segment.key });
  const offered = CAMPAIGN_CHANNELS.filter((channel) => core.channels.has(channel));
  const agreed = (channel: ChannelName) => reach.find((one) => one.channel === channel)?.customers ?? 0;
  await turn.say(
    'campaign.askChannel',
    { segment: segmentName(t, segment) },
    {
      choices: [
        ...offered.map((one) => choice(`${t(`channel.${one}`)} (${agreed(one)})`, 'campaign.channel', one)),
        ...(offered.length > 1 ? [choice(t('campaign.button.auto'), 'campaign.channel', 'auto')] : []),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function takeChannel(turn: Turn, name: string): Promise<void> {
  turn.require('manager');
  const { segment } = turn.data;
  const wanted = name.trim().toLowerCase();
  const known = [...CAMPAIGN_CHANNELS, 'auto' as const];
  const channel = known.find((one) => one === wanted || turn.t(`channel.${one}`).toLowerCase() === wanted);
  if (typeof segment !== 'string') throw new KadeError('choice_expired');
  if (!channel) return askChannel(turn, segment);
  const data = { segment, channel };
  const byEmail = channel === 'email' || (channel === 'auto' && turn.core.channels.has('email'));
  if (!byEmail) return askWords(turn, data);
  return turn.shop.postalAddress ? askSubject(turn, data) : askPostal(turn, data);
}

/** Laws want it under mail to many; a shop without one may go on. */
async function askPostal(turn: Turn, data: Record<string, unknown>): Promise<void> {
  await turn.ask('campaign.postal', data);
  await turn.say(
    'campaign.askPostal',
    {},
    { choices: [choice(turn.t('campaign.button.noPostal'), 'campaign.noPostal'), choice(turn.t('cancel'), 'cancel')] },
  );
}

const LONGEST_POSTAL = 200;

async function takePostal(turn: Turn): Promise<void> {
  turn.require('manager');
  if (!turn.text) return askPostal(turn, turn.data);
  await setUpShop(turn.core, turn.shop._id, { postalAddress: oneLine(turn.text, LONGEST_POSTAL) });
  await askSubject(turn, turn.data);
}

/** A draft that is changed may keep the subject it has. */
async function askSubject(turn: Turn, data: Record<string, unknown>, now?: string): Promise<void> {
  turn.require('manager');
  const { t } = turn;
  await turn.ask('campaign.subject', data);
  const keep = now
    ? [choice(t('campaign.button.keepSubject', { subject: oneLine(now, 40) }), 'campaign.keepSubject')]
    : [];
  await turn.say('campaign.askSubject', {}, { choices: [...keep, choice(t('cancel'), 'cancel')] });
}

const LONGEST_SUBJECT = 150;

async function takeSubject(turn: Turn): Promise<void> {
  if (!turn.text) throw new KadeError('campaign_empty_text');
  await askWords(turn, { ...turn.data, subject: oneLine(turn.text, LONGEST_SUBJECT) });
}

/** The text of a new draft, or another one for a draft; what cannot be read is asked again. */
async function takeText(turn: Turn): Promise<void> {
  await saveDraft(turn, turn.data as DraftData, { text: turn.text });
}

async function changeText(turn: Turn, id: string): Promise<void> {
  const campaign = await draftOf(turn, id);
  const { _id, channel, subject } = campaign;
  const data = { campaignId: _id.toHexString(), channel };
  if (channel === 'email' || subject !== undefined) await askSubject(turn, data, subject);
  else await askWords(turn, data);
}

/** A campaign's draft: segment, channel, an email's subject, text, preview. */
export const campaignFlow: Flow = {
  commands: [{ name: 'campaign', run: askSegment }],
  actions: {
    'campaign.new': askSegment,
    'campaign.segment': askChannel,
    'campaign.channel': takeChannel,
    'campaign.change': changeText,
    'campaign.noPostal': (turn) => askSubject(turn, turn.data),
    'campaign.keepSubject': (turn) => askWords(turn, turn.data),
  },
  steps: {
    'campaign.channel': (turn) => takeChannel(turn, turn.text),
    'campaign.postal': takePostal,
    'campaign.subject': takeSubject,
    'campaign.text': takeText,
  },
};
