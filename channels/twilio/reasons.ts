/**
 * Why a message did not arrive, by Twilio's error codes (twilio.com/docs/api/errors); each has words in bot/i18n under
 * `reason.<name>`, which say what the shop can do. Twilio keeps splitting codes: what is not named here is `carrier`.
 */
const CODES = {
  opted_out: [21610, 63014],
  invalid_address: [21211, 21214, 21217, 30005, 63003, 63024],
  not_mobile: [21614, 21635, 30006],
  unreachable: [30003],
  filtered: [30004, 30007, 30038, 30450, 30453, 63013],
  sender_wrong: [21212, 21603, 21606, 21607, 21659, 21660, 21661, 21701, 21703, 21704, 21705, 63007],
  sender_unregistered: [30018, 30024, 30032, 30034, 30035, 30040, 30041],
  country_off: [21408],
  route_closed: [21612],
  account_refused: [20003, 20404],
  account_closed: [20005, 30002, 63051],
  trial_account: [21608, 63038],
  text_too_long: [21605, 21617],
  media_refused: [21620, 21621, 21622, 21623, 30011, 30019, 63005, 63019, 63021],
  queue_full: [21611, 30001, 30036],
  daily_limit: [30022, 30023, 30027],
  sender_limit: [63018],
  window_closed: [63016],
  template_refused: [21655, 21656, 63027, 63028, 63040, 63041, 63042],
  not_chosen: [63049],
} as const satisfies Record<string, readonly number[]>;

export type TwilioReason = keyof typeof CODES | 'carrier';
export const TWILIO_REASONS: readonly TwilioReason[] = [...(Object.keys(CODES) as (keyof typeof CODES)[]), 'carrier'];

const BY_CODE: ReadonlyMap<number, TwilioReason> = new Map(
  Object.entries(CODES).flatMap(([reason, codes]) => codes.map((code) => [code, reason as TwilioReason] as const)),
);

/** The reason that a code of Twilio's stands for. */
export function reasonOf(code: number | undefined): TwilioReason {
  return BY_CODE.get(code ?? 0) ?? 'carrier';
}
