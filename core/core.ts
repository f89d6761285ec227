import type { Database } from './db/database.ts';
import type { FileStore } from './files/fileStore.ts';
import type { ChannelName } from './message.ts';
import type { Channel, ChartRenderer, Clock, JobQueue, Logger, Notifier } from './ports.ts';
import type { Work } from './work.ts';

/** What every use-case is given first: the data and the ports. Put together once, in bot/main.ts. */
export interface Core {
  readonly db: Database;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly work: Work;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly jobs: JobQueue;
  readonly charts: ChartRenderer;
  readonly notifier: Notifier;
  /** Aborted when Kade stops: long work breaks off after its current batch, to be resumed at the next start. */
  readonly stopping: AbortSignal;
}
