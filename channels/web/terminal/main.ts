// A process of its own, so it reads its own environment here, once: KADE_TOKEN and the configuration folder.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runTerminal } from './runTerminal.ts';

const USAGE = `npm run chat -- [options]          talk to the running Kade
npm run -s chat -- --script < file  one line after the other, waiting for each

  --url URL       where Kade is (http://127.0.0.1:3000)
  --code CODE     spend a sign-in code; the token is kept for the next time
  --token TOKEN   sign in with a token (or KADE_TOKEN)
  --script        read lines from standard input; exit 1 on a timeout or a refused sign-in
  --timeout S     seconds to wait for each line (60)
  --out DIR       save images and files there
`;

function readArguments() {
  return parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:3000' },
      code: { type: 'string' },
      token: { type: 'string' },
      script: { type: 'boolean', default: false },
      timeout: { type: 'string', default: '60' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

async function main(): Promise<number> {
  const { KADE_TOKEN, XDG_CONFIG_HOME } = process.env;
  try {
    const { url, code, token, script, timeout, out, help } = readArguments();
    if (help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (!(Number(timeout) > 0)) throw new TypeError('--timeout must be a number of seconds.');
    if (!URL.canParse(url)) throw new TypeError('--url must be an address such as http://127.0.0.1:3000.');
    return await runTerminal({
      url: url.replace(/\/+$/, ''),
      code,
      token: token ?? (KADE_TOKEN || undefined),
      script,
      timeoutMs: Number(timeout) * 1000,
      out,
      configFolder: XDG_CONFIG_HOME || join(homedir(), '.config'),
      input: process.stdin,
      output: process.stdout,
      errors: process.stderr,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 1;
  }
}

process.exitCode = await main();
