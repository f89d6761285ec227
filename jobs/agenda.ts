import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type Job as AgendaJob, InMemoryNotificationChannel, type NotificationChannel } from 'agenda';
import type { Core, Database, JobPayload, JobQueue } from '../core/index.ts';
import type { Job } from './job.ts';

/** A running job's lock is renewed while it runs and is free this long after its process has died. */
const LOCK_MS = 60_000;
const RENEW_MS = 15_000;
const DRAIN_MS = 15_000;

/** The queue and its life: start once core exists, stop lets running jobs end (at most 15 s). */
export interface Jobs {
  readonly queue: JobQueue;
  start(core: Core): Promise<void>;
  stop(): Promise<void>;
}

/** Agenda on the database's own connection. `alone`: no other process shares this database, so locks found at the start are a dead process's. */
export function createJobs(db: Database, registry: readonly Job[], alone: boolean): Jobs {
  const database = db.connection.getClient().db(db.connection.name);
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: database as never, collection: 'jobs' }),
    // Agenda's own type forgets `publish` of its in-memory channel's parent.
    notificationChannel: new InMemoryNotificationChannel() as unknown as NotificationChannel,
    processEvery: 5_000,
    defaultLockLifetime: LOCK_MS,
    removeOnComplete: true,
  });
  return {
    queue: createQueue(agenda),
    async start(core) {
      agenda.on('error', (error) => core.log.error('agenda', { error }));
      agenda.on('fail', (error, job) =>
        core.log.error('job.failed', { error, job: (job as { attrs?: { name: string } }).attrs?.name }),
      );
      for (const job of registry) define(agenda, core, job);
      if (alone)
        await database.collection('jobs').updateMany({ lockedAt: { $ne: null } }, { $set: { lockedAt: null } });
      await agenda.start();
    },
    async stop() {
      await agenda.drain(DRAIN_MS);
      await agenda.stop(false);
    },
  };
}

function define(agenda: Agenda, core: Core, job: Job): void {
  agenda.define(
    job.name,
    async (running: AgendaJob<unknown>) => {
      const renewal = setInterval(() => void running.touch().catch(() => undefined), RENEW_MS);
      try {
        await job.run(core, job.payload.parse(running.attrs.data));
      } finally {
        clearInterval(renewal);
      }
    },
    { concurrency: job.concurrency, lockLimit: job.concurrency },
  );
}

function createQueue(agenda: Agenda): JobQueue {
  const unique = (payload: JobPayload): Record<string, string> =>
    Object.fromEntries(Object.entries(payload).map(([key, value]) => [`data.${key}`, value]));
  return {
    async enqueue(name, payload) {
      await agenda
        .create(name, payload)
        .unique({ ...unique(payload), lockedAt: null })
        .schedule(new Date(0))
        .save();
    },
    async schedule(name, payload, when) {
      const job = agenda.create(name, payload).unique(unique(payload));
      if ('at' in when) job.schedule(when.at);
      else job.repeatEvery(when.cron, { timezone: when.timeZone, skipImmediate: true });
      await job.save();
    },
    async cancel(name, payload) {
      await agenda.cancel({ name, data: payload });
    },
  };
}
