import { type FileHandle, mkdir, open as openFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { WireFile, WireMessage } from '../wire.ts';
import type { TerminalApi } from './terminalApi.ts';

/** Control and direction characters could rewrite the terminal; tabs and line ends stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A message as plain text, choices numbered; with `out`, its picture and file are saved there under names of their own. */
export async function printMessage(api: TerminalApi, message: WireMessage, out: string | undefined): Promise<string> {
  const { subject, text, picture, file, choices } = message;
  const lines = [
    ...(subject ? [`Subject: ${subject}`] : []),
    ...(text ? [text] : []),
    ...(picture ? [`[image: ${picture.alt}] ${await keep(api, picture, out)}`] : []),
    ...(file ? [`[file] ${await keep(api, file, out)}`] : []),
    ...choices.map(({ label }, index) => `  ${index + 1}. ${label}`),
  ];
  return `${lines.join('\n').replace(UNSAFE, '')}\n\n`;
}

async function keep(api: TerminalApi, file: WireFile, out: string | undefined): Promise<string> {
  const name = file.name.replace(/[/\\:\n\r]/g, '_').replace(/^\.+/, '') || 'file';
  if (!out) return name;
  await mkdir(out, { recursive: true });
  const { path, target } = await openNew(out, name);
  const { body } = await api.fetch(file.url);
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), target.createWriteStream());
  return path;
}

/** A file that was not there before: `name`, or `name-2` and so on. */
async function openNew(folder: string, name: string): Promise<{ path: string; target: FileHandle }> {
  const { name: stem, ext } = parse(name);
  for (let count = 1; ; count += 1) {
    const path = join(folder, count === 1 ? name : `${stem}-${count}${ext}`);
    try {
      return { path, target: await openFile(path, 'wx') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
