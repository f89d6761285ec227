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

/** A value segment: how many people (a ChartItem) and what share of the revenue they bring (0 to 1, may be negative). */
export interface ValueSegment extends ChartItem {
  revenueShare: number;
  revenueShareFormatted: string;
}

/** People in one cell of the grid: scores 1 to 5, 5 the best. */
export interface GridCell {
  recency: number;
  frequency: number;
  value: number;
  formatted: string;
}

/** A preference segment: its size and, best first, the products that set it apart. */
export interface PreferenceSegment extends ChartItem {
  products: string[];
}

/** Value (RFM), preference and demographic segments: 4800 x 3000 px. A demographic panel without items is left out. */
export interface SegmentFigures {
  language: Language;
  shop: string;
  period: string;
  labels: {
    valueSegments: string;
    size: string;
    revenueShare: string;
    grid: string;
    recency: string;
    frequency: string;
    preferences: string;
    demographics: string;
    noData: string;
  };
  valueSegments: ValueSegment[];
  grid: GridCell[];
  preferences: PreferenceSegment[];
  demographics: { label: string; items: ChartItem[] }[];
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

/** What can be drawn. */
export type Chart =
  | { readonly kind: 'dashboard'; readonly figures: DashboardFigures }
  | { readonly kind: 'segments'; readonly figures: SegmentFigures }
  | { readonly kind: 'funnel'; readonly figures: FunnelFigures };
