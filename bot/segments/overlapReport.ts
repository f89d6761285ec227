import {
  type Chart,
  formatMoney,
  OVERLAP_PARTS,
  type OverlapPart,
  type RuleOverlap,
  type Segment,
} from '../../core/index.ts';
import type { Turn } from '../flow.ts';
import { people, segmentName, share } from '../segmentWords.ts';
import { chartHead } from './groupChart.ts';

/** Two segments side by side. */
export interface Compared {
  readonly segments: readonly [Segment, Segment];
  readonly overlap: RuleOverlap;
}

/** The two as a picture, and its words. */
export function overlapChart(turn: Turn, { segments, overlap }: Compared): { chart: Chart; alt: string } {
  const { t, language, shop, core } = turn;
  const number = new Intl.NumberFormat(language);
  const head = chartHead(turn, t('segment.compare.title'), core.clock.now());
  const named = OVERLAP_PARTS.map(
    (part) => `${partName(turn, segments, part)} ${number.format(countOf(overlap, part))}`,
  );
  return {
    alt: t('segment.chart.alt', { title: head.title, shop: shop.name ?? '', named: named.join(', ') }),
    chart: {
      kind: 'overlap',
      figures: {
        ...head,
        sets: segments.map((segment, place) => ({
          label: segmentName(t, segment),
          formatted: number.format(countOf(overlap, place === 0 ? 'first' : 'second', 'both')),
        })),
        parts: OVERLAP_PARTS.map((part) => ({
          label: t(`segment.compare.only.${part}`, { name: segmentName(t, segments[part === 'second' ? 1 : 0]) }),
          value: countOf(overlap, part),
          formatted: number.format(countOf(overlap, part)),
          aside: t('segment.compare.ofSales', { share: revenueShare(turn, overlap, part) }),
        })),
      },
    },
  };
}

/** How many are in each, in both, in either, what share of all and of sales that is, and five names of each part. */
export function overlapText(turn: Turn, { segments, overlap }: Compared): string {
  const { t, language, shop } = turn;
  const lines = [
    title(turn, segments),
    '',
    ...segments.map((segment, place) =>
      t('segment.compare.set', {
        name: segmentName(t, segment),
        people: people(t, language, countOf(overlap, place === 0 ? 'first' : 'second', 'both')),
      }),
    ),
    t('segment.compare.either', {
      people: people(t, language, countOf(overlap, ...OVERLAP_PARTS)),
      share: share(language, countOf(overlap, ...OVERLAP_PARTS), overlap.all.customers),
      revenueShare: revenueShare(turn, overlap, ...OVERLAP_PARTS),
    }),
  ];
  for (const part of OVERLAP_PARTS) {
    const { names } = overlap.parts[part];
    const name = partName(turn, segments, part);
    if (countOf(overlap, part) === 0) {
      lines.push('', t('segment.compare.nobody', { name }));
      continue;
    }
    const { revenue } = overlap.parts[part].people;
    lines.push(
      '',
      t('segment.compare.part', {
        name,
        people: people(t, language, countOf(overlap, part)),
        revenueShare: revenueShare(turn, overlap, part),
        revenue: formatMoney(revenue, shop.currency),
      }),
      names.join(', '),
    );
  }
  return lines.join('\n');
}

/** `Champions and VIP`, `Champions, not VIP`, `VIP, not Champions`, `Champions or VIP`. */
export function partName({ t }: Turn, segments: Compared['segments'], part: OverlapPart | 'either'): string {
  const [one, other] = segments.map((segment) => segmentName(t, segment));
  if (part === 'second') return t('segment.compare.name.first', { one: other ?? '', other: one ?? '' });
  return t(`segment.compare.name.${part}`, { one: one ?? '', other: other ?? '' });
}

/** How many are in these parts together. */
export function countOf({ parts }: RuleOverlap, ...among: OverlapPart[]): number {
  return among.reduce((sum, part) => sum + parts[part].people.customers, 0);
}

function revenueShare({ language }: Turn, { parts, all }: RuleOverlap, ...among: OverlapPart[]): string {
  const revenue = among.reduce((sum, part) => sum + parts[part].people.revenue, 0);
  return share(language, revenue, all.revenue);
}

function title({ t }: Turn, segments: Compared['segments']): string {
  const [one, other] = segments.map((segment) => segmentName(t, segment));
  return `${one} × ${other}`;
}
