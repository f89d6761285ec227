import type { FunnelFigures, FunnelStage } from '../core/index.ts';
import { drawChart } from './chart.ts';
import { type Box, columns, drawPage, drawPanel, drawTitle, type Page, write } from './page.ts';
import { proportions } from './proportions.ts';
import { colours, sizes, space } from './theme.ts';

const noteHeight = 40;
const mostNotes = 4;
const tones = { good: colours.green, bad: colours.vermilion } as const;

/** A campaign's funnel as a PNG of 2400 x 1500 px (8 x 5 in at 300 DPI): a bar a stage, with its count and share. */
export function renderFunnel(figures: FunnelFigures): Buffer {
  const size = { width: 1200, height: 750, scale: 2, language: figures.language };
  return drawPage(size, (page) => {
    const x = space.margin;
    const width = page.width - 2 * x;
    const y = drawTitle(page, figures.title, figures.subtitle);
    const notes = figures.notes.slice(0, mostNotes);
    const height = page.height - y - space.margin - notes.length * noteHeight;
    const draw = (inner: Box) => drawStages(page, inner, figures.stages);
    drawPanel(page, { x, y, width, height }, undefined, figures.stages.length > 0 ? draw : figures.labels.noData);
    for (const [index, note] of notes.entries()) {
      const baseline = y + height + noteHeight * (index + 0.85);
      write(page, note, x + 4, baseline, width - 8, { size: sizes.small, colour: colours.muted });
    }
  });
}

function drawStages(page: Page, box: Box, stages: FunnelStage[]): void {
  const [names, bars, counts] = columns(box, [0.24, 0.5, 0.26]);
  if (!names || !bars || !counts) return;
  const lengths = proportions(stages).map((length) => Math.max(0, length));
  const row = box.height / stages.length;
  drawChart(page, bars, {
    type: 'bar',
    data: {
      labels: stages.map(() => ''),
      datasets: [
        {
          data: lengths.map((length) => [-length, length] as [number, number]),
          backgroundColor: stages.map((stage) => (stage.tone ? tones[stage.tone] : colours.blue)),
          borderRadius: 8,
          borderSkipped: false,
          barThickness: Math.min(row * 0.78, 110),
        },
      ],
    },
    options: {
      indexAxis: 'y',
      scales: { x: { display: false, min: -1, max: 1 }, y: { display: false } },
    },
  });
  for (const [index, stage] of stages.entries()) {
    const middle = box.y + row * (index + 0.5);
    write(page, stage.label, names.x, middle + 10, names.width, { size: sizes.heading, weight: 700 });
    const counted = write(page, stage.formatted, counts.x, middle + 10, counts.width, {
      size: sizes.heading,
      weight: 700,
    });
    const rest = counts.width - counted - 14;
    write(page, stage.share, counts.x + counts.width, middle + 10, rest, {
      size: sizes.text,
      colour: colours.muted,
      align: 'right',
    });
  }
}
