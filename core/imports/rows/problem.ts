/** Why a row, or a cell of it, did not go in; the words for each come with the plan, in the member's language. */
export const REASONS = [
  'address_taken',
  'birthday_unreadable',
  'custom_unreadable',
  'date_missing',
  'date_unreadable',
  'duplicate_order',
  'email_unreadable',
  'erased',
  'extra_cells',
  'gender_unreadable',
  'language_unreadable',
  'nobody',
  'number_unreadable',
  'order_number_missing',
  'phone_digits_lost',
  'phone_unreadable',
  'price_missing',
  'product_missing',
  'quantity_missing',
  'status_unreadable',
  'type_unreadable',
  'wish_unreadable',
] as const;
export type Reason = (typeof REASONS)[number];

export interface Problem {
  readonly reason: Reason;
  /** the column's name and the cell as it stands; '' where the whole row is meant */
  readonly column: string;
  readonly cell: string;
}

/** Problems after which the rest of the row still goes in. */
const PARTLY: ReadonlySet<Reason> = new Set([
  'address_taken',
  'birthday_unreadable',
  'custom_unreadable',
  'email_unreadable',
  'gender_unreadable',
  'language_unreadable',
  'phone_digits_lost',
  'phone_unreadable',
  'status_unreadable',
  'type_unreadable',
  'wish_unreadable',
]);

/** What becomes of a row with these problems: it went in without some cells, was left out on purpose, or could not go in. */
export function fateOf(problems: readonly Problem[]): 'partly' | 'skipped' | 'failed' {
  if (problems.some(({ reason }) => reason === 'erased' || reason === 'duplicate_order')) return 'skipped';
  return problems.every(({ reason }) => PARTLY.has(reason)) ? 'partly' : 'failed';
}
