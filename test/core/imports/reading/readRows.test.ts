import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../../../core/imports/reading/inspectFile.ts';
import { readRows } from '../../../../core/imports/reading/readRows.ts';
import type { RowBatch } from '../../../../core/imports/reading/sourceTable.ts';
import { startWorker } from '../../../../core/threads/startWorker.ts';
import { fileOf } from './readAll.ts';
import { zipFile } from './zipFile.ts';

const big = `id,name,amount\n${Array.from({ length: 60_000 }, (_, i) => `${i},"Perera, ${i}",${i / 4}\n`).join('')}`;

async function tableOf(data: Buffer | string) {
  const path = fileOf(data);
  const { tables } = await inspectFile(path, 'big.csv');
  const [table] = tables;
  if (!table) throw new Error('no table');
  return { path, table };
}

describe('reading rows', () => {
  for (const [kind, data] of Object.entries({
    csv: big,
    gzip: gzipSync(big),
    zip: zipFile([{ name: 'big.csv', data: big }]),
  })) {
    it(`streams every row of a ${kind} once, in order, in batches, with lines and progress`, async () => {
      const { path, table } = await tableOf(data);
      expect(Math.abs(table.approxRows - 60_000)).toBeLessThan(15_000);
      let next = 0;
      let progress = 0;
      for await (const { rows, lines, bytesRead, bytesTotal, section, notes } of readRows(path, table)) {
        expect(rows.length).toBeLessThanOrEqual(1000);
        expect([section, notes]).toEqual([0, []]);
        expect(rows[0]).toEqual([String(next), `Perera, ${next}`, String(next / 4)]);
        expect(lines[0]).toBe(next + 2);
        expect(bytesRead).toBeGreaterThanOrEqual(progress);
        expect(bytesRead).toBeLessThanOrEqual(bytesTotal);
        progress = bytesRead / bytesTotal === 1 ? bytesTotal : bytesRead;
        next += rows.length;
      }
      expect(next).toBe(60_000);
      expect(progress).toBeGreaterThan(0);
    });
  }

  it('reads on only when the next batch is asked for', async () => {
    const { path, table } = await tableOf(big);
    const rows = readRows(path, table);
    const first = (await rows.next()).value as RowBatch;
    expect(first.bytesRead).toBeLessThan(first.bytesTotal / 2);
    await rows.return();
    expect((await rows.next()).done).toBe(true);
  });

  it('stops at once when aborted', async () => {
    const { path, table } = await tableOf(big);
    const stop = new AbortController();
    const read = async (): Promise<void> => {
      for await (const batch of readRows(path, table, { signal: stop.signal })) if (batch.rows.length > 0) stop.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('goes on reading a stored table, also in a worker thread', async () => {
    const { path, table } = await tableOf(gzipSync(big));
    const worker = startWorker('countRows', import.meta.url, {
      workerData: { path, table: JSON.parse(JSON.stringify(table)) },
    });
    expect(await once(worker, 'message')).toEqual([60_000]);
    await worker.terminate();
  });

  it('reports what it read around, with lines', async () => {
    const { path, table } = await tableOf('name,n\nNimal,1\n"Asha,2\n"Sunil",3\nname,n\nKamala,4\n');
    const batches: RowBatch[] = [];
    for await (const batch of readRows(path, table)) batches.push(batch);
    expect(batches.map(({ section, rows }) => [section, rows])).toEqual([
      [
        0,
        [
          ['Nimal', '1'],
          ['"Asha', '2'],
          ['Sunil', '3'],
        ],
      ],
      [1, [['Kamala', '4']]],
    ]);
    expect(batches.flatMap((batch) => batch.notes)).toEqual([
      { kind: 'stray_quote', line: 3 },
      { kind: 'repeated_header', line: 5 },
    ]);
  });

  it('says that a file broke off in the middle, after the rows before that', async () => {
    const packed = gzipSync(big);
    const { path, table } = await tableOf(packed.subarray(0, packed.length - 20_000));
    let count = 0;
    const read = async (): Promise<void> => {
      for await (const { rows } of readRows(path, table)) count += rows.length;
    };
    await expect(read()).rejects.toMatchObject({ code: 'file_broken' });
    expect(count).toBeGreaterThan(1000);
  });
});
