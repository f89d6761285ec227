import {
  type Campaign,
  type CampaignReport,
  type CampaignStatus,
  campaignReport,
  cancelCampaign,
  exportCampaign,
  getCampaign,
  listCampaigns,
  nextSendingTime,
  type OutboundMessage,
  parseId,
  pauseCampaign,
  resumeCampaign,
  type Steered,
} from '../../core/index.ts';
import { campaignReportMessage } from '../campaigns/campaignReportMessage.ts';
import { formatMoment } from '../campaigns/campaignWords.ts';
import { formatDay } from '../days.ts';
import { choice, type Flow, type NoticeContext, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

const LISTED = 10;
const BAR_CELLS = 10;

async function showList(turn: Turn): Promise<void> {
  const { core, shop, t } = turn;
  const campaigns = await listCampaigns(core, shop._id, LISTED);
  const create = choice(t('campaign.button.new'), 'campaign.new');
  if (campaigns.length === 0) return void (await turn.say('campaign.none', {}, { choices: [create] }));
  const lines = campaigns.map((campaign, index) =>
    t('campaign.listLine', {
      number: index + 1,
      date: formatDay(t, campaign.startedAt ?? campaign.createdAt, shop.timeZone),
      name: oneLine(campaign.name),
      status: t(`campaign.status.${campaign.status}`),
    }),
  );
  await turn.sayText([t('campaign.listHead'), ...lines].join('\n'), {
    choices: [
      ...campaigns.map(({ _id, name }, index) =>
        choice(`${index + 1}. ${oneLine(name, 30)}`, 'campaign.show', _id.toHexString()),
      ),
      create,
    ],
  });
}

async function show(turn: Turn, id: string): Promise<void> {
  const report = await campaignReport(turn.core, turn.shop._id, parseId(id));
  const { text, picture } = await campaignReportMessage(turn, report);
  await turn.sayText(text, { ...(picture ? { picture } : {}), choices: choicesOf(turn, report.campaign) });
}

/** What may be done with a campaign as it stands. */
function choicesOf({ t }: Pick<Turn, 't'>, { _id, status }: Pick<Campaign, '_id' | 'status'>) {
  const actions: Record<
    CampaignStatus,
    readonly ('launch' | 'schedule' | 'change' | 'pause' | 'resume' | 'cancel' | 'export')[]
  > = {
    draft: ['launch', 'schedule', 'change', 'cancel'],
    scheduled: ['launch', 'schedule', 'change', 'cancel'],
    planning: ['pause', 'cancel'],
    sending: ['pause', 'cancel'],
    paused: ['resume', 'cancel', 'export'],
    done: ['export'],
    cancelled: ['export'],
  };
  return actions[status].map((action) =>
    choice(t(`campaign.button.${action}`), `campaign.${action}`, _id.toHexString()),
  );
}

async function pause(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  await tell(turn, await pauseCampaign(turn.core, turn.shop._id, parseId(id)), 'campaign.paused');
}

async function resume(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  await tell(turn, await resumeCampaign(turn.core, turn.shop._id, parseId(id)), 'campaign.resumed');
}

/** A draft goes at once; one that is being sent is asked about, for it cannot be taken up again. */
async function askCancel(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  const { core, shop, t } = turn;
  const campaign = await getCampaign(core, shop._id, parseId(id));
  if (!['planning', 'sending', 'paused'].includes(campaign.status)) return cancelNow(turn, id);
  const { counts } = await campaignReport(core, shop._id, campaign._id);
  const keep =
    campaign.status === 'paused'
      ? choice(t('menu.button'), 'menu')
      : choice(t('campaign.button.keep'), 'campaign.show', id);
  await turn.say(
    'campaign.askStop',
    { name: oneLine(campaign.name), count: counts.queued },
    { choices: [choice(t('campaign.button.stopForGood'), 'campaign.stop', id), keep] },
  );
}

async function cancelNow(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  await tell(turn, await cancelCampaign(turn.core, turn.shop._id, parseId(id)), 'campaign.cancelled');
}

async function tell(turn: Turn, { campaign, changed }: Steered, key: string): Promise<void> {
  const { t } = turn;
  await turn.say(
    changed ? key : 'campaign.unchanged',
    { name: oneLine(campaign.name), status: t(`campaign.status.${campaign.status}`) },
    { choices: choicesOf(turn, campaign) },
  );
}

async function sendRows(turn: Turn, id: string): Promise<void> {
  turn.require('manager');
  const campaign = await getCampaign(turn.core, turn.shop._id, parseId(id));
  const file = await exportCampaign(turn.core, turn.shop._id, campaign._id);
  await turn.say('campaign.exported', { name: oneLine(campaign.name) }, { file });
}

/** The progress message: how far it is, with Pause and Cancel while it goes. */
function progressMessage({ t }: NoticeContext, { campaign, planned, counts }: CampaignReport): OutboundMessage {
  const { status, plannedAt } = campaign;
  const name = oneLine(campaign.name);
  const choices = status === 'done' || status === 'cancelled' ? [] : choicesOf({ t }, campaign);
  if (!plannedAt && status === 'planning') return { text: t('campaign.preparing', { name, done: planned }), choices };
  const all = planned - counts.skipped;
  const done = all - counts.queued - counts.sending - counts.cancelled;
  const full = all > 0 ? Math.round((done / all) * BAR_CELLS) : BAR_CELLS;
  const bar = '▓'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  return { text: t('campaign.progress', { name, status: t(`campaign.status.${status}`), bar, done, all }), choices };
}

/** Campaigns on their way and after: list, progress, pause, resume, cancel, report. */
export const campaignControlFlow: Flow = {
  commands: [{ name: 'campaigns', run: showList }],
  actions: {
    'campaign.list': showList,
    'campaign.show': show,
    'campaign.pause': pause,
    'campaign.resume': resume,
    'campaign.cancel': askCancel,
    'campaign.stop': cancelNow,
    'campaign.export': sendRows,
  },
  notices: {
    async 'campaign.progress'(context, { campaignId }) {
      return progressMessage(context, await campaignReport(context.core, context.shop._id, parseId(campaignId)));
    },
    async 'campaign.finished'(context, { campaignId }) {
      const report = await campaignReport(context.core, context.shop._id, parseId(campaignId));
      const message = await campaignReportMessage(context, report);
      return {
        ...message,
        choices: [...choicesOf(context, report.campaign), choice(context.t('menu.button'), 'menu')],
      };
    },
    async 'campaign.paused'({ core, shop, t }, { campaignId, reason }) {
      const campaign = await getCampaign(core, shop._id, parseId(campaignId));
      const text = t(`campaign.pausedBecause.${reason}`, {
        name: oneLine(campaign.name),
        channel: t(`channel.${campaign.channel}`),
        due: formatMoment(t, campaign.scheduledAt ?? campaign.createdAt, shop),
        when: formatMoment(t, nextSendingTime(shop, core.clock.now()), shop),
      });
      return { text, choices: choicesOf({ t }, campaign) };
    },
  },
};
