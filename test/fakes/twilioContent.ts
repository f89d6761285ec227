import type { FakeTwilio } from './twilio.ts';

/** A content template as the shop's account has it. */
export interface FakeTemplate {
  readonly sid: string;
  readonly name: string;
  /** WhatsApp's word: approved, pending, rejected, paused, unsubmitted … */
  readonly status: string;
  readonly types: Record<string, object>;
  readonly variables?: Record<string, string>;
  readonly reason?: string;
}

/** Serves content templates with their approvals, in pages as Twilio does. */
export function serveTemplates(twilio: FakeTwilio, templates: readonly FakeTemplate[]): void {
  const here = `${twilio.url}/v1/ContentAndApprovals?PageSize=50&Page=0`;
  twilio.operations.set('GET /v1/ContentAndApprovals', () => ({
    status: 200,
    body: {
      contents: templates.map(({ sid, name, status, types, variables = {}, reason = '' }) => ({
        sid,
        account_sid: twilio.accountSid,
        friendly_name: name,
        language: 'en',
        variables,
        types,
        date_created: '2026-11-20T04:30:00Z',
        date_updated: '2026-11-20T04:30:00Z',
        approval_requests: {
          name,
          category: 'MARKETING',
          content_type: Object.keys(types)[0],
          status,
          rejection_reason: reason,
          allow_category_change: true,
        },
      })),
      meta: {
        first_page_url: here,
        key: 'contents',
        next_page_url: null,
        page: 0,
        page_size: 50,
        previous_page_url: null,
        url: here,
      },
    },
  }));
}
