import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Many a test waits for a program to start: a third worker fills the gaps of two cores.
    maxWorkers: '150%',
    // Loading the house anew for each file would take a fifth of the time; nothing in it holds state of its own.
    isolate: false,
    setupFiles: ['test/setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
