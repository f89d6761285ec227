import { config } from 'dotenv';
import { createLogger, parseSettings, systemClock } from '../core/index.ts';
import { startKade } from './kade.ts';

const STOP_WITHIN_MS = 20_000;

config({ quiet: true });
const parsed = parseSettings(process.env);
if ('problems' in parsed) {
  process.stderr.write(
    `Kade cannot start; these settings need mending:\n${parsed.problems.map((line) => `  ${line}\n`).join('')}`,
  );
  process.exit(1);
}

const log = createLogger(process.stderr, systemClock);
process.on('unhandledRejection', (error) => log.error('unhandledRejection', { error }));

try {
  const kade = await startKade({ settings: parsed.settings, clock: systemClock, log });
  const address = kade.signInCode ? `${kade.url}/#code=${kade.signInCode}` : kade.url;
  process.stdout.write(`Kade is ready: ${address}\n`);
  const stop = (): void => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    kade.stop().then(
      () => process.exit(0),
      (error) => {
        log.error('stop', { error });
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  process.stderr.write(`Kade could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
