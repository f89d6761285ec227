import { z } from 'zod';
import { WAKE_JOB, wakeTicket } from '../core/index.ts';
import type { Job } from './job.ts';

/** Brings a snoozed ticket back on time. */
export const wakeTicketJob: Job<{ ticketId: string }> = {
  name: WAKE_JOB,
  payload: z.object({ ticketId: z.string().regex(/^[0-9a-f]{24}$/) }),
  concurrency: 1,
  run: (core, { ticketId }) => wakeTicket(core, ticketId),
};
