import type { Chart, ChartHead, ChartItem, Segment } from '../../core/index.ts';
import { formatDay } from '../days.ts';
import type { Turn } from '../flow.ts';
import { people, segmentName, share } from '../segmentWords.ts';

/** The kinds of segments that are listed, each with a chart of its own. */
export const GROUPS = ['value', 'preference', 'demographic'] as const;
export type Group = (typeof GROUPS)[number];

const FIELDS = ['age', 'gender', 'city', 'language'] as const;
const NAMED_IN_ALT = 3;

/** All segments of one kind as a picture for a phone, and its words: what it shows and the fullest of them. */
export function groupChart(turn: Turn, segments: readonly Segment[], group: Group): { chart: Chart; alt: string } {
  const { t, shop, language } = turn;
  const own = segments.filter(({ kind, size }) => kind === group && size > 0);
  const fullest = own.toSorted((a, b) => b.size - a.size).slice(0, NAMED_IN_ALT);
  const named = fullest.map((segment) => `${segmentName(t, segment)} ${people(t, language, segment.size)}`);
  const title = t(`segment.button.${group}`);
  const head = chartHead(turn, title, segments[0]?.refreshedAt);
  const alt = t('segment.chart.alt', { title, shop: shop.name ?? '', named: named.join(', ') });
  if (group === 'value') return { chart: valueChart(turn, head, segments, own), alt };
  if (group === 'preference') return { chart: tasteChart(turn, head, own), alt };
  const panels = FIELDS.map((field) => ({
    label: t(`segment.chart.${field}`),
    items: own.filter(({ key }) => key.split(':')[1] === field).map((segment) => sizeItem(turn, segment)),
  }));
  return { chart: { kind: 'panels', figures: { ...head, panels } }, alt };
}

/** One preference segment beside the shop's average; null where its shares are not known. */
export function preferenceChart(turn: Turn, segment: Segment): { chart: Chart; alt: string } | null {
  if (segment.kind !== 'preference' || !segment.families?.length) return null;
  const { t, shop } = turn;
  const title = segmentName(t, segment);
  const named = segment.families.slice(0, NAMED_IN_ALT).map(({ name }) => name);
  const alt = t('segment.chart.alt', { title, shop: shop.name ?? '', named: named.join(', ') });
  return { chart: tasteChart(turn, chartHead(turn, title, segment.refreshedAt), [segment]), alt };
}

/** The letter of a value segment by its place, the same in every chart. */
export function valueLetter(position: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + position);
}

/** Title, shop and day of a chart for a phone. */
export function chartHead({ t, language, shop }: Turn, title: string, at: Date | undefined): ChartHead {
  const day = at ? t('segment.chart.asOf', { date: formatDay(t, at, shop.timeZone) }) : '';
  const subtitle = [shop.name, day].filter(Boolean).join(' · ');
  return { language, title, subtitle, noData: t('segment.chart.noData') };
}

function sizeItem({ t, language }: Turn, segment: Segment): ChartItem {
  const formatted = new Intl.NumberFormat(language).format(segment.size);
  return { label: segmentName(t, segment), value: segment.size, formatted };
}

function valueChart(turn: Turn, head: ChartHead, segments: readonly Segment[], own: readonly Segment[]): Chart {
  const { t, language } = turn;
  const revenue = segments.find(({ kind }) => kind === 'all')?.revenue ?? 0;
  const number = new Intl.NumberFormat(language);
  return {
    kind: 'value',
    figures: {
      ...head,
      labels: {
        size: t('segment.chart.size'),
        revenueShare: t('segment.chart.revenueShare'),
        grid: t('segment.chart.grid'),
        recency: t('segment.chart.recency'),
        frequency: t('segment.chart.frequency'),
      },
      segments: own.map((segment) => ({
        ...sizeItem(turn, segment),
        letter: valueLetter(segment.position),
        cells: segment.cells.map(({ size, ...cell }) => ({ ...cell, value: size, formatted: number.format(size) })),
        revenueShare: revenue > 0 ? segment.revenue / revenue : 0,
        revenueShareFormatted: share(language, segment.revenue, revenue),
      })),
    },
  };
}

/** Several: what lifts each most above the average first; one alone: in the order that all have, so that radars compare. */
function tasteChart({ t, language }: Turn, head: ChartHead, own: readonly Segment[]): Chart {
  const groups = own.map((segment) => {
    const families = [...(segment.families ?? [])];
    if (own.length > 1) families.sort((a, b) => b.share - b.average - (a.share - a.average));
    return {
      label: segmentName(t, segment),
      families: families.map(({ name, share: part, average }) => ({
        label: name,
        value: part,
        formatted: share(language, part, 1),
        average,
        averageFormatted: share(language, average, 1),
      })),
    };
  });
  const labels = { group: t('segment.chart.group'), average: t('segment.chart.average') };
  return { kind: 'tastes', figures: { ...head, labels, groups } };
}
