/** One event of the stream. */
export interface StreamEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are looked into freely by tests
  data: any;
}

/** An open event stream: `until` waits for an event and returns all that came so far. */
export async function openEvents(url: string, token: string, last?: string) {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, {
    headers: { Authorization: `Bearer ${token}`, ...(last ? { 'Last-Event-ID': last } : {}) },
    signal: stop.signal,
  });
  const seen: StreamEvent[] = [];
  let wake = (): void => {};
  let ended = false;
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      rest += Buffer.from(chunk).toString('utf8');
      const frames = rest.split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
        if (field('data')) seen.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
      }
      wake();
    }
  })()
    .catch(() => {})
    .finally(() => {
      ended = true;
      wake();
    });
  return {
    status: response.status,
    seen,
    async until(wanted: (event: StreamEvent) => boolean): Promise<StreamEvent[]> {
      while (!seen.some(wanted)) {
        if (ended) throw new Error(`The stream (${response.status}) ended without it: ${JSON.stringify(seen)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return seen;
    },
    async close() {
      stop.abort();
      await reading;
    },
  };
}
