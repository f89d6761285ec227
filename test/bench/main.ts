// npm run bench                       every figure, and test/bench/results.md
// npm run bench -- import dashboard   these parts only
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onlineRetailMissing } from '../onlineRetail.ts';
import { notBuilt } from '../process/startProcess.ts';
import { benchCampaign } from './campaign.ts';
import { benchDashboard } from './dashboard.ts';
import { atLeast, atMost, beside, type Figure, lineOf, median } from './figure.ts';
import { benchImport } from './import.ts';
import { benchPollock } from './pollock.ts';
import { benchReplies } from './replies.ts';
import { tableOf } from './results.ts';
import { benchStart } from './start.ts';

const CAMPAIGNS = 5;
const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  import: benchImport,
  pollock,
  replies: benchReplies,
  start: benchStart,
  dashboard,
  campaign,
};

async function pollock(): Promise<Figure[]> {
  const { simple, weighted, files, seconds } = await benchPollock();
  return [
    atLeast('Pollock, simple', simple, 'of 10', 9.96),
    atLeast('Pollock, weighted', weighted, 'of 10', 9.6),
    beside('Pollock, best published (DuckDB, told the dialect), simple', 9.961, 'of 10'),
    beside('Pollock, best published (DuckDB, told the dialect), weighted', 9.599, 'of 10'),
    beside('Pollock, files read', files / seconds, 'files/s'),
  ];
}

async function dashboard(): Promise<Figure[]> {
  const { medianMs, rssMb10, rssMb50, matplotlibMs } = await benchDashboard();
  return [
    atMost('dashboard, 4800 × 3000', medianMs / 1000, 's', 1.2),
    atMost('dashboard, memory from the 10th to the 50th', Math.abs(rssMb50 / rssMb10 - 1) * 100, '% changed', 10),
    beside('dashboard, matplotlib', matplotlibMs === null ? null : matplotlibMs / 1000, 's'),
  ];
}

async function campaign(): Promise<Figure[]> {
  const runs = [];
  for (let run = 0; run < CAMPAIGNS; run++) runs.push(await benchCampaign());
  return [
    atLeast('campaign to all customers', median(runs.map((one) => one.deliveriesPerSecond)), 'deliveries/s', 500),
    beside('campaign, planning alone', median(runs.map((one) => one.plannedPerSecond)), 'rows/s'),
  ];
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
const reason =
  notBuilt ??
  onlineRetailMissing ??
  (unknown[0] && `no part ${unknown[0]}; there are ${Object.keys(PARTS).join(', ')}`);
if (reason) {
  process.stderr.write(`Cannot measure: ${reason}\n`);
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
if (wanted.length === 0) writeFileSync(join(import.meta.dirname, 'results.md'), tableOf('npm run bench', figures));
process.exit(figures.some(({ bar }) => bar && !bar.ok) ? 1 : 0);
