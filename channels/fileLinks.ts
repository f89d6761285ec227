import { createHmac } from 'node:crypto';
import type { Clock, StoredFile } from '../core/index.ts';
import { isSecret } from './webhooks.ts';

/** Links by which a provider, or a person on an app without files, fetches one of ours without signing in: `/media/…`. */
export interface FileLinks {
  linkTo(file: StoredFile, livesMs: number): string;
  /** Whether a link was made here and still lives. */
  allows(id: string, until: string, signature: string): boolean;
}

/** Signed with `key`, so that nothing is stored; `publicUrl` is where we are reached from outside. */
export function createFileLinks(publicUrl: string, key: string, clock: Clock): FileLinks {
  const sign = (id: string, until: string): string =>
    createHmac('sha256', key).update(`${id} ${until}`).digest('base64url').slice(0, 22);
  return {
    linkTo({ id, name }, livesMs) {
      const until = (clock.now().getTime() + livesMs).toString(36);
      return `${publicUrl}/media/${id}/${until}/${sign(id, until)}/${encodeURIComponent(name)}`;
    },
    allows: (id, until, signature) =>
      isSecret(signature, sign(id, until)) && Number.parseInt(until, 36) > clock.now().getTime(),
  };
}
