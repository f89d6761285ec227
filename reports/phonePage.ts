import type { ChartHead } from '../core/index.ts';
import { font } from './fonts.ts';
import { type Box, drawPage, drawPanel, type Page, write } from './page.ts';
import { wrapText } from './text.ts';
import { colours, phone, sizes, space } from './theme.ts';

const titleHeight = 50;
const subtitleHeight = 34;
const mostTitleLines = 2;
const emptyHeight = 200;

/** A card on a phone's page: its heading, the height of what is in it, and how that is drawn. */
export interface Section {
  heading?: string;
  height: number;
  draw: (page: Page, inner: Box) => void;
}

/** A PNG of 1440 px width, as high as its cards, one under the other, need; without cards it says that there is no data. */
export function drawPhonePage(head: ChartHead, sections: readonly Section[]): Buffer {
  const shown: readonly Section[] = sections.length > 0 ? sections : [{ height: emptyHeight, draw: () => undefined }];
  const heights = shown.map(({ heading, height }) => Math.ceil(height) + (heading === undefined ? 52 : 88));
  const top = space.margin + mostTitleLines * titleHeight + subtitleHeight;
  const height = top + heights.reduce((sum, one) => sum + one + space.gap, space.margin - space.gap);
  return drawPage({ ...phone, height, language: head.language }, (page) => {
    const body = { x: space.margin, width: page.width - 2 * space.margin };
    drawHead(page, head, body);
    let y = top;
    for (const [place, section] of shown.entries()) {
      const box = { ...body, y, height: heights[place] ?? 0 };
      const content = sections.length > 0 ? (inner: Box) => section.draw(page, inner) : head.noData;
      drawPanel(page, box, section.heading, content);
      y += box.height + space.gap;
    }
  });
}

/** The title, in two lines where it needs them, and the subtitle; a short title leaves no hole above. */
function drawHead(page: Page, { title, subtitle }: ChartHead, body: { x: number; width: number }): void {
  const style = { size: sizes.title, least: sizes.heading, weight: 700 } as const;
  page.ctx.font = font(style.least, style.weight);
  const lines = wrapText(page.ctx, title, body.width, mostTitleLines);
  const single = lines.length === 1;
  for (const [index, line] of lines.entries()) {
    const baseline = space.margin + titleHeight * (single ? 1.3 : index * 0.84 + 0.66);
    write(page, line, body.x, baseline, body.width, single ? style : { ...style, size: style.least });
  }
  const below = { size: sizes.text, least: sizes.small, colour: colours.muted };
  write(page, subtitle, body.x, space.margin + mostTitleLines * titleHeight + 10, body.width, below);
}
