import { setTimeout as sleep } from 'node:timers/promises';
import type { WireEvents } from '../wire.ts';
import { ApiRefusal, type TerminalApi } from './terminalApi.ts';

/** One event of the stream, with its number. */
export type FeedEvent = {
  [E in keyof WireEvents]: { readonly event: E; readonly data: WireEvents[E]; readonly number: number };
}[keyof WireEvents];

const RETRY_MS = 500;

/** Reads the event stream until `signal` aborts, opening it again where it broke off. Throws only when the sign-in is refused. */
export async function readEvents(
  api: TerminalApi,
  signal: AbortSignal,
  onEvent: (event: FeedEvent) => void,
): Promise<void> {
  let lastId = '';
  while (!signal.aborted) {
    try {
      const response = await api.fetch('/api/events', {
        signal,
        ...(lastId ? { headers: { 'Last-Event-ID': lastId } } : {}),
      });
      for await (const frame of frames(response)) {
        if (frame.id) lastId = frame.id;
        if (frame.data) {
          const number = Number(frame.id?.split('-')[1] ?? 0);
          onEvent({ event: frame.event, data: JSON.parse(frame.data), number } as FeedEvent);
        }
      }
    } catch (error) {
      if (error instanceof ApiRefusal && error.code !== 'unreachable') throw error;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

type Frame = Readonly<Record<string, string>>;

async function* frames(response: Response): AsyncIterable<Frame> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      yield Object.fromEntries(
        part.split('\n').flatMap((line) => {
          const colon = line.indexOf(': ');
          return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 2)]] : [];
        }),
      );
    }
  }
}
