import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const uri = process.env.MONGODB_URI ?? '';
if (uri === '')
  process.stderr.write('Skipped: set MONGODB_URI to the engine to compare with, as in mongodb://127.0.0.1/\n');

declare module 'vitest' {
  interface ProvidedContext {
    differential: { uri: string; cases: number; seed: number };
  }
}

/** Generated work on the embedded database and on the engine at MONGODB_URI: DIFFERENTIAL_CASES of it, from DIFFERENTIAL_SEED on. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['test/differential/suite.ts'],
    provide: {
      differential: {
        uri,
        cases: Number(process.env.DIFFERENTIAL_CASES ?? 20_000),
        seed: Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 1_000_000_000),
      },
    },
    testTimeout: 1_800_000,
  },
});
