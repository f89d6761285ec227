import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

if (!process.env.MONGODB_URI) throw new Error('Set MONGODB_URI to the server to test on, as in mongodb://127.0.0.1/');

/** The suites that speak to the database, on the server at MONGODB_URI, each under a random name that is dropped at its end. */
export default defineConfig({
  test: {
    ...base.test,
    include: [
      'test/bot/*.test.ts',
      'test/bot/flows/*.test.ts',
      'test/core/analytics/computeDashboard.test.ts',
      'test/core/campaigns/{campaignModel,crash,ladder,sendCampaign,stopRace,window}.test.ts',
      'test/core/consents/{evidence,ledger,recordConsent}.test.ts',
      'test/core/customers/*.test.ts',
      'test/core/deliveries/*.test.ts',
      'test/core/imports/{importFiles,importKilled,onlineRetail}.test.ts',
      'test/core/inbox/receiveInbound.test.ts',
      'test/core/interactions/*.test.ts',
      'test/core/merges/*.test.ts',
      'test/core/schedules/*.test.ts',
      'test/core/segments/{compileRule,previewRule,refreshMembers,refreshSegments}.test.ts',
      'test/core/tickets/*.test.ts',
      'test/jobs/*.test.ts',
      'test/process/copyDatabase.test.ts',
    ],
    // Not here: reading, arithmetic and pictures (no database in them), test/core/db/embedded and the rest of test/process (they are
    // about the embedded database), test/channels and the walks (the door and the whole way, over what is tested above).
    testTimeout: 60_000,
    // While one file waits for the server, another goes on.
    maxWorkers: 2,
  },
});
