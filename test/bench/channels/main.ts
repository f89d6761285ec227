// npm run bench:channels: every channel between its fake provider and the compiled program; writes results.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onlineRetailMissing } from '../../onlineRetail.ts';
import { notBuilt } from '../../process/startProcess.ts';
import { type Figure, lineOf } from '../figure.ts';
import { tableOf } from '../results.ts';
import { benchEmail } from './email.ts';
import { benchPacing } from './pacing.ts';
import { benchSms } from './sms.ts';
import { benchTelegram } from './telegram.ts';

const reason = notBuilt ?? onlineRetailMissing;
if (reason) {
  process.stderr.write(`Cannot measure: ${reason}\n`);
  process.exit(1);
}
const figures: Figure[] = [];
for (const bench of [benchPacing, benchTelegram, benchSms, benchEmail])
  for await (const figure of bench()) {
    figures.push(figure);
    process.stdout.write(`${lineOf(figure)}\n`);
  }
writeFileSync(join(import.meta.dirname, 'results.md'), tableOf('npm run bench:channels', figures));
process.exit(figures.some(({ bar }) => bar && !bar.ok) ? 1 : 0);
