import {
  type Campaign,
  type CampaignPreview,
  formatMoney,
  getSegment,
  KadeError,
  parseAddress,
  type Shop,
  toLocalTime,
} from '../../core/index.ts';
import { countryName } from '../countryName.ts';
import { formatClock, formatDay, weekdayName } from '../days.ts';
import type { NoticeContext, Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { segmentName } from '../segmentWords.ts';

/** Countries named of those without a price. */
const PLACES = 5;

/** A moment on the shop's clock, `Sunday, 22 Nov 2026, 09:00`. */
export function formatMoment(t: Translate, at: Date, { timeZone }: Pick<Shop, 'timeZone'>): string {
  const local = toLocalTime(at, timeZone);
  return `${weekdayName(t, local.weekday)}, ${formatDay(t, at, timeZone)}, ${formatClock(local)}`;
}

/** What a campaign's segment is called; its key when it is gone. */
export async function campaignSegment({ core, shop, t }: NoticeContext, { segment }: Campaign): Promise<string> {
  try {
    return segmentName(t, await getSegment(core, shop._id, segment));
  } catch (error) {
    if (error instanceof KadeError) return oneLine(segment, 40);
    throw error;
  }
}

/** Why someone was left out or a message failed; a carrier's own word where it is none of ours. */
export function reasonText(t: Translate, reason: string): string {
  const text = t(`reason.${reason}`);
  return text === `reason.${reason}` ? oneLine(reason, 40) : text;
}

/** `Cost: about Rs 255.00`, and to whom no price is known. */
export function costText(
  { t, language, shop: { currency } }: Pick<NoticeContext, 't' | 'language' | 'shop'>,
  { cost, unpriced }: CampaignPreview,
): string {
  const places = unpriced.slice(0, PLACES).map(({ country, count }) => `${countryName(language, country)} ${count}`);
  const lines = [
    ...(cost === null ? [] : [t('campaign.preview.cost', { cost: formatMoney(cost, currency) })]),
    ...(places.length > 0 ? [t('campaign.preview.unpriced', { places: places.join(', ') })] : []),
  ];
  return lines.join('\n');
}

/** The words of a message; a mail's subject above them. */
export function withSubject(t: Translate, subject: string | undefined, text: string): string {
  return subject ? `${t('campaign.preview.subject', { subject })}\n${text}` : text;
}

/** Everything there is to know before a launch. */
export function previewText({ t, language, shop }: NoticeContext, preview: CampaignPreview, segment: string): string {
  const { campaign, size, reachable, leftOut, sms, samples } = preview;
  const lines = [
    t('campaign.preview.head', { segment, channel: t(`channel.${campaign.channel}`), reachable, count: size }),
  ];
  if (campaign.template) lines.push(t('campaign.preview.template', { name: oneLine(campaign.template.name, 60) }));
  lines.push(...ladderLines(t, preview, shop));
  if (leftOut.length > 0) {
    lines.push(t('campaign.preview.leftOut'));
    for (const { reason, count } of leftOut)
      lines.push(t('campaign.preview.reason', { people: count, reason: reasonText(t, reason) }));
  }
  if (reachable === 0) return [...lines, '', t('campaign.preview.nobody')].join('\n');
  if (sms) {
    const room = sms.script === 'GSM-7' ? 160 : 70;
    const { parts: count, script, units, allParts: all } = sms;
    lines.push(t('campaign.preview.sms', { count, script, units, room, all }));
  }
  lines.push(costText({ t, language, shop }, preview), '', t('campaign.preview.samples'));
  for (const { name, to, text } of samples) {
    const address = parseAddress(to)?.value ?? to;
    const words = withSubject(t, campaign.subject, text);
    lines.push(t('campaign.preview.sample', { name: oneLine(name ?? address, 60), address, text: words }));
  }
  return lines.join('\n');
}

/** In which ways they are reached, where there is more than one, and what decides. */
function ladderLines(
  t: Translate,
  { campaign, ways }: CampaignPreview,
  { currency }: Pick<Shop, 'currency'>,
): string[] {
  const lines = ways.map(({ way, count, cost }) =>
    t('campaign.preview.way', {
      people: count,
      way: t(way === 'template' ? 'campaign.preview.byTemplate' : `channel.${way}`),
      cost: cost === null ? '?' : formatMoney(Math.round(cost), currency),
    }),
  );
  if (campaign.channel !== 'auto') return ways.length > 1 ? lines : [];
  const order = campaign.order?.map((one) => t(`channel.${one}`)).join(', ');
  return [
    ...lines,
    order ? t('campaign.preview.order', { order }) : t('campaign.preview.cheapest'),
    t(campaign.fallback ? 'campaign.preview.fallbackOn' : 'campaign.preview.fallbackOff'),
  ];
}
