import { createInterface, type Interface } from 'node:readline';
import { SavedTokens } from './savedTokens.ts';
import { LineError, Talk, TalkTimeout } from './talk.ts';
import { ApiRefusal, TerminalApi } from './terminalApi.ts';

export interface TerminalOptions {
  readonly url: string;
  readonly token: string | undefined;
  /** a one-time code to spend */
  readonly code: string | undefined;
  readonly script: boolean;
  readonly timeoutMs: number;
  /** folder for images and files */
  readonly out: string | undefined;
  /** where the token is kept between runs */
  readonly configFolder: string;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
}

/** Talks until the input ends; resolves to the exit code: 1 after a timeout, a refused sign-in or a line that cannot be sent. */
export async function runTerminal(options: TerminalOptions): Promise<0 | 1> {
  const lines = createInterface({ input: options.input, ...(options.script ? {} : { output: options.output }) });
  const queue = lines[Symbol.asyncIterator]();
  let talk: Talk | undefined;
  try {
    const api = new TerminalApi(options.url, await findToken(options, lines));
    talk = new Talk({ api, out: options.out, write: (text) => void options.output.write(text) });
    if (options.script) await runScript(talk, queue, options.timeoutMs);
    else await runPrompt(talk, lines, queue, options);
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    options.errors.write(`${error.message}\n`);
    return 1;
  } finally {
    talk?.close();
    lines.close();
  }
}

function isExpected(error: unknown): error is Error {
  return error instanceof ApiRefusal || error instanceof TalkTimeout || error instanceof LineError;
}

/** A code is spent once and its token kept; else the token given, else the one kept, else a code is asked for. */
async function findToken(options: TerminalOptions, lines: Interface): Promise<string> {
  const saved = new SavedTokens(options.configFolder);
  const known = options.token ?? saved.get(options.url);
  if (!options.code && known) return known;
  if (!options.code && options.script) {
    throw new ApiRefusal('not_signed_in', 'Not signed in: give --token, KADE_TOKEN or --code.');
  }
  const code = options.code ?? (await new Promise<string>((resolve) => lines.question('Sign-in code: ', resolve)));
  const { token } = await new TerminalApi(options.url, '').signIn(code.trim());
  saved.set(options.url, token);
  return token;
}

/** Read from the first line on, also while signing in. */
type Queue = AsyncIterableIterator<string>;

async function runScript(talk: Talk, queue: Queue, timeoutMs: number): Promise<void> {
  await talk.open();
  for await (const line of queue) if (line.trim()) await talk.say(line.trim(), timeoutMs);
}

const LATEST = 5;
const HELP =
  'Write to Kade. @path sends a file, #2 taps a choice, "as sms:+94771234567" speaks as a customer. Ctrl-D ends.\n\n';

async function runPrompt(
  talk: Talk,
  lines: Interface,
  queue: Queue,
  { output, timeoutMs }: TerminalOptions,
): Promise<void> {
  output.write(HELP);
  const latest = await talk.open();
  for (const message of latest.slice(-LATEST)) await talk.write(message);
  talk.onNews = (isEdit) => {
    if (isEdit) return;
    void talk.flush().then(() => lines.prompt(true));
  };
  lines.setPrompt('> ');
  lines.prompt();
  for await (const line of queue) {
    try {
      if (line.trim()) await talk.say(line.trim(), timeoutMs);
    } catch (error) {
      if (!isExpected(error)) throw error;
      output.write(`${error.message}\n`);
    }
    lines.prompt();
  }
}
