import { checkHealthJob } from './checkHealth.ts';
import type { Job } from './job.ts';
import { refreshSegmentsJob } from './refreshSegments.ts';
import { runImportJob } from './runImport.ts';
import { sendCampaignJob } from './sendCampaign.ts';
import { sendScheduledReportJob } from './sendScheduledReport.ts';
import { wakeTicketJob } from './wakeTicket.ts';

/** Every kind of background work. */
export const registry: readonly Job[] = [
  checkHealthJob,
  refreshSegmentsJob,
  runImportJob,
  sendCampaignJob,
  sendScheduledReportJob,
  wakeTicketJob,
];
