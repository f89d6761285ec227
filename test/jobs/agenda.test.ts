import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Core } from '../../core/index.ts';
import { createJobs } from '../../jobs/agenda.ts';
import { openTestDatabase } from '../database.ts';

let close: () => Promise<void>;
afterEach(() => close());

it('stops as soon as the last job has ended and left the queue', { timeout: 8_000 }, async () => {
  const { db, ...rest } = await openTestDatabase();
  close = rest.close;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const jobs = createJobs(db, [{ name: 'test', payload: z.object({}), concurrency: 1, run: async () => end() }], true);
  await jobs.start({ clock: { now: () => new Date() }, log: console } as unknown as Core);
  await jobs.queue.enqueue('test', {});
  await ended;
  await jobs.stop();
  expect(await db.connection.collection('jobs').countDocuments()).toBe(0);
});
