import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Message } from 'whatsapp-web.js';
import { type Ending, endingOf, endingOfError } from './ending.ts';

/** One run of WhatsApp Web in a browser, from its start to its end. */
export interface Session {
  /** null until the account can be written from, and while its line is down */
  client(): Client | null;
  /** Closes the browser and all its processes. */
  stop(): Promise<void>;
  /** Tells the phone to forget us, forgets the login, and stops. */
  signOut(): Promise<void>;
}

interface SessionOptions {
  readonly chromium: string;
  /** where the login and the page that worked last are kept */
  readonly folder: string;
  /** ms without any sign of life after which the page is given up, or the code that nobody scans */
  readonly patienceMs: number;
  onCode(code: string): void;
  onReady(client: Client): void;
  /** also our own messages, as they leave, and those typed on the phone */
  onMessage(client: Client, message: Message): void;
  /** -1 refused, 1 at the server, 2 delivered, 3 read, 4 played */
  onAck(message: Message, ack: number): void;
  /** Called once, when the browser is gone. */
  onEnd(ending: Ending, error?: unknown): void;
}

/** Codes shown before we take it that nobody is there; each lives 20 s, the first one a minute. */
const CODES = 5;
/** A slow computer on a slow line takes so long to load the page. */
const LOADED_WITHIN_MS = 60_000;
const CLOSE_WITHIN_MS = 5_000;

/** Opens a session. Whatever goes wrong comes as its end. */
export function openSession(options: SessionOptions): Session {
  const { folder, patienceMs } = options;
  let client: Client | null = null;
  let connected = false;
  let waitsForScan = false;
  let ending: Promise<void> | null = null;
  let watchdog: NodeJS.Timeout | undefined;
  let launched = (): void => undefined;
  const browserIsThere = new Promise<void>((resolve) => {
    launched = resolve;
  });

  const end = (how: Ending, error?: unknown): Promise<void> => {
    ending ??= close(how).finally(() => options.onEnd(how, error));
    return ending;
  };
  const rest = (): void => clearTimeout(watchdog);
  const watch = (): void => {
    rest();
    watchdog = setTimeout(() => void end(waitsForScan ? 'unscanned' : 'stuck'), patienceMs).unref();
  };

  async function close(how: Ending): Promise<void> {
    rest();
    connected = false;
    const late = sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
    await Promise.race([browserIsThere, opening, late]);
    const browser = client?.pupBrowser;
    const running = browser?.process();
    await Promise.race([browser?.close().catch(() => undefined), late]);
    if (running && running.exitCode === null) running.kill('SIGKILL');
    if (how === 'signed_out') await forgetLogin();
    // The page that worked last works no more: the next start takes today's.
    if (how === 'stuck') await rm(join(folder, 'pages'), { recursive: true, force: true });
  }

  const forgetLogin = (): Promise<void> => rm(join(folder, 'session'), { recursive: true, force: true, maxRetries: 4 });

  async function open(): Promise<void> {
    const made = await createClient(options);
    client = made;
    // The library ends and begins itself on some occasions, and says nothing when that fails; here it is a session's end.
    const inject = Reflect.get(made, 'inject') as () => Promise<void>;
    const guarded = async (): Promise<void> => {
      if (!ending) await inject.call(made).catch((error) => void end(endingOfError(error), error));
    };
    const afterBrowserInitialized = async (): Promise<void> => {
      launched();
      made.pupBrowser?.on('disconnected', () => void end('crashed'));
      made.pupPage?.on('error', (error) => void end('crashed', error));
    };
    Object.assign(made, { inject: guarded, destroy: () => end('closed') });
    Object.assign(Reflect.get(made, 'authStrategy') as object, {
      afterBrowserInitialized,
      logout: async () => undefined,
    });
    listen(made);
    watch();
    if (!ending) await made.initialize();
  }

  function listen(made: Client): void {
    made.on('qr', (code) => {
      waitsForScan = true;
      watch();
      if (!ending) options.onCode(code);
    });
    made.on('authenticated', () => {
      waitsForScan = false;
      watch();
    });
    made.on('loading_screen', watch);
    made.on('ready', () => {
      rest();
      if (ending) return;
      connected = true;
      options.onReady(made);
    });
    made.on('change_state', (state) => {
      connected = state === 'CONNECTED';
      if (connected) rest();
      else watch();
    });
    made.on('disconnected', (reason) => void end(endingOf(String(reason)), String(reason)));
    made.on('auth_failure', (reason) => void end('signed_out', reason));
    made.on('message_create', (message) => options.onMessage(made, message));
    made.on('message_ack', (message, ack) => options.onAck(message, ack));
  }

  const opening = open().catch((error) => void end(endingOfError(error), error));
  return {
    client: () => (connected ? client : null),
    stop: () => end('stopped'),
    async signOut() {
      const late = sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
      if (connected) await Promise.race([client?.logout().catch(() => undefined), late]);
      await end('signed_out');
      await forgetLogin();
    },
  };
}

async function createClient({ chromium, folder }: SessionOptions): Promise<Client> {
  // Loaded only where it is wanted: it takes a second, and 60 MB.
  const { Client: WhatsAppClient, LocalAuth } = (await import('whatsapp-web.js')).default;
  const pages = join(folder, 'pages');
  await mkdir(pages, { recursive: true, mode: 0o700 });
  await forgetLocks(join(folder, 'session'));
  const known = await newestPage(pages);
  return new WhatsAppClient({
    authStrategy: new LocalAuth({ dataPath: folder }),
    ...(known ? { webVersion: known } : {}),
    webVersionCache: { type: 'local', path: pages, strict: false },
    qrMaxRetries: CODES,
    authTimeoutMs: LOADED_WITHIN_MS,
    puppeteer: {
      executablePath: chromium,
      // A browser that is spoken to through a pipe ends with us, however we end.
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    },
  });
}

/** What a browser that was killed leaves behind; after a move to another machine it would keep the next one from starting. */
async function forgetLocks(session: string): Promise<void> {
  const files = await readdir(session).catch(() => []);
  for (const file of files) if (file.startsWith('Singleton')) await rm(join(session, file), { force: true });
}

/** The version of WhatsApp Web that worked last: its page may change under the library any day. Older ones are thrown away. */
async function newestPage(pages: string): Promise<string | null> {
  const files = (await readdir(pages)).filter((file) => file.endsWith('.html'));
  const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(join(pages, file))).mtimeMs })));
  const [newest, ...older] = dated.toSorted((a, b) => b.at - a.at);
  for (const { file } of older) await rm(join(pages, file), { force: true });
  return newest ? basename(newest.file, '.html') : null;
}
