/** How a session ended: we stopped it, or something that is tried again, or something that the owner must mend. */
export type Ending =
  | 'stopped'
  | 'crashed'
  | 'stuck'
  | 'closed'
  | 'unreached'
  | 'unlaunched'
  | 'unscanned'
  | 'signed_out'
  | 'blocked';

/** What brings no connection back by being tried again. */
export const FINAL: ReadonlySet<Ending> = new Set<Ending>([
  'stopped',
  'unlaunched',
  'unscanned',
  'signed_out',
  'blocked',
]);

/** What the library means by the state, or the word, that it disconnects with. */
export function endingOf(reason: string): Ending {
  if (/^(LOGOUT|UNPAIRED)/.test(reason)) return 'signed_out';
  if (/TOS_BLOCK/.test(reason)) return 'blocked';
  if (reason.startsWith('Max qrcode')) return 'unscanned';
  return reason === 'DEPRECATED_VERSION' ? 'stuck' : 'closed';
}

/** What an error on the way to a connection means. The library throws strings where the page is not as it knows it. */
export function endingOfError(error: unknown): Ending {
  const words = String(error);
  if (/Failed to launch|ENOENT|EACCES|Code: \d+/i.test(words)) return 'unlaunched';
  if (/net::ERR_/.test(words)) return 'unreached';
  return /Target closed|Session closed|detached|Connection closed|Protocol error/i.test(words) ? 'crashed' : 'stuck';
}
