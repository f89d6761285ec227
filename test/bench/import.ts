// Online Retail (UCI, 541,909 rows) from the file to the report, in the compiled program, beside csv-parse alone.
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { onlineRetailPath } from '../onlineRetail.ts';
import { atLeast, atMost, beside, type Figure, median } from './figure.ts';
import { makeLongRetail } from './longRetail.ts';
import { importFile, memoryMb, openShop, removeFolder } from './retailShop.ts';

const ROWS = 541_909;
const RUNS = 5;
const TIMES_AS_LONG = 5;

/** Rate, its ratio to csv-parse's in the same run, and the peak of memory, also with a file five times as long. */
export async function benchImport(): Promise<Figure[]> {
  const ratios: number[] = [];
  const rates: number[] = [];
  const alone: number[] = [];
  const previews: number[] = [];
  const peaks: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const parseRate = ROWS / (await secondsOfCsvParse());
    const { seconds, previewSeconds, peakMb } = await importOnce(onlineRetailPath);
    const rate = ROWS / seconds;
    alone.push(parseRate);
    rates.push(rate);
    ratios.push(rate / parseRate);
    previews.push(previewSeconds);
    peaks.push(peakMb);
  }
  const long = await makeLongRetail(TIMES_AS_LONG);
  try {
    const { seconds, peakMb } = await importOnce(long.path);
    return [
      beside('csv-parse alone, Online Retail', median(alone), 'rows/s'),
      beside('import, Online Retail', median(rates), 'rows/s'),
      beside('preview before it', median(previews), 's'),
      atLeast('import against csv-parse', median(ratios), '×', 0.4),
      atMost('peak memory of the import', Math.max(...peaks), 'MB', 500),
      atMost('peak memory, file 5 times as long', peakMb, 'MB', 500),
      beside('import, file 5 times as long', (TIMES_AS_LONG * ROWS) / seconds, 'rows/s'),
    ];
  } finally {
    await long.remove();
  }
}

/** csv-parse reading the same file into arrays, nothing else. */
async function secondsOfCsvParse(): Promise<number> {
  const begun = performance.now();
  let rows = 0;
  const count = new Writable({
    objectMode: true,
    write(_row, _encoding, done) {
      rows++;
      done();
    },
  });
  await pipeline(createReadStream(onlineRetailPath), createGunzip(), parse(), count);
  if (rows !== ROWS + 1) throw new Error(`csv-parse read ${rows} rows`);
  return (performance.now() - begun) / 1000;
}

/** `seconds` from the tap on Import to the report; the preview, which reads the file's beginning, apart. */
async function importOnce(path: string): Promise<{ seconds: number; previewSeconds: number; peakMb: number }> {
  const shop = await openShop();
  try {
    const { importSeconds, previewSeconds } = await importFile(shop, path);
    const peakMb = memoryMb(shop.kade.pid, 'VmHWM');
    await shop.stop();
    return { seconds: importSeconds, previewSeconds, peakMb };
  } finally {
    await removeFolder(shop.folder);
  }
}
