import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const NAME = 'kade.pid';
const held = new Set<string>();

/** Another process has the folder. */
export class FolderInUse extends Error {
  constructor(folder: string, pid: string) {
    super(`The data folder ${folder} is in use by process ${pid}. Stop that process first; nothing was changed.`);
  }
}

/**
 * Takes a data folder for this process and returns what gives it back. Throws, naming the pid, while another process
 * has it; a lock that a killed process left behind is taken over.
 */
export async function lockFolder(folder: string, socketPath: string): Promise<() => void> {
  const file = path.join(folder, NAME);
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}`, { flag: 'wx', mode: 0o600 });
      held.add(folder);
      return () => {
        held.delete(folder);
        rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', start = ''] = contentOf(file).split(' ');
    if (isHeld(folder, Number(pid), start) || (await answers(socketPath))) {
      throw new FolderInUse(folder, pid);
    }
    rmSync(file, { force: true });
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // its holder gave it back just now
  }
}

/** Whether the process that wrote the lock still runs; a pid can have passed on to another since. */
function isHeld(folder: string, pid: number, start: string): boolean {
  if (pid === process.pid) return held.has(folder);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === null || start === '' || now === start;
}

/** When a process started, in the kernel's ticks; null where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Whether a server listens on the folder's socket: one in another container shares no pids with us. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
