import { type CustomFields, NO_CUSTOM } from '../fields.ts';
import { conditionOf, leavesOf, type Rule } from '../rule.ts';

/** What can change about a customer between two refreshes. */
export type Subject = 'profile' | 'orders' | 'messages' | 'interactions';

/** Figures of the customer that orders change. */
const BY_ORDERS = /^(total_spent|avg_order_value|order_count|recency_days|(first|last)_purchase.*)$/;
/** States of the customer that messages change. */
const BY_MESSAGES = /^(consent\.|reachable$|last_contact_at$)/;

/** What is reckoned from orders, consents and contacts alike. */
const BY_ANYTHING: ReadonlySet<string> = new Set(['lifecycle_stage', 'lead_score']);

/** Whether what changed can make someone enter or leave; a rule about other segments may depend on anything. */
export function isAbout(rule: Rule, changed: ReadonlySet<Subject>, custom: CustomFields = NO_CUSTOM): boolean {
  return leavesOf(rule).some((leaf) => {
    const { spec } = conditionOf(leaf, custom);
    if (spec.kind === 'segment' || BY_ANYTHING.has(spec.name)) return changed.size > 0;
    return changed.has(subjectOf(spec.name, spec.kind));
  });
}

function subjectOf(name: string, kind: string): Subject {
  if (kind === 'purchase' || BY_ORDERS.test(name)) return 'orders';
  if (kind === 'campaign' || BY_MESSAGES.test(name)) return 'messages';
  return kind === 'interaction' ? 'interactions' : 'profile';
}
