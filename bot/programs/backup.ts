import { resolve } from 'node:path';
import { backupData, Refusal, systemClock } from '../../core/index.ts';
import { ownsDatabase } from './ownsDatabase.ts';
import { runProgram } from './runProgram.ts';

await runProgram(process.env, async (settings, [name, ...more], say) => {
  if (!name || more.length > 0) throw new Refusal('Name one file to write: npm run backup -- kade-monday.tar.gz');
  ownsDatabase(settings, 'mongodump');
  const file = resolve(name);
  const { files, bytes } = await backupData({ dataDir: settings.DATA_DIR, file, clock: systemClock });
  say(`Backup written: ${file} (files ${files}, ${(bytes / 1e6).toFixed(1)} MB unpacked).`);
  say('It holds customers, messages and sign-ins: keep it in a safe place, best on another machine.');
});
