import type { Customer } from '../customers/customer.model.ts';
import { searchWords } from '../customers/searchWords.ts';
import type { Membership } from '../segments/membership.ts';

/** What one person is told by: the one who stays is believed, the other fills what is empty. */
export const FILLED = [
  'externalId',
  'name',
  'city',
  'country',
  'birthday',
  'gender',
  'language',
  'company',
  'industry',
  'customerType',
  'status',
] as const;

/** The fields that the one who stays gets from the other, and in which they change by it; opt-outs and blocks of either stay. */
export function combine(into: Customer, from: Customer): Partial<Customer> {
  const filled = Object.fromEntries(
    FILLED.filter((field) => into[field] === undefined && from[field] !== undefined).map((field) => [
      field,
      from[field],
    ]),
  ) as Partial<Customer>;
  const addresses = [...into.addresses, ...from.addresses];
  const otherIds = joined(into.otherIds ?? [], [
    ...(from.otherIds ?? []),
    ...(from.externalId !== undefined && into.externalId !== undefined ? [from.externalId] : []),
  ]);
  const memberships = joinMemberships(into.memberships ?? [], from.memberships ?? []);
  const all: Partial<Customer> = {
    ...filled,
    addresses,
    tags: joined(into.tags, from.tags),
    createdAt: new Date(Math.min(from.createdAt.getTime(), into.createdAt.getTime())),
    ...latest(into, from, 'lastContactAt'),
    ...latest(into, from, 'lastHeardAt'),
    ...(otherIds.length > 0 ? { otherIds } : {}),
    ...(memberships.length > 0 ? { memberships } : {}),
    ...(from.custom ? { custom: { ...from.custom, ...into.custom } } : {}),
    ...(from.blocked ? { blocked: true } : {}),
    ...(into.provisional && !from.provisional ? { provisional: false } : {}),
  };
  return { ...all, searchWords: searchWords({ ...into, ...all }) };
}

function latest(into: Customer, from: Customer, field: 'lastContactAt' | 'lastHeardAt'): Partial<Customer> {
  const [one, other] = [into[field], from[field]];
  return other && (!one || other > one) ? { [field]: other } : {};
}

function joined(first: readonly string[], second: readonly string[]): string[] {
  return [...new Set([...first, ...second])];
}

/** Who is in a segment in either shape is in it; the stay that goes on is the one that counts. */
function joinMemberships(into: readonly Membership[], from: readonly Membership[]): Membership[] {
  const other = (one: Membership) => from.find(({ segmentId }) => segmentId.equals(one.segmentId));
  const kept = into.map((one) => (one.leftAt && other(one)?.leftAt === null ? (other(one) ?? one) : one));
  return [...kept, ...from.filter(({ segmentId }) => !into.some((one) => one.segmentId.equals(segmentId)))];
}
