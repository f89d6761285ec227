import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tokens by Kade's address, in `kade/tokens.json` of the user's configuration folder, readable by that user only. */
export class SavedTokens {
  readonly #folder: string;

  constructor(configFolder: string) {
    this.#folder = join(configFolder, 'kade');
  }

  get(url: string): string | undefined {
    return this.#read()[url];
  }

  set(url: string, token: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const tokens = JSON.stringify({ ...this.#read(), [url]: token }, null, 2);
    writeFileSync(join(this.#folder, 'tokens.json'), `${tokens}\n`, { mode: 0o600 });
  }

  #read(): Record<string, string> {
    try {
      return JSON.parse(readFileSync(join(this.#folder, 'tokens.json'), 'utf8')) as Record<string, string>;
    } catch {
      return {};
    }
  }
}
