import type { Language } from '../message.ts';

/** One measured thing: `value` sets the length or angle (any unit), `formatted` is what is written beside it. */
export interface ChartItem {
  label: string;
  value: number;
  formatted: string;
}

/** A headline number; `change` is drawn as an arrow with its text, coloured by whether it is good news. */
export interface ChartTile {
  label: string;
  formatted: string;
  change?: { direction: 'up' | 'down' | 'flat'; formatted: string; good: boolean };
}

/** The shop at a glance for one period: 4800 x 3000 px. Lists come sorted; what does not fit in a panel is left off its end. */
export interface DashboardFigures {
  language: Language;
  shop: string;
  period: string;
  labels: {
    customerTypes: string;
    revenueTrend: string;
    topCustomers: string;
    interactionTypes: string;
    topProducts: string;
    comparedWith: string;
    noData: string;
  };
  tiles: ChartTile[];
  customerTypes: ChartItem[];
  revenueTrend: ChartItem[];
  topCustomers: ChartItem[];
  interactionTypes: ChartItem[];
  topProducts: ChartItem[];
}

/** What stands over a picture for a phone: what it is, and when and for whom. */
export interface ChartHead {
  language: Language;
  title: string;
  subtitle: string;
  noData: string;
}

/** People in one cell of the 5 x 5 grid: scores 1 to 5, 5 the best. */
export interface GridCell {
  recency: number;
  frequency: number;
  value: number;
  formatted: string;
}

/** A value segment: its letter, how many people (a ChartItem), its cells, and what share of the revenue they bring (0 to 1, may be negative). */
export interface ValueSegment extends ChartItem {
  letter: string;
  cells: GridCell[];
  revenueShare: number;
  revenueShareFormatted: string;
}

/** The value segments: their people and revenue and, by their letters, their places in the grid. */
export interface ValueFigures extends ChartHead {
  labels: { size: string; revenueShare: string; grid: string; recency: string; frequency: string };
  segments: ValueSegment[];
}

/** Lists of bars one under the other, such as ages, genders and cities. */
export interface PanelFigures extends ChartHead {
  panels: { label: string; items: ChartItem[] }[];
}

/** A share (ChartItem, 0 to 1) beside the shop's average of the same. */
export interface ComparedItem extends ChartItem {
  average: number;
  averageFormatted: string;
}

/** What preference segments spend on: two families each where there are several, all of them and a radar where there is one. */
export interface TasteFigures extends ChartHead {
  labels: { group: string; average: string };
  groups: { label: string; families: ComparedItem[] }[];
}

/** Customers counted by two things: a row of cells for each of `rows`. */
export interface CrossFigures extends ChartHead {
  rows: string[];
  columns: string[];
  cells: Pick<ChartItem, 'value' | 'formatted'>[][];
}

/** Who went from which group to which: the groups, best first, then and now, and bands between them by their places. */
export interface MovementFigures extends ChartHead {
  labels: { before: string; after: string; rose: string; fell: string; stayed: string };
  groups: { letter: string; label: string; before: string; after: string }[];
  bands: { from: number; to: number; value: number }[];
}

/** Two sets of people, and those in the first alone, in both and in the second alone; `aside` is written under a part's figure. */
export interface OverlapFigures extends ChartHead {
  sets: Pick<ChartItem, 'label' | 'formatted'>[];
  parts: (ChartItem & { aside: string })[];
}

/** A stage of a campaign: people who came that far, with their share written out; `tone` bad for opt-outs and failures. */
export interface FunnelStage extends ChartItem {
  share: string;
  tone?: 'good' | 'bad';
}

/** A campaign from planned to replied: 2400 x 1500 px. `notes` are short lines under the chart (who was left out, and why). */
export interface FunnelFigures {
  language: Language;
  title: string;
  subtitle: string;
  labels: { noData: string };
  stages: FunnelStage[];
  notes: string[];
}

/** A QR code to be scanned from a screen or from paper: whose or what for above it, what to do with it below. */
export interface QrFigures {
  language: Language;
  title: string;
  /** what the code holds, a link for one */
  content: string;
  note: string;
}

/** What can be drawn. */
export type Chart =
  | { readonly kind: 'dashboard'; readonly figures: DashboardFigures }
  | { readonly kind: 'value'; readonly figures: ValueFigures }
  | { readonly kind: 'panels'; readonly figures: PanelFigures }
  | { readonly kind: 'tastes'; readonly figures: TasteFigures }
  | { readonly kind: 'cross'; readonly figures: CrossFigures }
  | { readonly kind: 'movements'; readonly figures: MovementFigures }
  | { readonly kind: 'overlap'; readonly figures: OverlapFigures }
  | { readonly kind: 'funnel'; readonly figures: FunnelFigures }
  | { readonly kind: 'qr'; readonly figures: QrFigures };
