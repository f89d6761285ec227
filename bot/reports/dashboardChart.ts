import {
  type ChartItem,
  type ChartTile,
  type Dashboard,
  type DashboardFigures,
  formatMoney,
  formatWholeMoney,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { formatDay, formatDayMonth, formatMonth, formatPeriod } from '../days.ts';
import type { NoticeContext, Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

export type ReportContext = Pick<NoticeContext, 'shop' | 'language' | 't'>;

/** Types of customers in the order of their news, as in countCustomerTypes. */
export const CUSTOMER_TYPES = ['new', 'returning', 'lapsed', 'dormant', 'prospect'] as const;

/** A dashboard's figures as the chart draws them: everything in words and formatted. */
export function dashboardChart({ shop, language, t }: ReportContext, dashboard: Dashboard): DashboardFigures {
  const money = (minor: number) => formatMoney(minor, shop.currency);
  // Small change matters only where sums are small.
  const short = (minor: number) =>
    dashboard.totals.spent < 10 ** 6 ? money(minor) : formatWholeMoney(minor, shop.currency);
  const item = (label: string, value: number, formatted: string): ChartItem => ({ label, value, formatted });
  const { topCustomers, topProducts, customerTypes, interactionTypes, trend } = dashboard;
  return {
    language,
    shop: oneLine(shop.name ?? '', 60),
    period: formatPeriod(t, dashboard, shop.timeZone),
    labels: {
      customerTypes: t('report.chart.customerTypes'),
      revenueTrend: t(`report.chart.trend.${dashboard.trendUnit}`),
      topCustomers: t('report.chart.topCustomers'),
      interactionTypes: t('report.chart.interactionTypes'),
      topProducts: t('report.chart.topProducts'),
      comparedWith: t('report.chart.comparedWith'),
      noData: t('report.chart.noData'),
    },
    tiles: tiles(t, dashboard, money),
    customerTypes: CUSTOMER_TYPES.filter((type) => customerTypes[type] > 0).map((type) =>
      item(t(`report.type.${type}`), customerTypes[type], formatCount(customerTypes[type])),
    ),
    revenueTrend: trend.map(({ from, revenue }) =>
      item(stepLabel({ shop, t }, dashboard, from), revenue, short(revenue)),
    ),
    topCustomers: topCustomers.map((customer) =>
      item(customerLabel(t, customer), customer.spent, short(customer.spent)),
    ),
    interactionTypes: interactionTypes.map(({ type, count }) =>
      item(t(`interaction.${type}`), count, formatCount(count)),
    ),
    topProducts: topProducts.map(({ name, revenue }) => item(oneLine(name, 60), revenue, short(revenue))),
  };
}

/** What a step of the trend is called: its day, the first day of its week, its month or its year. */
export function stepLabel({ shop, t }: Pick<ReportContext, 'shop' | 't'>, dashboard: Dashboard, from: Date): string {
  switch (dashboard.trendUnit) {
    case 'day':
    case 'week':
      return formatDayMonth(t, from, shop.timeZone);
    case 'month':
      return formatMonth(t, from, shop.timeZone);
    case 'year':
      return formatDay(t, from, shop.timeZone).match(/\d{4}/)?.[0] ?? '';
    default:
      return dashboard.trendUnit satisfies never;
  }
}

/** How a figure moved against the one before, in whole per cent; null: there was nothing before. */
export function percentChange(now: number, before: number): number | null {
  return before === 0 ? null : Math.round(((now - before) / Math.abs(before)) * 100);
}

const counts = new Intl.NumberFormat('en');
/** A whole number with its thousands parted, `2,778`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

function tiles(t: Translate, { totals, before }: Dashboard, money: (minor: number) => string): ChartTile[] {
  const tile = (label: string, formatted: string, now: number, then: number): ChartTile => {
    const percent = percentChange(now, then);
    if (percent === null) return { label, formatted };
    const direction = percent > 0 ? 'up' : percent < 0 ? 'down' : 'flat';
    return {
      label,
      formatted,
      change: { direction, formatted: `${formatCount(Math.abs(percent))} %`, good: percent >= 0 },
    };
  };
  const average = totals.averageOrder;
  return [
    tile(t('report.tile.revenue'), money(totals.revenue), totals.revenue, before.revenue),
    tile(t('report.tile.orders'), formatCount(totals.orders), totals.orders, before.orders),
    tile(
      t('report.tile.customers'),
      formatCount(totals.activeCustomers),
      totals.activeCustomers,
      before.activeCustomers,
    ),
    tile(t('report.tile.average'), average === null ? '–' : money(average), average ?? 0, before.averageOrder ?? 0),
  ];
}
