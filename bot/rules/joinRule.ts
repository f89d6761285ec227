import { KadeError, type Rule } from '../../core/index.ts';

/** How a condition comes to a rule: it narrows it, widens it, or stands as an alternative to the last condition alone. */
export const JOINS = ['and', 'or', 'orLast'] as const;
export type Join = (typeof JOINS)[number];

/** The rule with one more condition. */
export function joined(rule: Rule | null, join: Join, condition: Rule): Rule {
  if (!rule || 'all' in rule) return condition;
  if (join === 'and') return { and: 'and' in rule ? [...rule.and, condition] : [rule, condition] };
  if (join === 'or') return { or: 'or' in rule ? [...rule.or, condition] : [rule, condition] };
  if (!('and' in rule)) return joined(rule, 'or', condition);
  const last = rule.and.at(-1) ?? null;
  return { and: [...rule.and.slice(0, -1), joined(last, 'or', condition)] };
}

/** The rule without its nth condition, from left to right; groups that empty go with it. `choice_expired` when nothing would be left. */
export function without(rule: Rule, index: number): Rule {
  let at = 0;
  const prune = (node: Rule): Rule | null => {
    if ('and' in node || 'or' in node) {
      const members = ('and' in node ? node.and : node.or).flatMap((member) => prune(member) ?? []);
      const [only] = members;
      if (members.length < 2) return only ?? null;
      return 'and' in node ? { and: members } : { or: members };
    }
    if ('not' in node) {
      const inner = prune(node.not);
      return inner && { not: inner };
    }
    if ('all' in node) return node;
    return at++ === index ? null : node;
  };
  const left = prune(rule);
  if (!left || at <= index) throw new KadeError('choice_expired');
  return left;
}
