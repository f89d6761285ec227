// The compiled Kade with Online Retail, through its API, as a shop uses it.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatClient } from '../process/chatClient.ts';
import { type KadeProcess, signInAt, startProcess } from '../process/startProcess.ts';

/** A running Kade and its owner. */
export interface Shop {
  readonly kade: KadeProcess;
  readonly folder: string;
  readonly token: string;
  readonly chat: ChatClient;
  /** Stops it; the folder stays. */
  stop(): Promise<void>;
}

/** A fresh Kade whose owner has answered the first questions. */
export async function openShop(env: Record<string, string> = {}): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'kade-bench-'));
  const kade = startProcess(folder, env);
  const { url, code } = await kade.ready;
  const { token } = await signInAt(url, code);
  const chat = await new ChatClient(url, token).open();
  await chat.ask({ text: 'Bench Shop' });
  await chat.ask({ choiceId: 'onboarding.country:LK' });
  await chat.untilIdle();
  await chat.ask({ choiceId: 'onboarding.language:en' });
  return { kade, folder, token, chat, stop: () => stop(kade, chat) };
}

export async function stop(kade: KadeProcess, chat: ChatClient): Promise<void> {
  chat.close();
  kade.child.kill('SIGTERM');
  const code = await kade.exit;
  if (code !== 0) throw new Error(`Kade ended with ${code}: ${kade.err()}`);
}

/** How one import went. */
export interface ImportRun {
  /** from the file's first byte to the preview */
  readonly previewSeconds: number;
  /** from the tap on Import to the report */
  readonly importSeconds: number;
  readonly report: string;
}

/** Sends a file, taps Import as soon as it may be, and waits for the report; `meanwhile` runs beside, until `over` is aborted. */
export async function importFile(
  { chat }: Shop,
  path: string,
  meanwhile: (over: AbortSignal) => Promise<void> = async () => undefined,
): Promise<ImportRun> {
  const begun = performance.now();
  const preview = await chat.ask({ path });
  const confirm = preview.choices.find(({ id }) => id.startsWith('import.confirm:'));
  if (!confirm) throw new Error(`No Import to tap on: ${preview.text}`);
  const shown = performance.now();
  const over = new AbortController();
  const reported = chat.messageWith('import.undo:');
  await chat.ask({ choiceId: confirm.id });
  const beside = meanwhile(over.signal);
  const { text: report, choices } = await reported;
  const ended = performance.now();
  over.abort();
  if (!choices.some(({ id }) => id === 'segment.list')) throw new Error(report);
  await beside;
  await chat.untilIdle();
  return { previewSeconds: (shown - begun) / 1000, importSeconds: (ended - shown) / 1000, report };
}

/** A figure of /proc/<pid>/status summed over a process and its children, MB (2^20): VmRSS, VmHWM (the peak), RssAnon. */
export function memoryMb(pid: number, figure: 'VmRSS' | 'VmHWM' | 'RssAnon'): number {
  const kilobytes = Number(
    new RegExp(`^${figure}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1],
  );
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return kilobytes / 1024 + children.reduce((sum, child) => sum + memoryMb(Number(child), figure), 0);
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
