import type { Leaf, Rule } from '../rule.ts';

/**
 * The rule with those who never bought taken into its lapse conditions ("last bought before …", "no purchase for … days"),
 * which leave them out; null where it has none. How many more match it is what the read-back says.
 */
export function withNeverBought(rule: Rule): Rule | null {
  let found = false;
  const widen = (node: Rule): Rule => {
    if ('and' in node) return { and: node.and.map(widen) };
    if ('or' in node) return { or: node.or.map(widen) };
    // Everyone else: whoever never bought is in it already.
    if ('not' in node || 'all' in node || !isLapse(node)) return node;
    found = true;
    return { or: [node, { field: node.field, op: 'missing' }] };
  };
  const wider = widen(rule);
  return found ? wider : null;
}

function isLapse({ field, op }: Leaf): boolean {
  if (field === 'last_purchase_at') return op === 'before' || op === 'not_in';
  return field === 'recency_days' && (op === 'gt' || op === 'gte');
}
