import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import type { Shop } from '../shops/shop.model.ts';
import { KEPT_KINDS } from './segment.model.ts';

/** Where a field's words stand on a customer. */
const PATHS: Readonly<Record<string, string>> = {
  city: 'city',
  country: 'country',
  tag: 'tags',
  company: 'company',
  industry: 'industry',
};

/** The shop's own words for a field, those that most people have first; [] where it has none, or the field no words. */
export async function suggestValues(
  core: Core,
  { _id: shopId, customFields = [] }: Pick<Shop, '_id' | 'customFields'>,
  field: string,
  limit: number,
): Promise<string[]> {
  const own = customFields.find(({ key }) => field === `custom.${key}`);
  if (own?.choices) return own.choices.slice(0, limit);
  const path = own?.type === 'text' ? field : PATHS[field];
  if (path) return commonest(core, shopId, path, limit);
  switch (field) {
    case 'product': {
      const all = await core.db.segments.findOne({ shopId, key: 'all' }, { projection: { topProducts: 1 } });
      return (all?.topProducts ?? []).slice(0, limit).map(({ name }) => name.trim());
    }
    case 'category':
      return (await core.db.products.distinct('category', { shopId, category: { $type: 'string' } })).slice(
        0,
        limit,
      ) as string[];
    case 'campaign': {
      const latest = core.db.campaigns
        .find({ shopId }, { projection: { name: 1 } })
        .sort({ createdAt: -1 })
        .limit(limit);
      return [...new Set((await latest.toArray()).map(({ name }) => name))];
    }
    case 'segment':
    case 'list': {
      const kind = KEPT_KINDS.find((one) => one === (field === 'list' ? 'list' : 'saved'));
      const kept = core.db.segments.find({ shopId, kind, nameKey: { $exists: true } }, { projection: { label: 1 } });
      return (await kept.limit(limit).toArray()).map(({ label }) => label);
    }
    case 'preference': {
      const found = core.db.segments
        .find({ shopId, kind: 'preference' }, { projection: { key: 1 } })
        .sort({ position: 1 });
      return (await found.limit(limit).toArray()).map(({ key }) => key.replace(/^preference:/, ''));
    }
    default:
      return [];
  }
}

async function commonest(core: Core, shopId: Types.ObjectId, path: string, limit: number): Promise<string[]> {
  const groups = core.db.customers.aggregate<{ _id: string }>([
    { $match: { shopId, [path]: { $type: 'string' } } },
    { $unwind: `$${path}` },
    { $group: { _id: `$${path}`, people: { $sum: 1 } } },
    { $sort: { people: -1, _id: 1 } },
    { $limit: limit },
  ]);
  return (await groups.toArray()).map(({ _id }) => _id);
}
