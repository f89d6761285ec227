import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chart, LANGUAGES, type Language } from '../../core/index.ts';
import { renderReport } from '../../reports/renderReport.ts';
import { openPng, readPngHead } from './readPng.ts';
import {
  sampleCross,
  sampleMovements,
  sampleOverlap,
  samplePanels,
  sampleTastes,
  sampleValue,
} from './sampleSegments.ts';

const charts: Record<string, (language?: Language) => Chart> = {
  value: (language) => ({ kind: 'value', figures: sampleValue(language) }),
  panels: (language) => ({ kind: 'panels', figures: samplePanels(language) }),
  tastes: (language) => ({ kind: 'tastes', figures: sampleTastes(8, language) }),
  'one taste': (language) => ({ kind: 'tastes', figures: sampleTastes(1, language) }),
  cross: (language) => ({ kind: 'cross', figures: sampleCross(language) }),
  overlap: (language) => ({ kind: 'overlap', figures: sampleOverlap(language) }),
  movements: (language) => ({ kind: 'movements', figures: sampleMovements(language) }),
};
const names = Object.keys(charts);
const draw = (name: string, language?: Language): Buffer => renderReport(charts[name]?.(language) as Chart);

describe('the segments’ pictures', () => {
  it.each(names)('are as wide as a phone, print sharp and pass every chat app: %s', (name) => {
    const png = draw(name, LANGUAGES[names.indexOf(name) % LANGUAGES.length]);
    const { width, height, perMetre } = readPngHead(png);
    expect([width, perMetre]).toEqual([1440, 11_811]);
    // Telegram refuses photos whose sides add to more than 10,000 px.
    expect(width + height).toBeLessThan(10_000);
    expect(png.length).toBeLessThan(5_000_000);
  });

  it.each(names)('are drawn all over, and less when there is no data: %s', async (name) => {
    const full = await openPng(draw(name));
    expect(full.inked(0.05, 0.3, 0.9, 0.65)).toBeGreaterThan(0.04);
    const { language, title, subtitle, noData } = sampleValue();
    const nothing = {
      language,
      title,
      subtitle,
      noData,
      segments: [],
      panels: [],
      groups: [],
      rows: [],
      columns: [],
      cells: [],
      bands: [],
      sets: [],
      parts: [],
    };
    const labels = {
      size: '',
      revenueShare: '',
      grid: '',
      recency: '',
      frequency: '',
      group: '',
      average: '',
    };
    const kind = charts[name]?.().kind;
    const empty = renderReport({ kind, figures: { ...nothing, labels } } as unknown as Chart);
    const said = (await openPng(empty)).inked(0.06, 0.45, 0.88, 0.4);
    expect(said).toBeGreaterThan(0.001);
    expect(said).toBeLessThan(0.05);
    expect(readPngHead(empty).height).toBeLessThan(1_000);
  });

  it('show that one more fell', () => {
    const figures = sampleMovements();
    const bands = [...figures.bands, { from: 0, to: 10, value: 30 }];
    expect(renderReport({ kind: 'movements', figures: { ...figures, bands } }).equals(draw('movements'))).toBe(false);
    expect(draw('movements').equals(draw('movements'))).toBe(true);
  });

  it('come out of any figures', () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer({ min: -5, max: 1e6 }),
      fc.constantFrom(0, 5e-324, -1e308, 1e308, Number.NaN, Number.POSITIVE_INFINITY),
    );
    const label = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('🌹 \u202Egnp.exe', 'W'.repeat(100_000), '', 'விசுவாசமாகக் கூடியவர்கள்'),
    );
    const item = fc.record({ label, value, formatted: label });
    const place = fc.integer({ min: -1, max: 20 });
    const odd = fc.record({
      items: fc.array(item, { maxLength: 30 }),
      bands: fc.array(fc.record({ from: place, to: place, value }), { maxLength: 40 }),
      average: value,
    });
    fc.assert(
      fc.property(odd, ({ items, bands, average }) => {
        const head = { ...sampleValue(), title: items[0]?.label ?? '', subtitle: items[1]?.label ?? '' };
        const families = items.map((one) => ({ ...one, average, averageFormatted: one.formatted }));
        const cells = items.map((one, index) => ({ ...one, recency: index % 7, frequency: index % 6 }));
        const all: Chart[] = [
          {
            kind: 'value',
            figures: {
              ...head,
              segments: items.map((one) => ({
                ...one,
                letter: 'A',
                cells,
                revenueShare: average,
                revenueShareFormatted: one.formatted,
              })),
            },
          },
          { kind: 'panels', figures: { ...head, panels: [{ label: '', items }] } },
          { kind: 'tastes', figures: { ...sampleTastes(), groups: [{ label: '', families }] } },
          {
            kind: 'cross',
            figures: { ...sampleCross(), rows: items.map((one) => one.label), cells: [items, items.slice(1)] },
          },
          {
            kind: 'movements',
            figures: {
              ...sampleMovements(),
              groups: items.map((one) => ({ ...one, letter: 'A', before: one.formatted, after: '' })),
              bands,
            },
          },
        ];
        for (const chart of all) expect(readPngHead(renderReport(chart)).width).toBe(1440);
      }),
      { numRuns: 4 },
    );
  }, 60_000);
});
