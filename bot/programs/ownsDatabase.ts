import { Refusal, type Settings } from '../../core/index.ts';

/** Throws a Refusal that names MongoDB's own tool, where the data are on a MongoDB server. */
export function ownsDatabase({ MONGODB_URI }: Settings, tool: string): void {
  if (!MONGODB_URI) return;
  throw new Refusal(
    `MONGODB_URI is set, so the data are on a MongoDB server: use ${tool} there, and copy DATA_DIR beside it. Unset it for the embedded database.`,
  );
}
