import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { expect, test } from 'vitest';
import { withDatabase } from './harness.ts';

const { db } = withDatabase();

test('Agenda schedules a job, locks it, runs it, and writes down how it ended', async () => {
  const agenda = new Agenda({ backend: new MongoBackend({ mongo: db() as never }), processEvery: 50 });
  const ran: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    agenda.define('greet', async (job: { attrs: { data: unknown } }) => {
      ran.push(job.attrs.data);
      if (ran.length === 3) resolve();
    });
  });
  await agenda.start();
  await agenda.now('greet', { id: 1 });
  await agenda.schedule('in 1 second', 'greet', { id: 2 });
  await agenda.every('1 hour', 'greet', { id: 3 });
  await all;
  await agenda.drain();
  expect(ran).toHaveLength(3);
  const jobs = await db().collection('agendaJobs').find({}).toArray();
  expect(jobs.every(({ lockedAt, lastFinishedAt, failReason }) => !lockedAt && lastFinishedAt && !failReason)).toBe(
    true,
  );
  expect((await db().collection('agendaJobs').indexes()).map(({ name }) => name)).toContain('findAndLockNextJobIndex');
  await agenda.stop();
});
