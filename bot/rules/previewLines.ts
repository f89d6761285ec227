import {
  type ChannelReach,
  formatMoney,
  leavesOf,
  type PeopleFigures,
  type Rule,
  type RulePreview,
} from '../../core/index.ts';
import type { Turn } from '../flow.ts';
import { people, share } from '../segmentWords.ts';

/** What may be asked of a campaign but is not noted of any yet. */
const UNNOTED = ['clicked', 'converted'] as const;

/** Whom a rule means, in a few lines: how many, of what worth, who, and whom a message would reach. */
export function previewLines({ t, language, shop }: Turn, rule: Rule, preview: RulePreview): string[] {
  const { people: meant, all, names, reach, neverBought } = preview;
  const lines = [
    t('segment.details.size', {
      people: people(t, language, meant.customers),
      share: share(language, meant.customers, all.customers),
      revenueShare: share(language, meant.revenue, all.revenue),
      revenue: formatMoney(meant.revenue, shop.currency),
    }),
  ];
  const averages = (figures: PeopleFigures) => {
    const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    return {
      spend: formatMoney(Math.round(figures.revenue / figures.buyers), shop.currency),
      orders: number.format(figures.orders / figures.buyers),
      days: number.format(figures.recencyDays / figures.buyers),
    };
  };
  if (meant.buyers > 0) {
    lines.push(t('builder.preview.average', averages(meant)));
    if (meant.customers < all.customers) lines.push(t('builder.preview.averageAll', averages(all)));
  }
  if (names.length > 0)
    lines.push(t(`segment.details.${meant.buyers > 0 ? 'names' : 'examples'}`, { names: names.join(', ') }));
  if (neverBought) lines.push(t('builder.preview.neverBought', { people: people(t, language, neverBought) }));
  for (const event of UNNOTED)
    if (leavesOf(rule).some(({ op }) => op === event || op === `not_${event}`))
      lines.push(t(`builder.preview.unnoted.${event}`));
  if (meant.customers > 0)
    lines.push(...reach.filter(({ channel }) => channel !== 'web').map((one) => reachLine(t, language, one)));
  return lines;
}

function reachLine(t: Turn['t'], language: Turn['language'], { channel, reachable, leftOut }: ChannelReach): string {
  const number = new Intl.NumberFormat(language);
  const reasons = leftOut.map(({ reason, count }) => `${t(`reason.${reason}`)} ${number.format(count)}`);
  const line = `${t(`channel.${channel}`)}: ${number.format(reachable)}`;
  return reasons.length > 0 ? t('builder.preview.leftOut', { line, reasons: reasons.join(', ') }) : line;
}
