/** Everything that can go wrong and be told to a person; bot/i18n has a reply for each under `error.<code>`. */
export const ERROR_CODES = [
  'address_taken',
  'campaign_changed',
  'campaign_empty',
  'campaign_empty_text',
  'campaign_not_found',
  'campaign_not_editable',
  'canned_full',
  'channel_off',
  'channel_one_way',
  'channels_unreadable',
  'choice_expired',
  'code_wrong',
  'contact_not_own',
  'country_unknown',
  'customer_not_found',
  'date_in_past',
  'date_unreadable',
  'disk_full',
  'edges_unreadable',
  'field_in_use',
  'field_name_taken',
  'field_not_found',
  'fields_too_many',
  'file_binary',
  'file_broken',
  'file_empty',
  'file_encrypted',
  'file_line_too_long',
  'file_no_columns',
  'file_not_fetched',
  'file_not_found',
  'file_old_excel',
  'file_too_large',
  'file_unpacks_too_large',
  'forbidden',
  'forwarded',
  'hours_unreadable',
  'import_blocked',
  'import_failed',
  'import_not_found',
  'import_running',
  'merge_later',
  'merge_same',
  'merge_undone',
  'not_understood',
  'query_expected',
  'query_unfinished',
  'query_unknown_word',
  'reply_unknown',
  'rule_circular',
  'rule_field_unknown',
  'rule_group_empty',
  'rule_operator_unknown',
  'rule_too_deep',
  'rule_too_large',
  'rule_unreadable',
  'rule_value_wrong',
  'segment_in_use',
  'segment_name_taken',
  'segment_not_found',
  'shop_not_ready',
  'text_too_long',
  'template_not_approved',
  'template_unknown_field',
  'templates_off',
  'templates_unreadable',
  'ticket_closed',
  'stop_one_way',
  'time_unreadable',
  'undo_blocked',
  'value_unreadable',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
export type ErrorParams = Readonly<Record<string, string | number>>;

/** An expected failure: a closed code and the parameters of its reply. Anything else thrown is a bug. */
export class KadeError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.name = 'KadeError';
    this.code = code;
    this.params = params;
  }
}

const OUT_OF_DISK_SPACE = 14031;

/** Whether it is the disk, ours or the database's, that has no room. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'disk_full' || code === 'ENOSPC' || code === OUT_OF_DISK_SPACE;
}
