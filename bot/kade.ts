import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileLinks, type FileLinks } from '../channels/fileLinks.ts';
import type { ProviderChannel } from '../channels/provider.ts';
import { createSandbox } from '../channels/sandbox/sandbox.ts';
import { createTelegram } from '../channels/telegram/telegram.ts';
import { createWebChannel } from '../channels/web/webChannel.ts';
import { createWhatsAppWeb } from '../channels/whatsapp/web/whatsappWeb.ts';
import { createWhatsApp } from '../channels/whatsapp/whatsapp.ts';
import {
  type ChannelName,
  type Clock,
  type Core,
  connectDatabase,
  createStartCode,
  type Database,
  deriveKey,
  FileStore,
  followChanges,
  getShop,
  indexCustomFields,
  type Logger,
  migrate,
  openShop,
  optOutPath,
  parseId,
  recordReceipt,
  resumeCampaigns,
  resumeImports,
  resumeMerges,
  type Settings,
  type Shop,
  scheduleHealth,
  scheduleRefresh,
  settleIncidents,
  startEmbedded,
  Work,
} from '../core/index.ts';
import { createJobs } from '../jobs/agenda.ts';
import { registry } from '../jobs/registry.ts';
import { startReports } from '../reports/startReports.ts';
import { showCommands } from './commandMenu.ts';
import { createReception, type Dispatch } from './dispatch.ts';
import { flows } from './flows/all.ts';
import { createLifeline, type Lifeline } from './lifeline.ts';
import { createNotifier } from './notices.ts';

/** A running Kade. */
export interface Kade {
  readonly core: Core;
  readonly url: string;
  readonly dispatch: Dispatch;
  /** A fresh one-time code that makes its bearer an owner: the first one, or one who has lost the way back in. */
  readonly signInCode: string;
  /** Stops in order within 20 s: inbound, jobs, senders, database. */
  stop(): Promise<void>;
}

interface Options {
  settings: Settings;
  clock: Clock;
  log: Logger;
  pace?: number;
  /** where the start of the embedded database was begun before this file was loaded */
  embedded?: ReturnType<typeof startEmbedded>;
}

/** Starts everything in order: database, senders, jobs, web. What had started is stopped when a later part cannot. */
export async function startKade(options: Options): Promise<Kade> {
  const lifeline = createLifeline(options.log);
  try {
    return { ...(await startParts(options, lifeline)), stop: lifeline.stop };
  } catch (error) {
    await lifeline.stop().catch(() => undefined);
    throw error;
  }
}

async function startParts(options: Options, lifeline: Lifeline): Promise<Omit<Kade, 'stop'>> {
  const { settings, clock, log, pace } = options;
  await mkdir(settings.DATA_DIR, { recursive: true, mode: 0o700 });
  const db = await openDatabase(options, lifeline);
  const shop = await openShop(db, clock);
  const shopNow = () => getShop(db, shop._id);

  const fileLinks = settings.PUBLIC_URL
    ? createFileLinks(settings.PUBLIC_URL, deriveKey(shop, 'file links'), clock)
    : null;

  const reports = startReports();
  lifeline.add('reports', () => reports.stop());
  const web = createWebChannel();
  const turns = createTurns((message, onKept) => reception.dispatch(message, onKept));
  const providers = await connectProviders(options, shop, fileLinks, () => core);
  const connected = new Set(providers.map(({ channel }) => channel.name));
  const sandbox = createSandbox({
    channels: SANDBOXED.filter((name) => !connected.has(name)),
    folder: join(settings.DATA_DIR, 'sandbox'),
    clock,
    receive: turns.receive,
    onReceipt: (receipt) => recordReceipt(core, shop._id, receipt),
    ...(pace === undefined ? {} : { pace }),
  });
  lifeline.add('sandbox', () => sandbox.stop());
  for (const { channel, close } of providers) if (close) lifeline.add(`${channel.name} line`, close);
  const jobs = createJobs(db, registry, settings.MONGODB_URI === undefined);
  const stopping = new AbortController();
  const core: Core = {
    db,
    files: new FileStore(join(settings.DATA_DIR, 'files'), db.files, clock),
    clock,
    log,
    work: new Work(),
    channels: new Map(
      [web, ...providers]
        .map(({ channel }) => channel)
        .concat(sandbox.channels)
        .map((one) => [one.name, one]),
    ),
    jobs: jobs.queue,
    charts: reports,
    notifier: createNotifier(() => core, shopNow, flows),
    stopping: stopping.signal,
  };
  lifeline.add('incidents', () => settleIncidents(core));
  const reception = createReception(core, shop._id, shopNow, flows);
  await resumeImports(core, shop._id);
  await resumeMerges(core, shop._id);
  await resumeCampaigns(core, shop._id);
  await scheduleRefresh(core, shop);
  // A database that was copied has the data, not the shop's own indexes.
  await indexCustomFields(db, shop.customFields ?? []);
  await scheduleHealth(core, shop);
  await jobs.start(core);
  lifeline.add('jobs', () => jobs.stop());
  lifeline.add('turns', () => turns.settle(log));
  lifeline.add('followed segments', () => followChanges(core, shop._id, [], []));
  await reception.answerWaiting();
  const parts = { core, shopId: shop._id, receive: turns.receive };
  const listening = providers.map(({ channel, listen }) => {
    const listener = listen({ ...parts, onReady: () => showCommands(core, shop._id) });
    lifeline.add(channel.name, () => listener.stop());
    return listener;
  });
  const server = await web.listen({
    ...parts,
    phones: sandbox.phones,
    webhooks: listening.flatMap(({ webhooks }) => webhooks),
    fileLinks,
    host: settings.HOST,
    port: settings.PORT,
  });
  lifeline.add('web', () => {
    stopping.abort();
    return server.stop();
  });
  return {
    core,
    url: server.url,
    dispatch: turns.receive,
    signInCode: await createStartCode(core, shop._id),
  };
}

/** What stands in the sandbox until its provider is set up. */
const SANDBOXED: readonly ChannelName[] = ['sms', 'whatsapp', 'email'];

/** The channels that are set up. An SDK is loaded only where it is used: Twilio's alone takes a third of a second. */
async function connectProviders(
  { settings, log, pace }: Options,
  shop: Shop,
  fileLinks: FileLinks | null,
  core: () => Core,
): Promise<ProviderChannel[]> {
  const { PUBLIC_URL: publicUrl } = settings;
  const optOutUrl = (deliveryId: string): string => `${publicUrl}${optOutPath(shop, parseId(deliveryId))}`;
  const providers: ProviderChannel[] = [];
  if (settings.TELEGRAM_BOT_TOKEN)
    providers.push(
      createTelegram({
        token: settings.TELEGRAM_BOT_TOKEN,
        apiRoot: settings.TELEGRAM_API_ROOT,
        publicUrl,
        filePath: (id) => core().files.path(id),
        pace,
      }),
    );
  const twilio = twilioParts(settings, fileLinks, pace);
  if (twilio && settings.TWILIO_SMS_FROM) {
    const { createSms } = await import('../channels/sms/sms.ts');
    const { TWILIO_SMS_FROM: from, TWILIO_SMS_PER_SECOND: perSecond } = settings;
    providers.push(createSms({ ...twilio, optOutUrl, from, perSecond }));
  }
  const whatsapp = {
    twilio: twilio && (await connectWhatsAppTwilio(settings, twilio)),
    web: settings.WHATSAPP_WEB ? connectWhatsAppWeb(settings, core, pace) : undefined,
  };
  if (whatsapp.twilio || whatsapp.web) providers.push(createWhatsApp(whatsapp));
  const email = await connectEmail(settings, { optOutUrl, log, filePath: (id) => core().files.path(id) });
  if (email) providers.push(email);
  return providers;
}

/** What SMS and WhatsApp by Twilio share, where its account is set up. */
function twilioParts(settings: Settings, fileLinks: FileLinks | null, pace: number | undefined) {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, PUBLIC_URL: publicUrl } = settings;
  if (!accountSid || !authToken || !publicUrl || !fileLinks) return undefined;
  return { account: { accountSid, authToken, apiRoot: settings.TWILIO_API_ROOT }, publicUrl, fileLinks, pace };
}

async function connectWhatsAppTwilio(
  { TWILIO_WHATSAPP_FROM: from }: Settings,
  twilio: NonNullable<ReturnType<typeof twilioParts>>,
): Promise<ProviderChannel | undefined> {
  if (!from) return undefined;
  const { createWhatsAppTwilio } = await import('../channels/whatsapp/twilio/whatsappTwilio.ts');
  return createWhatsAppTwilio({ ...twilio, from });
}

function connectWhatsAppWeb(settings: Settings, core: () => Core, pace: number | undefined) {
  return createWhatsAppWeb({
    folder: join(settings.DATA_DIR, 'whatsapp'),
    chromium: settings.CHROMIUM_PATH,
    filePath: (id) => core().files.path(id),
    pace,
  });
}

async function connectEmail(
  settings: Settings,
  parts: { optOutUrl: (deliveryId: string) => string; log: Logger; filePath: (id: string) => string },
): Promise<ProviderChannel | null> {
  const { SENDGRID_API_KEY: apiKey, SENDGRID_FROM: from, SENDGRID_EVENTS_KEY: eventsKey } = settings;
  const { SENDGRID_INBOUND_ADDRESS: inboundAddress, SENDGRID_INBOUND_SECRET: inboundSecret } = settings;
  if (!apiKey || !from || !eventsKey || !inboundAddress || !inboundSecret || !settings.PUBLIC_URL) return null;
  const { createEmail } = await import('../channels/email/email.ts');
  const account = { apiKey, from, eventsKey, inboundAddress, inboundSecret, apiRoot: settings.SENDGRID_API_ROOT };
  return createEmail({ account, ...parts });
}

async function openDatabase({ settings, embedded }: Options, lifeline: Lifeline): Promise<Database> {
  const uri = settings.MONGODB_URI ?? (await ownDatabase(settings, lifeline, embedded));
  const db = await connectDatabase(uri, settings.MONGODB_NAME);
  lifeline.add('database', () => db.connection.close());
  await migrate(db.connection);
  return db;
}

async function ownDatabase(settings: Settings, lifeline: Lifeline, begun: Options['embedded']): Promise<string> {
  const embedded = await (begun ?? startEmbedded({ folder: join(settings.DATA_DIR, 'database') }));
  lifeline.add('embedded database', () => embedded.stop());
  return embedded.uri;
}

const TURNS_WITHIN_MS = 5_000;

/** Keeps sight of the messages being answered, so that a stop can let them end. */
function createTurns(dispatch: Dispatch): { receive: Dispatch; settle(log: Logger): Promise<void> } {
  const open = new Set<Promise<void>>();
  return {
    receive(message, onKept) {
      const turn = dispatch(message, onKept);
      open.add(turn);
      return turn.finally(() => open.delete(turn));
    },
    async settle(log) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, TURNS_WITHIN_MS).unref());
      await Promise.race([Promise.all(open), late]);
      if (open.size > 0) log.warn('stop.unanswered', { messages: open.size });
    },
  };
}
