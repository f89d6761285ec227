// npm run bench:segments                  every figure, and test/bench/segments/results.md
// npm run bench:segments -- kmeans        these parts only
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, lineOf } from '../figure.ts';
import { tableOf } from '../results.ts';
import { benchBgNbd, benchKmeans } from './analytics.ts';
import { benchMadeShops } from './madeShops.ts';

const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  shops: benchMadeShops,
  kmeans: benchKmeans,
  bgnbd: benchBgNbd,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
if (unknown) {
  process.stderr.write(`Cannot measure: no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}\n`);
  process.exit(1);
}
const figures: Figure[] = [];
for (const [name, run] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const figure of await run()) {
    figures.push(figure);
    process.stdout.write(`${lineOf(figure)}\n`);
  }
}
if (wanted.length === 0) {
  writeFileSync(join(import.meta.dirname, 'results.md'), tableOf('npm run bench:segments', figures));
}
process.exit(figures.some(({ bar }) => bar && !bar.ok) ? 1 : 0);
