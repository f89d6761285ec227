import { DamagedFile, FolderInUse, isDiskFull, parseSettings, Refusal, type Settings } from '../../core/index.ts';
import { readEnvFile } from '../envFile.ts';

/**
 * Runs a small program beside Kade on the settings that Kade has, and ends the process: with 0, or with 1 and a
 * sentence. `work` gets the command line's words behind the program and what says a line.
 */
export async function runProgram(
  env: Record<string, string | undefined>,
  work: (settings: Settings, words: string[], say: (line: string) => void) => Promise<void>,
): Promise<never> {
  // Who reads the output may leave first (`| head`): no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    const file = readEnvFile('.env');
    const parsed = parseSettings({ ...file.values, ...env });
    const problems = [...file.problems, ...('problems' in parsed ? parsed.problems : [])];
    if ('problems' in parsed || problems.length > 0)
      throw new Refusal(`These settings need mending:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    await work(parsed.settings, process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`));
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

function explain(error: unknown): string {
  if (error instanceof Refusal || error instanceof FolderInUse || error instanceof DamagedFile) return error.message;
  if (isDiskFull(error)) return 'The disk is full. Nothing was lost; make room, then begin again.';
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? `${error.message}. Mend that, then run the same command again.` : `${error.stack}`;
}
