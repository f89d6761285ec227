import type { Core } from '../core.ts';
import type { Import } from './import.model.ts';

/** The background work of imports: one job an import, to write it or to take it back; one at a time. */
export const IMPORT_JOB = 'runImport';

/** Lets an import go on as soon as possible; who started it counts as waiting from now until it ends. */
export async function enqueueImport(core: Core, { _id, startedBy }: Pick<Import, '_id' | 'startedBy'>): Promise<void> {
  core.work.hold(startedBy, importWorkKey({ _id }));
  await core.jobs.enqueue(IMPORT_JOB, { importId: _id.toHexString() });
}

export function importWorkKey({ _id }: Pick<Import, '_id'>): string {
  return `import ${_id.toHexString()}`;
}
