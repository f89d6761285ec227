import { KadeError } from '../../errors.ts';
import { leavesOf, type Rule } from '../rule.ts';
import { foldText } from './foldText.ts';

/** The saved segments that a rule refers to, each once, as written. */
export function segmentsIn(rule: Rule): string[] {
  const named = leavesOf(rule).flatMap((leaf) =>
    leaf.field === 'segment' && 'value' in leaf ? (leaf.value as string | string[]) : [],
  );
  return [...new Set(named)];
}

/**
 * Refuses with `rule_circular` a rule, to be saved under `name`, that leads back to itself or into a circle. `lookup`
 * gives the rule of a saved segment, nothing for one that has none (the value segments, say).
 */
export async function refuseCircle(
  name: string,
  rule: Rule,
  lookup: (segment: string) => Promise<Rule | undefined>,
): Promise<void> {
  const done = new Set<string>();
  const visit = async (current: string, own: Rule, trail: readonly string[]): Promise<void> => {
    const path = [...trail, current];
    for (const next of segmentsIn(own)) {
      const back = path.findIndex((one) => foldText(one) === foldText(next));
      if (back >= 0) throw new KadeError('rule_circular', { path: [...path.slice(back), next].join(' → ') });
      const theirs = done.has(foldText(next)) ? undefined : await lookup(next);
      if (theirs) await visit(next, theirs, path);
      done.add(foldText(next));
    }
  };
  await visit(name, rule, []);
}
