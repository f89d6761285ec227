import { type CampaignReport, type FunnelFigures, formatMoney, type OutboundMessage } from '../../core/index.ts';
import { formatDay } from '../days.ts';
import type { NoticeContext } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { share } from '../segmentWords.ts';
import { campaignSegment, reasonText } from './campaignWords.ts';

interface Stage {
  readonly key: string;
  readonly value: number;
  readonly tone?: 'good' | 'bad';
}

/** What became of a campaign as a message: words, and the funnel as a picture. */
export async function campaignReportMessage(context: NoticeContext, report: CampaignReport): Promise<OutboundMessage> {
  const segment = await campaignSegment(context, report.campaign);
  const text = reportText(context, report, segment);
  // A draft has nobody in it yet: its text says more than empty bars.
  if (report.planned === 0) return { text: `${text}\n\n“${report.campaign.text}”` };
  const picture = await drawFunnel(context, report, segment);
  return { text, ...(picture ? { picture } : {}) };
}

function stagesOf({ planned, funnel, counts, replied, optedOut }: CampaignReport): Stage[] {
  const always: Stage[] = [
    { key: 'inSegment', value: planned },
    { key: 'addressed', value: funnel.addressed },
    { key: 'sent', value: funnel.sent },
    { key: 'delivered', value: funnel.delivered },
  ];
  const ifAny: Stage[] = [
    { key: 'read', value: funnel.read, tone: 'good' },
    { key: 'replied', value: replied, tone: 'good' },
    { key: 'optedOut', value: optedOut, tone: 'bad' },
    { key: 'failed', value: counts.failed, tone: 'bad' },
    { key: 'unknown', value: counts.unknown, tone: 'bad' },
    { key: 'cancelled', value: counts.cancelled, tone: 'bad' },
    { key: 'queued', value: counts.queued + counts.sending },
  ];
  return [...always, ...ifAny.filter(({ value }) => value > 0)];
}

function reportText(context: NoticeContext, report: CampaignReport, segment: string): string {
  const { t, shop, language } = context;
  const { campaign } = report;
  const head = t('campaign.report.head', {
    name: oneLine(campaign.name),
    status: t(`campaign.status.${campaign.status}`),
    segment,
    channel: t(`channel.${campaign.channel}`),
    date: formatDay(t, campaign.startedAt ?? campaign.createdAt, shop.timeZone),
  });
  const lines = stagesOf(report).map(({ key, value }) =>
    t('campaign.report.line', {
      label: t(`campaign.report.${key}`),
      people: value,
      share: share(language, value, report.planned),
    }),
  );
  if (report.planned === 0) return head;
  return [
    head,
    ...lines,
    ...channelLines(context, report),
    ...reasonLines(context, report),
    t('campaign.report.cost', { cost: formatMoney(report.cost, shop.currency) }),
  ].join('\n');
}

function channelLines({ t }: NoticeContext, { campaign, channels, fallen }: CampaignReport): string[] {
  if (campaign.channel !== 'auto') return [];
  const list = channels.map(({ channel, count }) => `${t(`channel.${channel}`)} ${count}`).join(', ');
  return [
    ...(list ? [t('campaign.report.channels', { channels: list })] : []),
    ...(fallen > 0 ? [t('campaign.report.fallen', { people: fallen })] : []),
  ];
}

function reasonLines({ t }: NoticeContext, { reasons }: CampaignReport): string[] {
  const list = (statuses: readonly string[]): string =>
    reasons
      .filter(({ status }) => statuses.includes(status))
      .map(({ reason, count }) => t('campaign.report.reason', { people: count, reason: reasonText(t, reason) }))
      .join(', ');
  const [leftOut, troubles] = [list(['skipped']), list(['failed', 'unknown'])];
  return [
    ...(leftOut ? [t('campaign.report.leftOut', { reasons: leftOut })] : []),
    ...(troubles ? [t('campaign.report.troubles', { reasons: troubles })] : []),
  ];
}

/** A picture that cannot be drawn or kept is logged; the words stand without it. */
async function drawFunnel(
  context: NoticeContext,
  report: CampaignReport,
  segment: string,
): Promise<OutboundMessage['picture'] | null> {
  const { core, shop, t, language } = context;
  const stages = stagesOf(report).map(({ key, value, tone }) => ({
    label: t(`campaign.report.${key}`),
    value,
    formatted: new Intl.NumberFormat(language).format(value),
    share: share(language, value, report.planned),
    ...(tone ? { tone } : {}),
  }));
  const figures: FunnelFigures = {
    language,
    title: oneLine(report.campaign.name),
    subtitle: `${segment} · ${t(`channel.${report.campaign.channel}`)}`,
    labels: { noData: t('campaign.report.noData') },
    stages,
    notes: reasonLines(context, report),
  };
  try {
    const png = await core.charts.render({ kind: 'funnel', figures });
    const stored = await core.files.save(shop._id, 'campaign.png', 'image/png', png);
    const alt = t('campaign.report.alt', {
      stages: stages.map(({ label, formatted }) => `${label} ${formatted}`).join(', '),
    });
    return { ...stored, alt };
  } catch (error) {
    core.log.error('campaign.picture', { error });
    return null;
  }
}
