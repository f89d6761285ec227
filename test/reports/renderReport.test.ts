import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart, ChartItem, DashboardFigures } from '../../core/index.ts';
import { renderReport } from '../../reports/renderReport.ts';
import { openPng, readPngHead } from './readPng.ts';
import { emptyDashboard, sampleDashboard, sampleFunnel } from './sampleFigures.ts';

const dashboard = (figures: Partial<DashboardFigures> = {}) =>
  renderReport({ kind: 'dashboard', figures: { ...sampleDashboard(), ...figures } });
/** The insides of the five panels, headings left out, in shares of the picture. */
const panels = [
  [0.05, 0.31, 0.5, 0.2],
  [0.66, 0.31, 0.3, 0.2],
  [0.04, 0.62, 0.3, 0.32],
  [0.39, 0.62, 0.3, 0.32],
  [0.74, 0.62, 0.22, 0.32],
] as [number, number, number, number][];

describe('the pictures', () => {
  it.each([
    ['dashboard', sampleDashboard(), 4800, 3000],
    ['funnel', sampleFunnel(), 2400, 1500],
  ] as const)('print the %s at 300 dots an inch', (kind, figures, width, height) => {
    const head = readPngHead(renderReport({ kind, figures } as Chart));
    expect(head).toEqual({ width, height, perMetre: 11_811 });
  });

  it('are under 5 MB, the smallest limit of the chat apps', () => {
    expect(dashboard().length).toBeLessThan(5_000_000);
  });

  it('fill each of the five panels, and less when there is no data', async () => {
    const full = await openPng(dashboard());
    const empty = await openPng(renderReport({ kind: 'dashboard', figures: emptyDashboard() }));
    for (const panel of panels) {
      const said = empty.inked(...panel);
      expect(said, 'the line that says there is nothing').toBeGreaterThan(0.001);
      expect(said).toBeLessThan(0.03);
      expect(full.inked(...panel)).toBeGreaterThan(0.1);
    }
  });

  it('differ when one figure differs', () => {
    const [first, ...rest] = sampleDashboard().topCustomers as [ChartItem, ...ChartItem[]];
    expect(dashboard({ topCustomers: [{ ...first, label: 'Chaminda Pereira' }, ...rest] }).equals(dashboard())).toBe(
      false,
    );
    expect(dashboard().equals(dashboard())).toBe(true);
  });

  it('are drawn in Sinhala and Tamil', () => {
    for (const language of ['si', 'ta'] as const)
      expect(readPngHead(renderReport({ kind: 'dashboard', figures: sampleDashboard(language) })).width).toBe(4800);
  });

  it('refuse a kind that does not exist, and figures that are none, and go on', () => {
    expect(() => renderReport({ kind: 'pie', figures: {} } as unknown as Chart)).toThrow('kind "pie"');
    expect(() => renderReport(null as unknown as Chart)).toThrow(TypeError);
    const broken = { ...sampleDashboard(), topProducts: [{}] } as unknown as DashboardFigures;
    expect(() => renderReport({ kind: 'dashboard', figures: broken })).toThrow();
    expect(readPngHead(dashboard()).width).toBe(4800);
  });

  it('take no more memory the more are drawn', async () => {
    const draw = async (times: number) => {
      for (let i = 0; i < times; i++) {
        dashboard();
        await setImmediate(); // native memory is handed back between turns, as it is between jobs
      }
      return process.memoryUsage.rss() / 2 ** 20;
    };
    const before = await draw(4);
    expect((await draw(8)) - before, 'MB; one leaked canvas each would be 440').toBeLessThan(200);
  });
});

describe('odd figures', () => {
  const item = fc.record({
    label: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constant('🌹 \u202Egnp.exe'),
      fc.constant('W'.repeat(100_000)),
    ),
    value: fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constantFrom(0, 5e-324, -1e308, 1e308, Number.NaN, Number.POSITIVE_INFINITY),
    ),
    formatted: fc.oneof(fc.string({ maxLength: 20 }), fc.constant('9'.repeat(5000))),
  });
  const items = fc.array(item, { maxLength: 45 });

  it('never keep the dashboard from being drawn', () => {
    const lists = fc.record({
      customerTypes: items,
      revenueTrend: items,
      topCustomers: items,
      interactionTypes: items,
      topProducts: items,
      tiles: fc.array(item, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(lists, (odd) => {
        expect(readPngHead(dashboard(odd)).height).toBe(3000);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('never keep the funnel from being drawn', () => {
    const funnel = sampleFunnel();
    fc.assert(
      fc.property(items, (odd) => {
        const stages = odd.map((one) => ({ ...one, share: one.formatted }));
        const notes = odd.map((one) => one.label);
        expect(readPngHead(renderReport({ kind: 'funnel', figures: { ...funnel, stages, notes } })).height).toBe(1500);
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});
