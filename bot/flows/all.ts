import type { Flow } from '../flow.ts';
import { campaignFlow } from './campaign.ts';
import { campaignControlFlow } from './campaignControl.ts';
import { campaignLadderFlow } from './campaignLadder.ts';
import { campaignLaunchFlow } from './campaignLaunch.ts';
import { campaignTemplateFlow } from './campaignTemplate.ts';
import { cannedFlow } from './canned.ts';
import { compareFlow } from './compare.ts';
import { consentFlow } from './consent.ts';
import { customerFlow } from './customer.ts';
import { customerChangeFlow } from './customerChange.ts';
import { customerEditFlow } from './customerEdit.ts';
import { customFieldsFlow } from './customFields.ts';
import { demoFlow } from './demo.ts';
import { duplicatesFlow } from './duplicates.ts';
import { hoursFlow } from './hours.ts';
import { importFlow } from './import.ts';
import { inboxFlow } from './inbox.ts';
import { inboxAnswerFlow } from './inboxAnswer.ts';
import { keptSegmentFlow } from './keptSegment.ts';
import { linkFlow } from './link.ts';
import { menuFlow } from './menu.ts';
import { mergeFlow } from './merge.ts';
import { onboardingFlow } from './onboarding.ts';
import { pricesFlow } from './prices.ts';
import { reportFlow } from './report.ts';
import { riskFlow } from './risk.ts';
import { ruleFlow } from './rule.ts';
import { segmentFlow } from './segment.ts';
import { segmentChartsFlow } from './segmentCharts.ts';
import { segmentLimitsFlow } from './segmentLimits.ts';
import { sendingRulesFlow } from './sendingRules.ts';
import { settingsFlow } from './settings.ts';
import { similarFlow } from './similar.ts';
import { snoozeFlow } from './snooze.ts';
import { statusFlow } from './status.ts';
import { whatsappFlow } from './whatsapp.ts';

/** Every theme of the dialogue. */
export const flows: readonly Flow[] = [
  onboardingFlow,
  menuFlow,
  settingsFlow,
  sendingRulesFlow,
  linkFlow,
  whatsappFlow,
  demoFlow,
  importFlow,
  segmentFlow,
  segmentChartsFlow,
  segmentLimitsFlow,
  compareFlow,
  ruleFlow,
  keptSegmentFlow,
  similarFlow,
  riskFlow,
  inboxFlow,
  inboxAnswerFlow,
  snoozeFlow,
  cannedFlow,
  hoursFlow,
  customerFlow,
  consentFlow,
  customerChangeFlow,
  customerEditFlow,
  customFieldsFlow,
  mergeFlow,
  duplicatesFlow,
  campaignFlow,
  campaignTemplateFlow,
  campaignLadderFlow,
  campaignLaunchFlow,
  campaignControlFlow,
  pricesFlow,
  reportFlow,
  statusFlow,
];
