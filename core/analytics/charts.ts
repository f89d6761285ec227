/** What can be drawn; the figures of each are in core/analytics. */
export type Chart =
  | { readonly kind: 'dashboard'; readonly figures: unknown }
  | { readonly kind: 'segments'; readonly figures: unknown }
  | { readonly kind: 'funnel'; readonly figures: unknown };
