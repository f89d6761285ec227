import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Why browser tests cannot run here; '' when they can. */
export const noBrowser = existsSync(CHROMIUM) ? '' : `no ${CHROMIUM}: install Debian's package chromium`;
if (noBrowser) process.stderr.write(`Browser tests are skipped: ${noBrowser}\n`);

/** Builds the page into dist, where the server run from source looks for it. */
export function buildPage(): void {
  execFileSync('npm', ['run', '-s', 'build:page'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The system's Chromium without its own network habits. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
