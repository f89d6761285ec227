import {
  type Campaign,
  type ChannelName,
  dayOf,
  getCampaign,
  holidayOn,
  KadeError,
  launchCampaign,
  nextSendingTime,
  parseId,
  previewCampaign,
  renderTest,
  scheduleCampaign,
  toLocalTime,
  whyWait,
} from '../../core/index.ts';
import { costText, formatMoment, withSubject } from '../campaigns/campaignWords.ts';
import { draftOf } from '../campaigns/draftOf.ts';
import { readWhen } from '../campaigns/readWhen.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { holidayName } from '../shops/holidayWords.ts';

async function sendTest(turn: Turn, id: string): Promise<void> {
  const campaign = await draftOf(turn, id);
  const text = await renderTest(turn.core, turn.shop._id, campaign._id);
  await turn.say(
    'campaign.test',
    { channel: turn.t(`channel.${campaign.channel}`), text: withSubject(turn.t, campaign.subject, text) },
    {
      choices: [
        choice(turn.t('campaign.button.launch'), 'campaign.launch', id),
        choice(turn.t('campaign.button.schedule'), 'campaign.schedule', id),
        choice(turn.t('campaign.button.change'), 'campaign.change', id),
        choice(turn.t('campaign.button.cancel'), 'campaign.cancel', id),
      ],
    },
  );
}

/** Reads back what would go out, now or at `at`; nothing happens before Confirm. */
async function readBack(turn: Turn, campaign: Campaign, at: Date | null): Promise<void> {
  const { core, shop, t } = turn;
  const preview = await previewCampaign(core, shop._id, campaign._id);
  if (preview.reachable === 0) throw new KadeError('campaign_empty');
  const id = campaign._id.toHexString();
  const params = {
    count: preview.reachable,
    channel: t(`channel.${campaign.channel}`),
    names: preview.names.map((name) => oneLine(name, 30)).join(', '),
    cost: costText(turn, preview),
    text: withSubject(t, campaign.subject, campaign.text),
  };
  const confirmed = `${id}.${campaign.version}`;
  const choices = [
    at
      ? choice(t('campaign.button.confirm'), 'campaign.at', `${confirmed}.${at.getTime().toString(36)}`)
      : choice(t('campaign.button.confirm'), 'campaign.confirm', confirmed),
    choice(t('campaign.button.change'), 'campaign.change', id),
    choice(t('campaign.button.cancel'), 'campaign.cancel', id),
  ];
  if (at) await turn.say('campaign.readBackAt', { ...params, when: formatMoment(t, at, shop) }, { choices });
  else await turn.say('campaign.readBack', params, { choices });
}

async function askLaunch(turn: Turn, id: string): Promise<void> {
  const { core, shop } = turn;
  turn.require('manager');
  const campaign = await getCampaign(core, shop._id, parseId(id));
  if (campaign.status !== 'draft' && campaign.status !== 'scheduled') return sayLaunched(turn, campaign, false);
  const now = core.clock.now();
  const whom = whomOf(campaign);
  const opens = nextSendingTime(shop, now, whom);
  if (opens <= now) return readBack(turn, campaign, null);
  await turn.sayText(waitText(turn, now, opens, whom));
  await readBack(turn, campaign, opens);
}

/** Where a campaign has one channel, that channel's hours count. */
function whomOf({ channel }: Campaign): ChannelName | undefined {
  return channel === 'auto' ? undefined : channel;
}

/** Why nothing leaves at `at`, and when it may. */
function waitText({ shop, t, core }: Turn, at: Date, opens: Date, whom: ChannelName | undefined): string {
  const when = formatMoment(t, at, shop);
  const next = formatMoment(t, opens, shop);
  if (whyWait(shop, at, whom) === 'holiday') {
    const day = holidayOn(shop, shop.country, dayOf(toLocalTime(at, shop.timeZone)));
    return t('campaign.holiday', { when, next, day: day ? holidayName(t, day) : '' });
  }
  const hours = (whom && shop.channelHours?.[whom]) ?? shop.sendingHours;
  if (at > core.clock.now()) return t('campaign.quietThen', { ...hours, when, next });
  return t('campaign.quietNow', { ...hours, when: next });
}

async function launch(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', version] = arg.split('.');
  const { campaign, changed } = await launchCampaign(turn.core, turn.shop._id, parseId(id), Number(version));
  await sayLaunched(turn, campaign, changed);
}

/** The second of two taps hears that it was launched already. */
async function sayLaunched(turn: Turn, campaign: Campaign, changed: boolean): Promise<void> {
  const params = { name: oneLine(campaign.name), status: turn.t(`campaign.status.${campaign.status}`) };
  const show = choice(turn.t('campaign.button.show'), 'campaign.show', campaign._id.toHexString());
  await turn.say(changed ? 'campaign.launched' : 'campaign.launchedAlready', params, {
    choices: changed ? [] : [show],
  });
}

async function askWhen(turn: Turn, id: string): Promise<void> {
  const campaign = await draftOf(turn, id);
  await turn.ask('campaign.when', { campaignId: campaign._id.toHexString() });
  await turn.say('campaign.askWhen', {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takeWhen(turn: Turn): Promise<void> {
  const { core, shop } = turn;
  const campaign = await draftOf(turn, String(turn.data.campaignId));
  const now = core.clock.now();
  const at = readWhen(turn.text, now, shop);
  if (!at) throw new KadeError('time_unreadable', { text: turn.text.slice(0, 60) });
  if (at <= now) throw new KadeError('date_in_past');
  const whom = whomOf(campaign);
  const open = nextSendingTime(shop, at, whom);
  await turn.end();
  if (open > at) await turn.sayText(waitText(turn, at, open, whom));
  await readBack(turn, campaign, open);
}

async function schedule(turn: Turn, arg: string): Promise<void> {
  const { core, shop, t } = turn;
  turn.require('manager');
  const [id = '', version, time = ''] = arg.split('.');
  const at = new Date(Number.parseInt(time, 36));
  if (Number.isNaN(at.getTime())) throw new KadeError('choice_expired');
  const { campaign, changed } = await scheduleCampaign(core, shop._id, parseId(id), Number(version), at);
  if (!changed) return sayLaunched(turn, campaign, false);
  await turn.say(
    'campaign.scheduled',
    { name: oneLine(campaign.name), when: formatMoment(t, at, shop) },
    { choices: [choice(t('campaign.button.cancel'), 'campaign.cancel', id), choice(t('menu.button'), 'menu')] },
  );
}

/** From a draft to its launch: a test, now, or at a time; read back before anything leaves. */
export const campaignLaunchFlow: Flow = {
  actions: {
    'campaign.test': sendTest,
    'campaign.launch': askLaunch,
    'campaign.confirm': launch,
    'campaign.schedule': askWhen,
    'campaign.at': schedule,
  },
  steps: { 'campaign.when': takeWhen },
};
