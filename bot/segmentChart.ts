import type { Chart, Segment } from '../core/index.ts';
import type { Turn } from './flow.ts';
import { people, segmentName, share } from './segmentWords.ts';

/** All segments as one picture, in the words of the member who asks. */
export function segmentChart({ t, language, shop }: Turn, segments: readonly Segment[]): Chart {
  const revenue = segments.find(({ kind }) => kind === 'all')?.revenue ?? 0;
  const number = new Intl.NumberFormat(language);
  const item = (segment: Segment) => ({
    label: segmentName(t, segment),
    value: segment.size,
    formatted: number.format(segment.size),
  });
  const of = (kind: Segment['kind']) => segments.filter((segment) => segment.kind === kind && segment.size > 0);
  const demographic = (field: string) => ({
    label: t(`segment.chart.${field}`),
    items: of('demographic')
      .filter(({ key }) => key.split(':')[1] === field)
      .map(item),
  });
  const refreshedAt = segments[0]?.refreshedAt;
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: shop.timeZone });
  return {
    kind: 'segments',
    figures: {
      language,
      shop: shop.name ?? '',
      period: refreshedAt ? t('segment.chart.asOf', { date: day.format(refreshedAt) }) : '',
      labels: {
        valueSegments: t('segment.chart.valueSegments'),
        size: t('segment.chart.size'),
        revenueShare: t('segment.chart.revenueShare'),
        grid: t('segment.chart.grid'),
        recency: t('segment.chart.recency'),
        frequency: t('segment.chart.frequency'),
        preferences: t('segment.chart.preferences'),
        demographics: t('segment.chart.demographics'),
        noData: t('segment.chart.noData'),
      },
      valueSegments: of('value').map((segment) => ({
        ...item(segment),
        revenueShare: revenue > 0 ? segment.revenue / revenue : 0,
        revenueShareFormatted: share(language, segment.revenue, revenue),
      })),
      grid: of('value').flatMap(({ cells }) =>
        cells.map(({ recency, frequency, size }) => ({
          recency,
          frequency,
          value: size,
          formatted: number.format(size),
        })),
      ),
      preferences: of('preference').map((segment) => ({
        ...item(segment),
        formatted: people(t, language, segment.size),
        products: segment.topProducts.map(({ name }) => name.trim()).slice(0, 3),
      })),
      demographics: ['age', 'gender', 'city'].map(demographic).filter(({ items }) => items.length > 0),
    },
  };
}
