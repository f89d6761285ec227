import { hash as digest, randomBytes } from 'node:crypto';
import type { Consent } from './consent.model.ts';

/** What makes a row a link of its address's chain. */
export type Link = Pick<Consent, 'seq' | 'previous' | 'salt' | 'seal' | 'hash'>;
/** What a link is made over. */
export type Linked = Pick<
  Consent,
  'address' | 'channel' | 'topic' | 'state' | 'source' | 'words' | 'wording' | 'evidenceId' | 'at'
>;
/** The end of a chain, where the next row is joined on. */
export type Tail = Pick<Consent, 'seq' | 'hash'>;

export const NO_TAIL: Tail = { seq: 0, hash: '' };
const FORMAT = 'kade-consent-1';

/** Joins a row to the end of its chain. */
export function linkTo(tail: Tail, row: Linked): Link {
  const salt = randomBytes(16).toString('hex');
  const link = { seq: tail.seq + 1, previous: tail.hash, salt, seal: sealOf({ ...row, salt }) };
  return { ...link, hash: hashOf({ ...row, ...link }) };
}

/**
 * SHA-256 of what names the person, as a JSON list of salt, address and words. An erasure takes all three away: nobody
 * can guess them from the seal any more, and the chain still holds.
 */
export function sealOf({ salt = '', address, words }: Pick<Consent, 'salt' | 'address' | 'words'>): string {
  return digest('sha256', JSON.stringify([salt, address, words]));
}

/**
 * SHA-256 of a row and of the hash before it, as one JSON list of strings in this order. The customer's id is not in it:
 * it says who holds the address now.
 */
export function hashOf(row: Linked & Pick<Link, 'seq' | 'previous' | 'seal'>): string {
  const { previous, seq, channel, topic, state, source, wording = '', evidenceId, at, seal } = row;
  const words = [
    FORMAT,
    previous,
    `${seq}`,
    channel,
    topic,
    state,
    source,
    wording,
    evidenceId,
    at.toISOString(),
    seal,
  ];
  return digest('sha256', JSON.stringify(words));
}

/** What is wrong with a row that should follow `tail`: a row before it is missing, or it was changed; null: nothing. */
export function findFlaw(tail: Tail, row: Linked & Link): 'missing' | 'changed' | null {
  if (row.seq !== tail.seq + 1 || row.previous !== tail.hash) return 'missing';
  if (row.salt !== undefined && row.seal !== sealOf(row)) return 'changed';
  return row.hash === hashOf(row) ? null : 'changed';
}
