import type { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import { missingFields } from './fields.ts';
import { getImport } from './getImport.ts';
import type { Import } from './import.model.ts';
import { enqueueImport } from './importJob.ts';
import { planSchema } from './plan.ts';

/**
 * Starts a previewed import, or a failed one again, once: `started` false means that it was started before and `import`
 * says what became of it. `words` are the reasons for bad rows in the member's language. Throws `import_not_found`,
 * `import_blocked` { fields } while a needed column is missing.
 */
export async function startImport(
  core: Core,
  shopId: Types.ObjectId,
  importId: string,
  words: Readonly<Record<string, string>>,
): Promise<{ started: boolean; import: Import }> {
  const found = await getImport(core, shopId, importId);
  if (found.status !== 'preview' && found.status !== 'failed') return { started: false, import: found };
  const plan = planSchema.parse(found.plan);
  requireColumns(plan);
  const started = await core.db.imports.findOneAndUpdate(
    { _id: found._id, shopId, status: found.status },
    {
      $set: {
        status: 'running',
        plan: { ...plan, words },
        startedAt: found.startedAt ?? core.clock.now(),
      },
      $unset: { error: '' },
    },
    { returnDocument: 'after' },
  );
  if (!started) return { started: false, import: await getImport(core, shopId, importId) };
  await enqueueImport(core, started);
  return { started: true, import: started };
}

function requireColumns(plan: ReturnType<typeof planSchema.parse>): void {
  const fields = new Set(plan.columns.flatMap(({ field }) => (field ? [field] : [])));
  const missing = missingFields(plan.kind, fields);
  if (missing.length > 0)
    throw new KadeError('import_blocked', { fields: missing.map((choice) => choice.join('/')).join(', ') });
}
