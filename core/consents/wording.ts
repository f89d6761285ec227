import { Types } from 'mongoose';
import type { Core } from '../core.ts';
import { insertNew } from '../db/insertNew.ts';
import { wordingVersion } from './wordingVersion.ts';

/** Keeps a question as people were asked it, once; resolves to its version. */
export async function keepWording(core: Core, shopId: Types.ObjectId, text: string): Promise<string> {
  const version = wordingVersion(text);
  const wording = { _id: new Types.ObjectId(), shopId, version, text, firstAskedAt: core.clock.now() };
  await insertNew(core.db.wordings, [wording]);
  return version;
}
