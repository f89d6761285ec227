import { constants } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from '../core/clock.ts';
import { parseSettings } from '../core/config.ts';
import { startEmbedded } from '../core/db/embedded/startEmbedded.ts';
import { createLogger } from '../core/log.ts';
import { readEnvFile } from './envFile.ts';
import type { Kade } from './kade.ts';

const STOP_WITHIN_MS = 20_000;
/** npm passes on the Ctrl-C that the terminal has sent already: a signal that follows so soon is the same one. */
const SAME_SIGNAL_MS = 1_000;

// The database, an import and a picture have a thread, and so a heap, of their own: grown in smaller steps they take a
// third less memory at their height, for a few hundredths of the time.
for (const flag of ['--heap-growing-percent=30', '--max-semi-space-size=8']) setFlagsFromString(flag);

// Who reads our output may leave first (`npm start | head`): no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const log = createLogger(process.stderr, systemClock);
process.on('unhandledRejection', (error) => log.error('unhandledRejection', { error }));
process.on('uncaughtException', (error) => log.error('uncaughtException', { error }));

const file = readEnvFile('.env');
const parsed = parseSettings({ ...file.values, ...process.env });
if ('problems' in parsed) refuseSettings([...file.problems, ...parsed.problems]);
if (file.problems.length > 0) refuseSettings(file.problems);

const { settings } = parsed;
const starting = Promise.resolve().then(start);
stopOnSignal(starting);
try {
  const kade = await starting;
  process.stdout.write(`Kade is ready: ${kade.url}/#code=${kade.signInCode}\n`);
} catch (error) {
  const { explainStart } = await import('./startProblem.ts');
  const reason = explainStart(error, settings);
  if (!reason) log.error('start', { error });
  refuse(`Kade could not start. ${reason ?? 'Nobody foresaw what went wrong; the line above names it.'}`);
}

/** The database's thread loads while everything else does: a third of the time. */
async function start(): Promise<Kade> {
  const embedded = settings.MONGODB_URI ? undefined : startEmbedded({ folder: join(settings.DATA_DIR, 'database') });
  embedded?.then(
    async ({ died }) => {
      await died;
      refuse('The database ended by itself. Nothing that was acknowledged is lost. Start Kade again.');
    },
    () => undefined,
  );
  const { startKade } = await import('./kade.ts');
  return startKade({ settings, clock: systemClock, log, embedded });
}

function refuse(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

function refuseSettings(problems: string[]): never {
  refuse(`Kade cannot start; these settings need mending:\n${problems.map((line) => `  ${line}`).join('\n')}`);
}

/** The first signal stops in order, also in the middle of the start; a second one ends the process at once. */
function stopOnSignal(starting: Promise<Kade>): void {
  let first: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    first ??= now;
    if (now - first > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
    if (now > first) return;
    process.stdout.write('Kade is stopping. Another Ctrl-C ends it at once.\n');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    starting
      .then((kade) => kade.stop())
      .then(
        () => process.exit(0),
        (error) => {
          log.error('stop', { error });
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}
