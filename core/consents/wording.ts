import { hash as digest } from 'node:crypto';
import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { insertNew } from '../db/insertNew.ts';

/** Keeps a question as people were asked it, once; resolves to its version, the first 12 hex digits of its SHA-256. */
export async function keepWording(core: Core, shopId: Types.ObjectId, text: string): Promise<string> {
  const version = wordingVersion(text);
  await insertNew(core.db.wordings, [
    { _id: new Types.ObjectId(), shopId, version, text, firstAskedAt: core.clock.now() },
  ]);
  return version;
}

/** The version of a question: another text, another version. */
export function wordingVersion(text: string): string {
  return digest('sha256', text).slice(0, 12);
}
