import type { PauseReason } from './campaigns/campaign.model.ts';
import type { ErrorCode, ErrorParams } from './errors.ts';
import type { AddressKey } from './message.ts';

/** What core tells a member on its own; bot/notices.ts puts each into words. Ids are hex strings. */
export type Notice =
  | {
      kind: 'import.progress';
      importId: string;
      fileName: string;
      rows: number;
      /** null until known */
      totalRows: number | null;
      rowsPerSecond: number;
      secondsLeft: number | null;
    }
  | { kind: 'import.finished'; importId: string }
  | { kind: 'import.undone'; importId: string }
  | { kind: 'segments.refreshed'; shopId: string }
  | { kind: 'campaign.progress'; campaignId: string }
  | { kind: 'campaign.finished'; campaignId: string }
  | { kind: 'campaign.paused'; campaignId: string; reason: PauseReason }
  /** what they wrote from `since` on */
  | { kind: 'customer.wrote'; customerId: string; since: Date }
  /** `by`: the name of the member who did it */
  | { kind: 'ticket.assigned'; customerId: string; by: string }
  | { kind: 'ticket.woke'; customerId: string }
  | { kind: 'consent.doubt'; customerId: string; messageId: string; from: AddressKey; text: string }
  /** two who may be one: the first has proven a number of the second's */
  | { kind: 'customer.double'; first: string; second: string }
  | { kind: 'report.scheduled'; scheduleId: string; dueAt: Date }
  | { kind: 'incidents'; incidentIds: readonly string[] }
  | { kind: 'account.code'; code: string }
  | { kind: 'account.ready'; phone: string }
  | { kind: 'account.hidden'; text: string }
  | { kind: 'member.welcome'; memberId: string }
  | { kind: 'member.linked'; address: AddressKey }
  | { kind: 'trouble'; code: ErrorCode; params: ErrorParams };
