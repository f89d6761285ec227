import { type Chart, type Movements, VALUE_SEGMENTS } from '../../core/index.ts';
import { formatDay, formatMonth } from '../days.ts';
import type { Turn } from '../flow.ts';
import { chartHead, valueLetter } from './groupChart.ts';

/** Best first, as a fall or rise between segments is told. */
const GROUPS = [...VALUE_SEGMENTS, 'none'] as const;
const WORDED = 6;

type Movement = Movements['movements'][number];
type Way = 'rose' | 'fell' | 'stayed' | 'new';

function wayOf({ from, to }: Movement): Way {
  if (from === to) return 'stayed';
  if (from === 'none') return 'new';
  return GROUPS.indexOf(to) < GROUPS.indexOf(from) ? 'rose' : 'fell';
}

/** A month's movements between value segments as a flow chart, and its words. */
export function movementChart(turn: Turn, { from, to, movements }: Movements): { chart: Chart; alt: string } {
  const { t, language, shop } = turn;
  const number = new Intl.NumberFormat(language);
  const count = (side: 'from' | 'to', group: string): number =>
    movements.filter((movement) => movement[side] === group).reduce((sum, { customers }) => sum + customers, 0);
  const shown = GROUPS.filter((group) => count('from', group) + count('to', group) > 0);
  const title = t('segment.movements.title');
  const month = formatMonth(t, from, shop.timeZone);
  const head = { ...chartHead(turn, title, undefined), subtitle: [shop.name, month].filter(Boolean).join(' · ') };
  const worded = movements.filter((movement) => wayOf(movement) !== 'stayed').slice(0, 2);
  const named = worded.map((movement) => movementLine(turn, movement)).join(', ');
  return {
    alt: t('segment.chart.alt', { title: `${title}, ${month}`, shop: shop.name ?? '', named }),
    chart: {
      kind: 'movements',
      figures: {
        ...head,
        labels: {
          before: formatDay(t, new Date(from.getTime() - 1), shop.timeZone),
          after: formatDay(t, new Date(to.getTime() - 1), shop.timeZone),
          rose: t('segment.movements.risen'),
          fell: t('segment.movements.fallen'),
          stayed: t('segment.movements.same'),
        },
        groups: shown.map((group) => {
          const [before, after] = [count('from', group), count('to', group)];
          const write = (size: number): string => (size > 0 ? number.format(size) : '–');
          const letter = valueLetter(GROUPS.indexOf(group));
          return { letter, label: t(`segment.name.${group}`), before: write(before), after: write(after) };
        }),
        bands: movements.map((one) => ({
          from: shown.indexOf(one.from),
          to: shown.indexOf(one.to),
          value: one.customers,
        })),
      },
    },
  };
}

/** How many rose, fell and stayed, and the greatest movements in words. */
export function movementText(turn: Turn, { from, movements }: Movements): string {
  const { t, language, shop } = turn;
  const count = (way: Way): string => {
    const own = movements.filter((movement) => wayOf(movement) === way);
    return new Intl.NumberFormat(language).format(own.reduce((sum, { customers }) => sum + customers, 0));
  };
  const moved = movements.filter((movement) => wayOf(movement) !== 'stayed').slice(0, WORDED);
  return [
    t('segment.movements.head', { month: formatMonth(t, from, shop.timeZone) }),
    t('segment.movements.sum', {
      stayed: count('stayed'),
      rose: count('rose'),
      fell: count('fell'),
      new: count('new'),
    }),
    '',
    ...moved.map((movement) => movementLine(turn, movement)),
  ].join('\n');
}

function movementLine({ t, language }: Turn, movement: Movement): string {
  return t(`segment.movements.${wayOf(movement)}`, {
    number: new Intl.NumberFormat(language).format(movement.customers),
    from: t(`segment.name.${movement.from}`),
    to: t(`segment.name.${movement.to}`),
  });
}
