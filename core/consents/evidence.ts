import { z } from 'zod';
import type { AddressKey } from '../message.ts';
import { findFlaw, NO_TAIL, type Tail } from './chain.ts';
import type { Consent } from './consent.model.ts';
import { wordingVersion } from './wordingVersion.ts';

/** What a pack begins with. */
export const EVIDENCE_FORMAT = 'kade-evidence-1';

const rowSchema = z.object({
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  address: z.string(),
  channel: z.string(),
  topic: z.string(),
  state: z.string(),
  source: z.string(),
  words: z.string(),
  wording: z.string().optional(),
  evidenceId: z.string(),
  previous: z.string(),
  salt: z.string().optional(),
  seal: z.string(),
  hash: z.string(),
});

/** A pack: a customer's consents with their chain, the questions they were asked, and the messages they answered with. */
export const evidenceSchema = z.object({
  format: z.literal(EVIDENCE_FORMAT),
  howToVerify: z.string(),
  shop: z.string(),
  madeAt: z.iso.datetime(),
  customer: z.object({ name: z.string(), customerNumber: z.string(), addresses: z.array(z.string()) }),
  consents: z.array(rowSchema),
  wordings: z.array(z.object({ version: z.string(), text: z.string(), firstAskedAt: z.iso.datetime() })),
  messages: z.array(z.object({ id: z.string(), from: z.string(), at: z.iso.datetime(), text: z.string() })),
  files: z.array(z.object({ id: z.string(), name: z.string(), importedAt: z.iso.datetime() })),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** What a look through a pack found; `flaws` in words, empty where it is sound. */
export interface EvidenceCheck {
  readonly rows: number;
  readonly addresses: number;
  readonly flaws: readonly string[];
}

/** Recomputes every hash of a pack. It shows that no row was changed, put in or taken from the middle since it was written. */
export function verifyEvidence(text: string): EvidenceCheck {
  let pack: Evidence;
  try {
    pack = evidenceSchema.parse(JSON.parse(text));
  } catch {
    return { rows: 0, addresses: 0, flaws: ['This is no evidence pack of Kade, or it was cut short.'] };
  }
  const flaws: string[] = [];
  const ends = new Map<string, Tail>();
  for (const row of pack.consents) {
    const known = { ...row, at: new Date(row.at) } as unknown as Consent;
    // Of someone who was erased and came back, the rows before are nobody's any more: the chain is taken up where it goes on.
    const before = ends.get(row.address) ?? (row.seq > 1 ? { seq: row.seq - 1, hash: row.previous } : NO_TAIL);
    const flaw = findFlaw(before, known);
    if (flaw)
      flaws.push(
        `${row.address}, row ${row.seq}: ${flaw === 'missing' ? 'a row before it is missing' : 'it was changed'}.`,
      );
    ends.set(row.address as AddressKey, row);
  }
  for (const { version, text: asked } of pack.wordings)
    if (wordingVersion(asked) !== version) flaws.push(`The question ${version} was changed.`);
  const said = new Map(pack.messages.map((message) => [message.id, message.text]));
  for (const { source, evidenceId, words, seq, address } of pack.consents)
    if (source === 'keyword' && said.has(evidenceId) && said.get(evidenceId) !== words)
      flaws.push(`${address}, row ${seq}: its message says something else.`);
  return { rows: pack.consents.length, addresses: ends.size, flaws };
}
