import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { AddressKey } from '../message.ts';
import type { Shop } from '../shops/shop.model.ts';
import { getSegment } from './getSegment.ts';
import { keepList } from './keepList.ts';
import { membersOf } from './membership.ts';
import { refreshKept } from './refreshKept.ts';
import { refuseCircle } from './rule/findCircle.ts';
import { foldText } from './rule/foldText.ts';
import { isLeaf, parseRule, type Rule } from './rule.ts';
import { findRule, readName, saveSegment, uniquely } from './saveSegment.ts';
import type { Segment } from './segment.model.ts';

/** Gives a kept segment another name, in the rules that name it too. Throws as `saveSegment` does, `segment_not_found`. */
export async function renameSegment(core: Core, shop: Shop, reference: string, name: string): Promise<Segment> {
  const segment = await getKept(core, shop._id, reference);
  const label = readName(name);
  const { _id, shopId } = segment;
  await uniquely(label, () =>
    core.db.segments.updateOne({ shopId, _id }, { $set: { label, nameKey: foldText(label) } }),
  );
  for (const { user, rule } of await usersOf(core, segment, label))
    await core.db.segments.updateOne({ shopId, _id: user._id }, { $set: { rule } });
  return getSegment(core, shopId, segment.key);
}

/** Gives a saved segment another rule; who no longer matches leaves it. Throws what `saveSegment` throws. */
export async function changeRule(core: Core, shop: Shop, reference: string, input: unknown): Promise<Segment> {
  const segment = await getKept(core, shop._id, reference);
  const rule = parseRule(input, shop.customFields);
  await refuseCircle(segment.label, rule, (name) => findRule(core, shop._id, name));
  await core.db.segments.updateOne({ shopId: shop._id, _id: segment._id }, { $set: { rule } });
  await refreshKept(core.db, shop, core.clock.now(), [{ ...segment, rule }]);
  return getSegment(core, shop._id, segment.key);
}

/** A second one under a name of its own: with the same rule, or a list with the same people. */
export async function duplicateSegment(
  core: Core,
  shop: Shop,
  reference: string,
  name: string,
  createdBy: AddressKey,
): Promise<Segment> {
  const { _id, kind, rule } = await getKept(core, shop._id, reference);
  if (kind !== 'list') return saveSegment(core, shop, { kind: 'saved', name, rule, createdBy });
  const who = { shopId: shop._id, ...membersOf(_id) };
  const members = await core.db.customers.find(who, { projection: { _id: 1 } }).toArray();
  return keepList(core, shop._id, { name, createdBy, customerIds: members.map((member) => member._id) });
}

/** Puts a kept segment away: no longer listed nor followed, its name free again. `segment_in_use` while another rule names it. */
export async function archiveSegment(core: Core, shop: Shop, reference: string): Promise<Segment> {
  const segment = await getKept(core, shop._id, reference);
  const [first] = await usersOf(core, segment);
  if (first) throw new KadeError('segment_in_use', { name: segment.label, by: first.user.label });
  const { _id, shopId } = segment;
  await core.db.segments.updateOne({ shopId, _id }, { $unset: { nameKey: '' } });
  return segment;
}

async function getKept(core: Core, shopId: Types.ObjectId, reference: string): Promise<Segment> {
  const segment = await getSegment(core, shopId, reference);
  if (!segment.nameKey) throw new KadeError('segment_not_found', { name: reference.slice(0, 60) });
  return segment;
}

/** The saved segments whose rules name this one, and those rules with `name` in its place. */
async function usersOf(core: Core, segment: Segment, name = segment.label): Promise<{ user: Segment; rule: Rule }[]> {
  const { shopId } = segment;
  const saved = await core.db.segments.find({ shopId, kind: 'saved', nameKey: { $exists: true } }).toArray();
  return saved.flatMap((user) => {
    let uses = false;
    const rule =
      user.rule &&
      withValues(user.rule, segment.kind === 'list' ? 'list' : 'segment', (value) => {
        if (foldText(value) !== segment.nameKey) return value;
        uses = true;
        return name;
      });
    return rule && uses ? [{ user, rule }] : [];
  });
}

/** The rule with the words of a field's leaves changed. */
function withValues(rule: Rule, field: string, change: (value: string) => string): Rule {
  const inside = (one: Rule) => withValues(one, field, change);
  if ('and' in rule) return { and: rule.and.map(inside) };
  if ('or' in rule) return { or: rule.or.map(inside) };
  if ('not' in rule) return { not: inside(rule.not) };
  if (!isLeaf(rule) || rule.field !== field || !('value' in rule)) return rule;
  const words = rule.value as string | string[];
  return { ...rule, value: typeof words === 'string' ? change(words) : words.map(change) } as Rule;
}
