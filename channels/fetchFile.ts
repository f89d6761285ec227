import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelName, type Core, KadeError, type Shop, type Signal, type StoredFile } from '../core/index.ts';

const ATTEMPTS = 3;
const REST_MS = 2_000;
const WITHIN_MS = 120_000;
const MEGABYTE = 1024 * 1024;

/** How a provider's files are fetched. */
export interface FileSource {
  readonly core: Core;
  readonly shopId: Shop['_id'];
  readonly channel: ChannelName;
  readonly limitMb: number;
  /** multiplies the rest before a file is fetched again */
  readonly pace: number;
  /** An error in words that may be logged. */
  readonly describe: (error: unknown) => string;
}

/**
 * A provider's file streamed to our disk, or why it is not taken. `open` asks for it anew at each of three attempts; what
 * it throws as KadeError is final. `named` tells name and type from the answer's headers.
 */
export async function fetchFile(
  { core, shopId, channel, limitMb, pace, describe }: FileSource,
  open: (signal: AbortSignal) => Promise<Response>,
  named: (headers: Headers) => { name: string; mimeType: string },
): Promise<{ file: StoredFile } | { signal: Signal }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const response = await open(AbortSignal.timeout(WITHIN_MS));
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      const { name, mimeType } = named(response.headers);
      const content = Readable.from(limited(Readable.fromWeb(response.body as ReadableStream), limitMb));
      return { file: await core.files.save(shopId, safeName(name), mimeType, content) };
    } catch (error) {
      if (error instanceof KadeError) return { signal: { kind: 'refused', code: error.code, params: error.params } };
      core.log.warn(`${channel}.file`, { attempt, error: describe(error) });
      if (attempt < ATTEMPTS) await sleep(REST_MS * pace);
    }
  }
  return { signal: { kind: 'refused', code: 'file_not_fetched' } };
}

async function* limited(content: AsyncIterable<Buffer>, limitMb: number): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > limitMb * MEGABYTE) throw new KadeError('file_too_large', { limitMb });
    yield chunk;
  }
}

/** A name from outside, without what a path or a header line would read into it. */
function safeName(name: string): string {
  return name.replace(/[\p{Cc}/\\]+/gu, '_').slice(0, 255);
}
