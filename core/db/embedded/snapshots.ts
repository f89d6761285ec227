import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Store } from './store.ts';

const PREFIX = 'snapshot-';

/** Copies the data of this moment into a new folder in the data's, for whoever asked to read and remove; its name. */
export async function takeSnapshot(store: Store): Promise<string> {
  const copy = mkdtempSync(path.join(store.folder, PREFIX));
  try {
    await store.copyTo(copy);
    return path.basename(copy);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    throw error;
  }
}

/** Removes what a backup that was cut short left behind. */
export function removeSnapshots(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(PREFIX)) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
