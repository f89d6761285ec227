import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchPollock } from '../../../bench/pollock.ts';

const archive = resolve(process.env.KADE_SHARED ?? '../shared', 'data/csv_messy/pollock_polluted_files.tar.gz');

describe.skipIf(!existsSync(archive))(`the 2,290 Pollock files (skipped without ${archive})`, () => {
  it('all end in a table or a clear refusal, and score 9.96 and 9.60 at least', { timeout: 180_000 }, async () => {
    const { files, simple, weighted, refused } = await benchPollock();
    expect(files).toBe(2290);
    expect(refused).toEqual({ file_empty: 1 });
    expect(simple).toBeGreaterThanOrEqual(9.96);
    expect(weighted).toBeGreaterThanOrEqual(9.6);
  });
});
