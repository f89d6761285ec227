import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type Job as AgendaJob, InMemoryNotificationChannel, type NotificationChannel } from 'agenda';
import type { Core, Database, JobPayload, JobQueue } from '../core/index.ts';
import type { Job } from './job.ts';

/** A running job's lock is renewed while it runs and is free this long after its process has died. */
const LOCK_MS = 60_000;
const RENEW_MS = 15_000;
const DRAIN_MS = 10_000;
const LOOK_MS = 50;
/** What Agenda says at the end of a job that was cancelled while it ran. */
const CANCELLED_MEANWHILE = /cannot be updated in the database, maybe it does not exist/;

/** The queue and its life: start once core exists; stop lets running jobs end (at most 10 s). */
export interface Jobs {
  readonly queue: JobQueue;
  start(core: Core): Promise<void>;
  stop(): Promise<void>;
}

/** Agenda on the database's own connection. `alone`: no other process shares this database, so locks found at the start are a dead process's. */
export function createJobs(db: Database, registry: readonly Job[], alone: boolean): Jobs {
  const database = db.connection.getClient().db(db.connection.name);
  const stored = database.collection('jobs');
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: database as never, collection: 'jobs' }),
    // Agenda's own type forgets `publish` of its in-memory channel's parent.
    notificationChannel: new InMemoryNotificationChannel() as unknown as NotificationChannel,
    processEvery: 5_000,
    defaultLockLifetime: LOCK_MS,
    removeOnComplete: true,
  });
  let stopped = false;
  return {
    queue: createQueue(agenda, stored),
    async start(core) {
      agenda.on('error', (error) => {
        if (!stopped && !CANCELLED_MEANWHILE.test(String(error))) core.log.error('agenda', { error });
      });
      agenda.on('fail', (error, job) =>
        core.log.error('job.failed', { error, job: (job as { attrs?: { name: string } }).attrs?.name }),
      );
      for (const job of registry) define(agenda, core, job);
      // A job that was running when the process died has no next time any more: it is due now.
      if (alone)
        await stored.updateMany({ lockedAt: { $ne: null } }, { $set: { lockedAt: null, nextRunAt: core.clock.now() } });
      await agenda.start();
    },
    async stop() {
      // Agenda looks for running jobs when one says it is complete, which is just before it leaves them: it is told to look again.
      const look = setInterval(() => agenda.emit('complete'), LOOK_MS);
      await agenda.drain(DRAIN_MS);
      clearInterval(look);
      // A look for due jobs may still be on its way when the database closes: nothing was begun.
      stopped = true;
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

type Stored = { countDocuments(filter: Record<string, unknown>): Promise<number> };

/** What is due once and what repeats are apart, though name and payload be the same; a running job is left alone. */
function createQueue(agenda: Agenda, stored: Stored): JobQueue {
  const matching = (payload: JobPayload): Record<string, string> =>
    Object.fromEntries(Object.entries(payload).map(([key, value]) => [`data.${key}`, value]));
  const once = (name: string, payload: JobPayload, at: Date) =>
    agenda
      .create(name, payload)
      .unique({ ...matching(payload), repeatInterval: null, lockedAt: null })
      .schedule(at)
      .save();
  return {
    async enqueue(name, payload) {
      await once(name, payload, new Date(0));
    },
    async schedule(name, payload, when) {
      if ('at' in when) {
        await once(name, payload, when.at);
        return;
      }
      // The same rule again changes nothing: what came due while Kade was off runs at the start.
      const rule = { repeatInterval: when.cron, repeatTimezone: when.timeZone };
      if ((await stored.countDocuments({ name, ...matching(payload), ...rule })) > 0) return;
      await agenda
        .create(name, payload)
        .unique({ ...matching(payload), repeatInterval: { $ne: null } })
        .repeatEvery(when.cron, { timezone: when.timeZone, skipImmediate: true })
        .save();
    },
    async cancel(name, payload) {
      await agenda.cancel({ name, data: payload });
    },
    async state(now) {
      const [running, waiting] = await Promise.all([
        stored.countDocuments({ lockedAt: { $ne: null } }),
        stored.countDocuments({ lockedAt: null, nextRunAt: { $lte: now } }),
      ]);
      return { running, waiting };
    },
  };
}
