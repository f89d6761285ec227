import { z } from 'zod';
import { sendScheduledReport } from '../core/index.ts';
import type { Job } from './job.ts';

/** Sends one scheduled report when it is due. */
export const sendScheduledReportJob: Job<{ scheduleId: string }> = {
  name: 'sendScheduledReport',
  payload: z.object({ scheduleId: z.string() }),
  concurrency: 1,
  run: (core, { scheduleId }) => sendScheduledReport(core, scheduleId),
};
