import { resolve } from 'node:path';
import { Refusal, restoreData, systemClock } from '../../core/index.ts';
import { ownsDatabase } from './ownsDatabase.ts';
import { runProgram } from './runProgram.ts';

await runProgram(process.env, async (settings, [name, ...more], say) => {
  if (!name || more.length > 0) throw new Refusal('Name the backup to restore: npm run restore -- kade-monday.tar.gz');
  ownsDatabase(settings, 'mongorestore');
  const file = resolve(name);
  const restored = await restoreData({ dataDir: settings.DATA_DIR, file, clock: systemClock });
  const { createdAt, files, documents, replaced } = restored;
  say(`Restored to ${settings.DATA_DIR}, as of ${createdAt.toISOString()}: documents ${documents}, files ${files}.`);
  if (replaced) say(`What was there before is in ${replaced}; remove it when you no longer need it.`);
  say('What came after that moment is not in it, also no STOP: look at running campaigns before you send anything.');
});
