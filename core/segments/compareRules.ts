import type { Core } from '../core.ts';
import { findMeant, type RuleShop } from './countRule.ts';
import type { Rule } from './rule.ts';
import { addUp, type BestPerson, bestOf, bestPeople, namesOf, type PeopleFigures, sumPeople } from './sumPeople.ts';

/** Two rules as sets: who is in the first alone, in both, in the second alone. */
export const OVERLAP_PARTS = ['first', 'both', 'second'] as const;
export type OverlapPart = (typeof OVERLAP_PARTS)[number];

/** Some people's figures, and the five of them who spent most. */
export interface NamedFigures {
  readonly people: PeopleFigures;
  readonly names: readonly string[];
}

/** How far two rules mean the same people as of now, beside all customers. */
export interface RuleOverlap {
  readonly parts: Readonly<Record<OverlapPart, NamedFigures>>;
  readonly all: PeopleFigures;
}

/** Parts the people of two rules; nobody is in two parts. */
export async function compareRules(
  core: Pick<Core, 'db' | 'clock'>,
  shop: RuleShop,
  rules: readonly [Rule, Rule],
): Promise<RuleOverlap> {
  const [first, both, second, all] = await Promise.all([
    sumUp(core, shop, overlapRule('first', rules)),
    sumUp(core, shop, overlapRule('both', rules)),
    sumUp(core, shop, overlapRule('second', rules)),
    sumPeople(core.db, { shopId: shop._id }, core.clock.now()),
  ]);
  return { parts: { first, both, second }, all };
}

/** The rule of a part, or of all three together. */
export function overlapRule(part: OverlapPart | 'either', [one, other]: readonly [Rule, Rule]): Rule {
  switch (part) {
    case 'first':
      return { and: [one, { not: other }] };
    case 'both':
      return { and: [one, other] };
    case 'second':
      return { and: [other, { not: one }] };
    default:
      return { or: [one, other] };
  }
}

async function sumUp(core: Pick<Core, 'db' | 'clock'>, shop: RuleShop, rule: Rule): Promise<NamedFigures> {
  const now = core.clock.now();
  const sums: PeopleFigures[] = [];
  const best: BestPerson[] = [];
  for (const filter of await findMeant(core, shop, rule)) {
    const [people, spent] = await Promise.all([sumPeople(core.db, filter, now), bestPeople(core.db, filter)]);
    sums.push(people);
    best.push(...spent);
  }
  return { people: addUp(sums), names: namesOf(bestOf(best)) };
}
