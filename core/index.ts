// The only door to core: outer folders import from here.
export { acceptAccountRisk, refuseAccountRisk } from './accounts/acceptAccountRisk.ts';
export { createAccountTeller } from './accounts/tellAccount.ts';
export { FEWEST_REPEATERS } from './analytics/bgNbd.ts';
export type * from './analytics/charts.ts';
export { CHURN_RISKS } from './analytics/churnRisk.ts';
export { computeDashboard, type Dashboard, findLastOrderAt } from './analytics/computeDashboard.ts';
export { FEWEST_SEEDS } from './analytics/lookalike.ts';
export type { Period } from './analytics/trendEdges.ts';
export {
  CAMPAIGN_CHANNELS,
  CAMPAIGN_MOVES,
  type Campaign,
  type CampaignChannel,
  type CampaignStatus,
} from './campaigns/campaign.model.ts';
export { CAMPAIGN_JOB } from './campaigns/campaignJob.ts';
export { type CampaignReport, campaignReport } from './campaigns/campaignReport.ts';
export type { Way } from './campaigns/chooseWay.ts';
export { createCampaign } from './campaigns/createCampaign.ts';
export { changeLadder, editCampaign } from './campaigns/editCampaign.ts';
export { exportCampaign } from './campaigns/exportCampaign.ts';
export { listTemplates } from './campaigns/listTemplates.ts';
export { getCampaign, listCampaigns } from './campaigns/moveCampaign.ts';
export { languageOf } from './campaigns/optOutLine.ts';
export { type CampaignPreview, previewCampaign, renderTest } from './campaigns/previewCampaign.ts';
export { listPrices, type Price, priceOf } from './campaigns/prices.ts';
export { type CampaignWords, checkCampaignText } from './campaigns/readWords.ts';
export { resumeCampaigns } from './campaigns/resumeCampaigns.ts';
export { runCampaign } from './campaigns/runCampaign.ts';
export { toSmsLetters } from './campaigns/smsLetters.ts';
export { smsParts } from './campaigns/smsParts.ts';
export {
  cancelCampaign,
  launchCampaign,
  pauseCampaign,
  resumeCampaign,
  type Steered,
  scheduleCampaign,
} from './campaigns/steerCampaign.ts';
export { TEMPLATE_FIELDS, type TemplateField } from './campaigns/template.ts';
export { systemClock } from './clock.ts';
export { parseSettings, type Settings, settingsSchema } from './config.ts';
export { canMessage } from './consents/canMessage.ts';
export { checkLedger } from './consents/checkLedger.ts';
export { confirmMarketing } from './consents/confirmMarketing.ts';
export { answerDoubt, raiseDoubt } from './consents/doubts.ts';
export { type Erasure, eraseAddress, eraseCustomer } from './consents/eraseCustomer.ts';
export { verifyEvidence } from './consents/evidence.ts';
export { type ConsentReason, explainConsent } from './consents/explainConsent.ts';
export type { Keyword } from './consents/keywords.ts';
export { makeEvidence } from './consents/makeEvidence.ts';
export { findOptOut, optOutByLink, optOutPath } from './consents/optOutLink.ts';
export { readDoubt } from './consents/readDoubt.ts';
export { readKeyword } from './consents/readKeyword.ts';
export { type ConsentChange, recordConsent, recordConsents } from './consents/recordConsent.ts';
export { refuseAddress } from './consents/refuseAddress.ts';
export { startMarketing, stopMarketing } from './consents/stopMarketing.ts';
export { type PersonalData, tellPerson } from './consents/tellPerson.ts';
export { tombstoneHash } from './consents/tombstone.ts';
export { endConversation, findConversation, saveConversation } from './conversations/conversations.ts';
export type { Core } from './core.ts';
export { acceptJoinLink } from './customers/acceptJoinLink.ts';
export { isShut, markStanding, readmitAddresses } from './customers/addressStanding.ts';
export {
  addCustomField,
  indexCustomFields,
  readFieldLine,
  removeCustomField,
  renameCustomField,
} from './customers/changeCustomFields.ts';
export { confirmCustomer } from './customers/confirmCustomer.ts';
export { createJoinLink, findJoinLink } from './customers/createJoinLink.ts';
export {
  type ConsentState,
  type Customer,
  type CustomerAddress,
  type Gender,
  isProvisional,
  type Topic,
} from './customers/customer.model.ts';
export {
  CUSTOMER_FIELDS,
  type CustomerEdit,
  type CustomerField,
  customFieldOf,
  fieldChoices,
  readCustomerEdit,
  readCustomerField,
} from './customers/customerFields.ts';
export {
  CUSTOM_TYPES,
  type CustomField,
  type CustomType,
  type CustomValue,
  toCustomValue,
} from './customers/customField.ts';
export { editCustomer } from './customers/editCustomer.ts';
export { type FoundCustomers, findCustomers } from './customers/findCustomers.ts';
export { findNames } from './customers/findNames.ts';
export { getCustomer } from './customers/getCustomer.ts';
export { type CustomerCard, getCustomerCard, type Happening } from './customers/getCustomerCard.ts';
export { linkPhone } from './customers/linkPhone.ts';
export { listCustomerOrders, type OrderPage } from './customers/listCustomerOrders.ts';
export { messageCustomer, reachableAddresses } from './customers/messageCustomer.ts';
export { parsePhone } from './customers/parsePhone.ts';
export { updateFigures } from './customers/updateFigures.ts';
export { backupData } from './db/backup/backupData.ts';
export { restoreData } from './db/backup/restoreData.ts';
export { copyEmbedded } from './db/copy/copyEmbedded.ts';
export { connectDatabase, type Database } from './db/database.ts';
export { DamagedFile } from './db/embedded/checkDataFile.ts';
export { FolderInUse } from './db/embedded/folderLock.ts';
export { startEmbedded } from './db/embedded/startEmbedded.ts';
export { gather } from './db/gather.ts';
export { migrate } from './db/migrate.ts';
export { Refusal } from './db/refusal.ts';
export { deliver, editReply, reply, replyUnkept } from './deliveries/deliver.ts';
export type { Delivery, DeliveryStatus } from './deliveries/delivery.model.ts';
export { findRepliedTo } from './deliveries/findRepliedTo.ts';
export { recordReceipt, recordReceipts } from './deliveries/recordReceipts.ts';
export { ERROR_CODES, type ErrorCode, isDiskFull, KadeError } from './errors.ts';
export { FileStore, MAX_FILE_BYTES } from './files/fileStore.ts';
export { parseId } from './ids.ts';
export { cancelImport } from './imports/cancelImport.ts';
export { numberReader, toMinorUnits, westernDigits } from './imports/cells/readNumber.ts';
export { readYesNo } from './imports/cells/readWord.ts';
export { FIELDS_OF, type Field } from './imports/fields.ts';
export { getImport, listImports } from './imports/getImport.ts';
export { IMPORT_KINDS, type Import, type ImportCounts } from './imports/import.model.ts';
export { IMPORT_JOB } from './imports/importJob.ts';
export type { Plan } from './imports/plan.ts';
export {
  changePreview,
  keepColumns,
  type Preview,
  type PreviewChange,
  previewImport,
  previewTable,
  showTables,
} from './imports/previewImport.ts';
export { resumeImports } from './imports/resumeImports.ts';
export { REASONS, type Reason } from './imports/rows/problem.ts';
export { runImport } from './imports/runImport.ts';
export type { SampleRow, Scan } from './imports/scanTable.ts';
export { startImport } from './imports/startImport.ts';
export { undoImport } from './imports/undoImport.ts';
export { hasWritten } from './inbox/hasWritten.ts';
export type { Inbound } from './inbox/inbound.model.ts';
export { keepMessage } from './inbox/keepMessage.ts';
export { listThread, type ThreadMessage } from './inbox/listThread.ts';
export {
  findSenders,
  listWaiting,
  readInboundChoice,
  receiveInbound,
  type Sender,
  settleInbound,
} from './inbox/receiveInbound.ts';
export { checkHealth } from './incidents/checkHealth.ts';
export { INCIDENT_KINDS, type Incident, type IncidentKind } from './incidents/incident.model.ts';
export { listIncidents } from './incidents/listIncidents.ts';
export { type ChannelStatus, readStatus, type Status } from './incidents/readStatus.ts';
export { incidentDesk, reportIncident, settleIncidents, solveIncident } from './incidents/reportIncident.ts';
export { HEALTH_JOB, scheduleHealth } from './incidents/scheduleHealth.ts';
export { addInteraction } from './interactions/addInteraction.ts';
export { INTERACTION_TYPES, type Interaction, type InteractionType } from './interactions/interaction.model.ts';
export { listInteractions } from './interactions/listInteractions.ts';
export { createLogger } from './log.ts';
export type { Member, Role } from './members/member.model.ts';
export {
  createLinkCode,
  createSignInCode,
  createStartCode,
  findMemberByToken,
  signIn,
  spendCode,
} from './members/signIn.ts';
export { speaksAsMember } from './members/speaksAsMember.ts';
export { unlinkAddress } from './members/unlinkAddress.ts';
export { FILLED } from './merges/combine.ts';
export { findDoubles, tellApart } from './merges/findDoubles.ts';
export { listMerges } from './merges/listMerges.ts';
export type { Merge } from './merges/merge.model.ts';
export { mergeCustomers, resumeMerges } from './merges/mergeCustomers.ts';
export { undoMerge } from './merges/undoMerge.ts';
export * from './message.ts';
export { formatMoney, formatPrice, formatWholeMoney, minorDigits } from './money.ts';
export type { Notice } from './notices.ts';
export type { Order } from './orders/order.model.ts';
export type * from './ports.ts';
export { addSchedule } from './schedules/addSchedule.ts';
export { cancelSchedule } from './schedules/cancelSchedule.ts';
export { getSchedule } from './schedules/getSchedule.ts';
export { listSchedules } from './schedules/listSchedules.ts';
export type { ReportSpan, Schedule, ScheduleRule } from './schedules/schedule.model.ts';
export { sendScheduledReport } from './schedules/sendScheduledReport.ts';
export { archiveSegment, changeRule, duplicateSegment, renameSegment } from './segments/changeSegment.ts';
export {
  compareRules,
  OVERLAP_PARTS,
  type OverlapPart,
  overlapRule,
  type RuleOverlap,
} from './segments/compareRules.ts';
export { compileRule } from './segments/compileRule.ts';
export { countRule } from './segments/countRule.ts';
export { CROSSED, type Crossed, type CrossTable, crossTable, REST } from './segments/crossTable.ts';
export { exportSegment } from './segments/exportSegment.ts';
export { type CustomFields, type FieldSpec, fieldsOf, NO_CUSTOM, type Operator } from './segments/fields.ts';
export { findMovements, type Movements } from './segments/findMovements.ts';
export { findSimilar } from './segments/findSimilar.ts';
export { followChanges } from './segments/followChanges.ts';
export { getSegment, segmentReference } from './segments/getSegment.ts';
export { keepList } from './segments/keepList.ts';
export { listSegments } from './segments/listSegments.ts';
export { type DatePoint, type RelativePeriod, readDuration, type Unit, WEEKDAYS } from './segments/periods.ts';
export { type ChannelReach, previewRule, type RulePreview } from './segments/previewRule.ts';
export type { Ranking, SimilarReason } from './segments/rankSimilar.ts';
export { readScoreEdges } from './segments/readScoreEdges.ts';
export { listKept } from './segments/refreshKept.ts';
export { refreshSegments } from './segments/refreshSegments.ts';
export { VALUE_SEGMENTS } from './segments/rfm.ts';
export { beginsQuery } from './segments/rule/beginsQuery.ts';
export { refuseCircle, segmentsIn } from './segments/rule/findCircle.ts';
export { parseQuery } from './segments/rule/parseQuery.ts';
export { printQuery, type QueryContext } from './segments/rule/printQuery.ts';
export { withNeverBought } from './segments/rule/withNeverBought.ts';
export {
  type Condition,
  conditionOf,
  isLeaf,
  type Leaf,
  leavesOf,
  type Measure,
  parseRule,
  type Rule,
} from './segments/rule.ts';
export { saveSegment } from './segments/saveSegment.ts';
export { REFRESH_JOB, refreshWorkKey, scheduleRefresh } from './segments/scheduleRefresh.ts';
export { SCORED, type Scored } from './segments/scoreEdges.ts';
export type { Segment } from './segments/segment.model.ts';
export { type SegmentDetails, segmentFigures } from './segments/segmentFigures.ts';
export { checkKey, ruleOfSegment, segmentMembers } from './segments/segmentMembers.ts';
export { setScoreEdges } from './segments/setScoreEdges.ts';
export { suggestValues } from './segments/suggestValues.ts';
export type { PeopleFigures } from './segments/sumPeople.ts';
export { type RiskSummary, sumUpRisks } from './segments/sumUpRisks.ts';
export { type BusinessHours, type DayHours, isOpen, nextOpening } from './shops/businessHours.ts';
export { type Country, countryOf, findCountry } from './shops/countries.ts';
export { deriveKey } from './shops/deriveKey.ts';
export { dayOf, type Holiday, holidayOn, listHolidays } from './shops/holidays.ts';
export { loadDemoShop } from './shops/loadDemoShop.ts';
export { isSendingHour, nextSendingTime, whyWait } from './shops/sendingHours.ts';
export { setPrice } from './shops/setPrice.ts';
export { setSendingRules } from './shops/setSendingRules.ts';
export { setMemberLanguage, setUpShop } from './shops/setUpShop.ts';
export { PRICED_CHANNELS, type PricedChannel, type Shop } from './shops/shop.model.ts';
export { getShop, openShop } from './shops/shops.ts';
export { startWorker } from './threads/startWorker.ts';
export { answerTicket, findAnswerAddress } from './tickets/answerTicket.ts';
export {
  deleteCannedReply,
  fillCannedReply,
  getCannedReply,
  listCannedReplies,
  saveCannedReply,
} from './tickets/cannedReplies.ts';
export { assigneeOf } from './tickets/claimTicket.ts';
export { listTicketLines, listWritten, type TicketLine } from './tickets/listTicketLines.ts';
export { listTickets, TICKET_VIEWS } from './tickets/listTickets.ts';
export {
  assignTicket,
  closeTicket,
  findTicket,
  readTicket,
  snoozeTicket,
  WAKE_JOB,
  wakeTicket,
} from './tickets/steerTicket.ts';
export { takeAwayTurn } from './tickets/takeAwayTurn.ts';
export { listReaders, listTakers, tellMembers } from './tickets/tellMembers.ts';
export { type CannedReply, isTalking, TALKING_HOURS, type Ticket } from './tickets/ticket.model.ts';
export { fromLocalTime, type LocalTime, toLocalTime } from './time.ts';
export { Work } from './work.ts';
