import { readFile } from 'node:fs/promises';
import { Refusal, verifyEvidence } from '../../core/index.ts';
import { runProgram } from './runProgram.ts';

await runProgram(process.env, async (_, [name, ...more], say) => {
  if (!name || more.length > 0) throw new Refusal('Name the pack: npm run -s verify-evidence evidence-….json');
  const text = await readFile(name, 'utf8').catch(() => {
    throw new Refusal(`There is no file ${name} to read.`);
  });
  const { rows, addresses, flaws } = verifyEvidence(text);
  if (flaws.length > 0) throw new Refusal(['The pack is not as it was written:', ...flaws].join('\n'));
  say(`Sound: rows ${rows}, addresses ${addresses}. No row was changed, put in or taken from the middle.`);
});
