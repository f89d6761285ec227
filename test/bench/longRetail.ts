import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { onlineRetailPath } from '../onlineRetail.ts';

const LINES_A_CHUNK = 5_000;

/** Online Retail `times` over in a file of its own, with other invoice numbers each time: 536365, 1-536365, 2-536365 … */
export async function makeLongRetail(times: number): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'kade-long-'));
  const path = join(folder, 'online_retail_long.csv.gz');
  await pipeline(Readable.from(chunks(times)), createGzip({ level: 1 }), createWriteStream(path));
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function* chunks(times: number): AsyncGenerator<string> {
  for (let time = 0; time < times; time++) {
    let header = true;
    let lines: string[] = [];
    for await (const line of createInterface({ input: createReadStream(onlineRetailPath).pipe(createGunzip()) })) {
      // A cancellation stays one: its C comes first.
      if (!header) lines.push(time === 0 ? line : line.replace(/^(\D?)/, `$1${time}-`));
      else if (time === 0) lines.push(line);
      header = false;
      if (lines.length < LINES_A_CHUNK) continue;
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
    if (lines.length > 0) yield `${lines.join('\n')}\n`;
  }
}
