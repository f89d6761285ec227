import type { ChannelName } from '../../core/index.ts';

/** What becomes of an accepted message, and how long each step takes (ms after the one before). */
export interface Fate {
  readonly deliveredAfterMs: number;
  /** set: it fails then, for this reason */
  readonly failure?: string;
  /** null: never read, or the channel does not tell */
  readonly readAfterMs: number | null;
}

const UNREACHABLE_SHARE = 0.015;
const READ_SHARE: Partial<Record<ChannelName, number>> = { whatsapp: 0.75, email: 0.35 };

/** The same address always fails, the same message always takes as long: a rerun tells the same story. */
export function fateOf(channel: ChannelName, address: string, id: string): Fate {
  const pace = share(`pace ${id}`);
  const deliveredAfterMs = 400 * Math.exp(3.2 * pace ** 2);
  if (share(`reach ${address}`) < UNREACHABLE_SHARE) {
    return { deliveredAfterMs, failure: channel === 'email' ? 'bounced' : 'unreachable', readAfterMs: null };
  }
  const isRead = share(`read ${id}`) < (READ_SHARE[channel] ?? 0);
  return { deliveredAfterMs, readAfterMs: isRead ? 2000 * Math.exp(4 * share(`eye ${id}`)) : null };
}

/** FNV-1a with a final mix, as a number in [0, 1). */
function share(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
