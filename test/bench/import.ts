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
const LOOK_MS = 200;

/** Rate, its ratio to csv-parse's in the same run, and the peak of memory, also with a file five times as long. */
export async function benchImport(): Promise<Figure[]> {
  const ratios: number[] = [];
  const rates: number[] = [];
  const alone: number[] = [];
  const previews: number[] = [];
  const peaks: number[] = [];
  const own: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const parseRate = ROWS / (await secondsOfCsvParse());
    const { seconds, previewSeconds, peakMb, ownMb } = await importOnce(onlineRetailPath);
    const rate = ROWS / seconds;
    alone.push(parseRate);
    rates.push(rate);
    ratios.push(rate / parseRate);
    previews.push(previewSeconds);
    peaks.push(peakMb);
    own.push(ownMb);
  }
  const long = await makeLongRetail(TIMES_AS_LONG);
  try {
    const { seconds, peakMb, ownMb } = await importOnce(long.path);
    return [
      beside('csv-parse alone, Online Retail', median(alone), 'rows/s'),
      beside('import, Online Retail', median(rates), 'rows/s'),
      beside('preview before it', median(previews), 's'),
      atLeast('import against csv-parse', median(ratios), '×', 0.4),
      atMost('peak memory of the import', Math.max(...peaks), 'MB', 500),
      beside('peak without the mapped pages of the database file', Math.max(...own), 'MB'),
      atMost('peak memory, file 5 times as long', peakMb, 'MB', 500),
      beside('peak without the mapped pages, file 5 times as long', ownMb, 'MB'),
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

interface Measured {
  /** from the tap on Import to the report */
  seconds: number;
  /** from the file's first byte to its preview */
  previewSeconds: number;
  /** the most that was ever resident: what is Kade's own, and those pages of the database file that the system keeps mapped */
  peakMb: number;
  /** Kade's own alone, looked at five times a second */
  ownMb: number;
}

async function importOnce(path: string): Promise<Measured> {
  const shop = await openShop();
  let ownMb = 0;
  const look = setInterval(() => {
    ownMb = Math.max(ownMb, memoryMb(shop.kade.pid, 'RssAnon'));
  }, LOOK_MS);
  try {
    const { importSeconds, previewSeconds } = await importFile(shop, path);
    clearInterval(look);
    const peakMb = memoryMb(shop.kade.pid, 'VmHWM');
    await shop.stop();
    return { seconds: importSeconds, previewSeconds, peakMb, ownMb };
  } finally {
    clearInterval(look);
    await removeFolder(shop.folder);
  }
}
