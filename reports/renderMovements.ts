import type { MovementFigures } from '../core/index.ts';
import { type Box, fitName, type Page, write } from './page.ts';
import { drawPhonePage } from './phonePage.ts';
import { proportions } from './proportions.ts';
import { colours, sizes } from './theme.ts';

/** Room for a group's name and figure, whatever its size. */
const slotHeight = 60;
/** What all people together add to the slots. */
const peopleHeight = 440;
const headHeight = 84;
const nodeWidth = 16;
const lineHeight = 28;
const figureWidth = 70;
/** Where the bands end: names need the larger half. */
const middleEnd = 0.43;
const mostGroups = 14;
const tones = { rose: colours.blue, fell: colours.vermilion, stayed: colours.grey } as const;
type Tone = keyof typeof tones;

/** People on their way, with the height they take and where they leave and arrive. */
interface Band {
  from: number;
  to: number;
  height: number;
  leaves: number;
  arrives: number;
}

/** A group's people on one side, as a bar from `top` down. */
interface Node {
  top: number;
  height: number;
}

/** A flow chart: the groups then at the left and now at the right, best at the top; a band rises or falls as its people did. */
export function renderMovements(figures: MovementFigures): Buffer {
  const groups = figures.groups.slice(0, mostGroups);
  const known = figures.bands.filter(({ from, to }) => groups[from] && groups[to]);
  const weights = proportions(known).map((weight) => Math.max(0, weight));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return drawPhonePage(figures, []);
  const bands = known.map(({ from, to }, place) => {
    const height = ((weights[place] ?? 0) / total) * peopleHeight;
    return { from, to, height, leaves: 0, arrives: 0 };
  });
  const height = headHeight + groups.length * slotHeight + peopleHeight;
  const draw = (page: Page, box: Box): void => {
    drawKey(page, box, figures.labels);
    drawFlow(page, { ...box, y: box.y + headHeight, height: height - headHeight }, groups, bands);
  };
  return drawPhonePage(figures, [{ height, draw }]);
}

function drawFlow(page: Page, box: Box, groups: MovementFigures['groups'], bands: Band[]): void {
  const left = nodesOf(box, groups.length, bands, 'from');
  const right = nodesOf(box, groups.length, bands, 'to');
  const from = box.x + figureWidth + nodeWidth + 10;
  const middle = { from, to: box.x + box.width * middleEnd };
  // In the order of where they go and come from, bands cross no more than they must.
  const leaving = left.map(({ top }) => top);
  for (const band of bands.toSorted((a, b) => a.to - b.to)) {
    band.leaves = leaving[band.from] ?? 0;
    leaving[band.from] = band.leaves + band.height;
  }
  const arriving = right.map(({ top }) => top);
  for (const band of bands.toSorted((a, b) => a.from - b.from)) {
    band.arrives = arriving[band.to] ?? 0;
    arriving[band.to] = band.arrives + band.height;
  }
  // Those who stayed lie under those who moved.
  const stayed = bands.filter((band) => toneOf(band) === 'stayed');
  for (const band of [...stayed, ...bands.filter((one) => !stayed.includes(one))]) drawBand(page, middle, band);
  for (const [place, group] of groups.entries()) {
    drawBefore(page, from - nodeWidth, left[place], group);
    drawAfter(page, { x: middle.to, end: box.x + box.width }, right[place], group);
  }
}

/** The bars of one side: each as high as its people, in a slot that leaves room for its name. */
function nodesOf(box: Box, count: number, bands: readonly Band[], side: 'from' | 'to'): Node[] {
  let y = box.y;
  return Array.from({ length: count }, (_, place) => {
    const height = bands.filter((band) => band[side] === place).reduce((sum, band) => sum + band.height, 0);
    const node = { top: y + slotHeight / 2, height };
    y += slotHeight + height;
    return node;
  });
}

function drawBand(page: Page, { from, to }: { from: number; to: number }, band: Band): void {
  const { ctx } = page;
  const { leaves, arrives } = band;
  const height = Math.max(1.5, band.height);
  const middle = (from + to) / 2;
  ctx.beginPath();
  ctx.moveTo(from, leaves);
  ctx.bezierCurveTo(middle, leaves, middle, arrives, to, arrives);
  ctx.lineTo(to, arrives + height);
  ctx.bezierCurveTo(middle, arrives + height, middle, leaves + height, from, leaves + height);
  ctx.closePath();
  ctx.globalAlpha = 0.6;
  ctx.fillStyle = tones[toneOf(band)];
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Groups are best first: whose place has become lower has risen. */
function toneOf({ from, to }: Pick<Band, 'from' | 'to'>): Tone {
  if (from === to) return 'stayed';
  return to < from ? 'rose' : 'fell';
}

type Group = MovementFigures['groups'][number];

/** The left side: the letter, whose name stands at the right, over the figure. */
function drawBefore(page: Page, x: number, node: Node | undefined, { letter, before }: Group): void {
  if (!node) return;
  const middle = drawNode(page, x, node);
  const style = { size: sizes.small, align: 'right' } as const;
  write(page, letter, x - 10, middle - 4, figureWidth, style);
  write(page, before, x - 10, middle + 24, figureWidth, { ...style, weight: 700 });
}

function drawAfter(page: Page, at: { x: number; end: number }, node: Node | undefined, group: Group): void {
  if (!node) return;
  const middle = drawNode(page, at.x, node);
  const x = at.x + nodeWidth + 10;
  write(page, group.letter, x, middle - 4, figureWidth, { size: sizes.small });
  write(page, group.after, x, middle + 24, figureWidth, { size: sizes.small, weight: 700 });
  const names = { x: x + figureWidth, width: at.end - x - figureWidth };
  const { lines, size } = fitName(page, group.label, names.width);
  for (const [index, line] of lines.entries())
    write(page, line, names.x, middle - 4 + index * lineHeight, names.width, { size });
}

/** Answers the middle of the bar. */
function drawNode(page: Page, x: number, { top, height }: Node): number {
  page.ctx.fillStyle = colours.ink;
  page.ctx.fillRect(x, top, nodeWidth, Math.max(3, height));
  return top + height / 2;
}

/** What the sides are, and what the bands' directions and colours say. */
function drawKey(page: Page, box: Box, labels: MovementFigures['labels']): void {
  const { ctx } = page;
  const style = { size: sizes.text, least: sizes.small, weight: 700 } as const;
  write(page, labels.before, box.x, box.y + 22, box.width * middleEnd - 12, style);
  write(page, labels.after, box.x + box.width * middleEnd, box.y + 22, box.width * (1 - middleEnd), style);
  let x = box.x;
  for (const [tone, lift] of [
    ['rose', 8],
    ['stayed', 0],
    ['fell', -8],
  ] as const) {
    // A little band that goes the way its like go.
    const [y, width] = [box.y + 55, 24];
    ctx.beginPath();
    ctx.moveTo(x, y + lift - 7);
    ctx.lineTo(x + width, y - lift - 7);
    ctx.lineTo(x + width, y - lift + 7);
    ctx.lineTo(x, y + lift + 7);
    ctx.closePath();
    ctx.fillStyle = tones[tone];
    ctx.fill();
    x += width + 8;
    x += write(page, labels[tone], x, box.y + 63, Math.max(0, box.x + box.width - x), { size: sizes.small }) + 12;
  }
}
