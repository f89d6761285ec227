import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSandbox } from '../channels/sandbox/sandbox.ts';
import { createWebChannel } from '../channels/web/webChannel.ts';
import {
  type Channel,
  type Clock,
  type Core,
  connectDatabase,
  createSignInCode,
  FileStore,
  getShop,
  type Logger,
  migrate,
  openShop,
  recordReceipt,
  type Settings,
  startEmbedded,
  Work,
} from '../core/index.ts';
import { createJobs } from '../jobs/agenda.ts';
import { registry } from '../jobs/registry.ts';
import { startReports } from '../reports/startReports.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { flows } from './flows/all.ts';
import { createNotifier } from './notices.ts';

/** A running Kade. */
export interface Kade {
  readonly core: Core;
  readonly url: string;
  readonly dispatch: Dispatch;
  /** A one-time code for the owner's first visit; null: the shop has its owner. */
  readonly signInCode: string | null;
  /** Stops in order within 20 s: inbound, jobs, senders, database. */
  stop(): Promise<void>;
}

/** Starts everything in order: database, channels, bot, jobs, web. */
export async function startKade(options: {
  settings: Settings;
  clock: Clock;
  log: Logger;
  pace?: number;
}): Promise<Kade> {
  const { settings, clock, log } = options;
  await mkdir(settings.DATA_DIR, { recursive: true, mode: 0o700 });
  const embedded = settings.MONGODB_URI ? null : await startEmbedded({ folder: join(settings.DATA_DIR, 'database') });
  const db = await connectDatabase(settings.MONGODB_URI ?? embedded?.uri ?? '', settings.MONGODB_NAME);
  await migrate(db.connection);
  const shop = await openShop(db, clock);
  const shopNow = () => getShop(db, shop._id);

  const web = createWebChannel();
  const receive: Dispatch = (message) => dispatch(message);
  const sandbox = createSandbox({
    folder: join(settings.DATA_DIR, 'sandbox'),
    clock,
    receive,
    onReceipt: (receipt) => recordReceipt(core, shop._id, receipt),
    ...(options.pace === undefined ? {} : { pace: options.pace }),
  });
  const jobs = createJobs(db, registry, embedded !== null);
  const reports = startReports();
  const channels = new Map(
    [web.channel, ...sandbox.channels].map((channel): [Channel['name'], Channel] => [channel.name, channel]),
  );
  const core: Core = {
    db,
    files: new FileStore(join(settings.DATA_DIR, 'files'), db.files, clock),
    clock,
    log,
    work: new Work(),
    channels,
    jobs: jobs.queue,
    charts: reports,
    notifier: createNotifier(() => core, shopNow, flows),
  };
  const dispatch = createDispatch(core, shopNow, flows);
  await jobs.start(core);
  const { url, stop: stopWeb } = await web.listen({
    core,
    shopId: shop._id,
    receive,
    phones: sandbox.phones,
    host: settings.HOST,
    port: settings.PORT,
  });
  const owned = await db.members.countDocuments({ shopId: shop._id, role: 'owner' }, { limit: 1 });
  return {
    core,
    url,
    dispatch,
    signInCode: owned ? null : await createSignInCode(core, shop._id, 'owner'),
    async stop() {
      await stopWeb();
      await jobs.stop();
      await sandbox.stop();
      await reports.stop();
      await db.connection.close();
      await embedded?.stop();
    },
  };
}
