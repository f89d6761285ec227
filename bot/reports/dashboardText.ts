import { type Dashboard, formatMoney } from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { formatDay, formatPeriod } from '../days.ts';
import { oneLine } from '../oneLine.ts';
import { formatCount, percentChange, type ReportContext, stepLabel } from './dashboardChart.ts';

const NAMED = 3;

/** The dashboard in words, true to the figures of the picture; one statement a line. */
export function dashboardText(context: ReportContext, dashboard: Dashboard): string {
  const { shop, t } = context;
  const head = t('report.head', { period: formatPeriod(t, dashboard, shop.timeZone) });
  const { totals, before } = dashboard;
  const lines = totals.orders || totals.revenue ? salesLines(context, dashboard) : [t('report.noOrders')];
  if (!totals.orders && before.orders) lines.push(changeLine(context, dashboard));
  return [head, ...lines, typesLine(context, dashboard), contactsLine(context, dashboard)].filter(Boolean).join('\n');
}

/** Says that a period lies after the latest order; '' when it does not. */
export function staleLine(context: ReportContext, { lastOrderAt, from }: Dashboard): string {
  return lastOrderAt && lastOrderAt < from ? staleText(context, lastOrderAt) : '';
}

/** Says when the latest order was, before the time that was asked for. */
export function staleText({ shop, t }: ReportContext, lastOrderAt: Date): string {
  return t('report.stale', { date: formatDay(t, lastOrderAt, shop.timeZone) });
}

function salesLines(context: ReportContext, dashboard: Dashboard): string[] {
  const { shop, t } = context;
  const { totals } = dashboard;
  const money = (minor: number) => formatMoney(minor, shop.currency);
  const returned = totals.spent - totals.revenue;
  return [
    t('report.revenue', { amount: money(totals.revenue) }),
    changeLine(context, dashboard),
    returned > 0 ? t('report.returns', { amount: money(returned) }) : '',
    t('report.orders', {
      orders: formatCount(totals.orders),
      average: totals.averageOrder === null ? '–' : money(totals.averageOrder),
      customers: formatCount(totals.activeCustomers),
    }),
    bestLine(context, dashboard, money),
    listLine(
      'report.topCustomers',
      context,
      dashboard.topCustomers,
      (one) => `${customerLabel(t, one)} ${money(one.spent)}`,
    ),
    listLine(
      'report.topProducts',
      context,
      dashboard.topProducts,
      (one) => `${oneLine(one.name, 60)} ${money(one.revenue)}`,
    ),
  ].filter(Boolean);
}

function changeLine({ shop, t }: ReportContext, { totals, before }: Dashboard): string {
  const percent = percentChange(totals.revenue, before.revenue);
  if (percent === null) return t('report.change.none');
  const amount = formatMoney(before.revenue, shop.currency);
  const direction = percent > 0 ? 'up' : percent < 0 ? 'down' : 'flat';
  return t(`report.change.${direction}`, { percent: formatCount(Math.abs(percent)), amount });
}

function bestLine(context: ReportContext, dashboard: Dashboard, money: (minor: number) => string): string {
  const [best] = [...dashboard.trend].sort((a, b) => b.revenue - a.revenue);
  if (!best || best.revenue <= 0 || dashboard.trend.length < 2) return '';
  return context.t(`report.best.${dashboard.trendUnit}`, {
    when: stepLabel(context, dashboard, best.from),
    amount: money(best.revenue),
  });
}

function typesLine({ t }: ReportContext, { customerTypes }: Dashboard): string {
  const { new: fresh, returning, lapsed, dormant, prospect } = customerTypes;
  if (fresh + returning + lapsed + dormant + prospect === 0) return '';
  return t('report.types', {
    fresh: formatCount(fresh),
    returning: formatCount(returning),
    lapsed: formatCount(lapsed),
    dormant: formatCount(dormant),
    prospect: formatCount(prospect),
  });
}

function contactsLine(context: ReportContext, { interactionTypes }: Dashboard): string {
  const { t } = context;
  return listLine(
    'report.contacts',
    context,
    interactionTypes,
    (one) => `${t(`interaction.${one.type}`)} ${formatCount(one.count)}`,
  );
}

function listLine<T>(key: string, { t }: ReportContext, items: readonly T[], write: (item: T) => string): string {
  return items.length ? t(key, { list: items.slice(0, NAMED).map(write).join('; ') }) : '';
}
