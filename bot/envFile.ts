import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';

const SETTING = /^\s*(?:export\s+)?[\w.-]+\s*[=:]/;
const QUOTED = /=\s*(["'`])(?:\\.|(?!\1)[^\\])*\1/g;

/** The settings in a `.env` file (none when there is no file), and what is wrong with it, a line each, without its values. */
export function readEnvFile(path: string): { values: Record<string, string>; problems: string[] } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { values: {}, problems: [] };
    return { values: {}, problems: [`${path}: cannot be read (${code}). Make it a file that this user may read.`] };
  }
  if (bytes.includes(0))
    return { values: {}, problems: [`${path}: is not plain text in UTF-8. Save it again as UTF-8.`] };
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  // A quoted value may hold several lines: they are one setting.
  const problems = text
    .replace(QUOTED, (value) => `=${'\n'.repeat(value.split('\n').length - 1)}`)
    .split(/\r?\n/)
    .flatMap((line, index) =>
      /^\s*(#.*)?$/.test(line) || SETTING.test(line)
        ? []
        : [`${path}, line ${index + 1}: is not NAME=value. Mend it, or put # before it.`],
    );
  return { values: parse(text), problems };
}
