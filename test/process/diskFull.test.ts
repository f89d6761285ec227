import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KadeError } from '../../core/errors.ts';
import { type House, openHouse } from '../house.ts';

const DISK_MB = 12;

/** A disk of a few megabytes, where this user may mount one; why not otherwise. */
function mountSmallDisk(folder: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `no disk can be mounted here: ${(error as Error).message.split('\n')[0]}`;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'kade-disk-'));
const noDisk = mountSmallDisk(folder);
if (noDisk) console.log(`Skipped: ${noDisk}`);

/** Takes what is left of the disk but `kilobytes`. The database may take some at the same moment: then it is full. */
async function fill(kilobytes = 0): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const ballast = Buffer.alloc(Math.max(bavail * bsize - kilobytes * 1024, 0));
  await writeFile(join(folder, 'ballast'), ballast).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error;
  });
}

describe.skipIf(noDisk)('on a full disk', () => {
  let house: House;

  beforeAll(async () => {
    await mkdir(join(folder, 'data'));
    house = await openHouse({ folder: join(folder, 'data') });
  });
  afterAll(async () => {
    await house.close();
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  });

  it('says that a file has no room, keeps nothing of it, and takes it when there is', async () => {
    await fill(64);
    const big = Buffer.alloc(1024 * 1024, 'name,phone\n');
    const refused = await house.send('big.csv', big).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(KadeError);
    expect((refused as KadeError).code).toBe('disk_full');
    await rm(join(folder, 'ballast'));
    expect(await house.send('small.csv', 'name,phone\nNimal,0771234567\n')).not.toHaveLength(0);
  });

  it('answers in chat that the disk is full, loses nothing, and writes again when there is room', async () => {
    await house.say('help');
    await fill();
    const shown: string[] = [];
    const web = house.kade.core.channels.get('web');
    if (!web) throw new Error('no web channel');
    const { send } = web;
    Object.assign(web, {
      send: (...args: Parameters<typeof send>) => {
        shown.push(args[1].text);
        return send(...args);
      },
    });
    const refusals = (): number => shown.filter((text) => text.includes('disk is full')).length;
    // The files have some room within: a message may be the hundredth before it is refused.
    for (let i = 0; i < 500 && refusals() < 5; i++) await house.say(`find nimal ${'x'.repeat(5_000)}`);
    expect(refusals()).toBe(5);
    const kept = await house.kade.core.db.members.countDocuments({});
    expect(kept).toBe(1);
    await rm(join(folder, 'ballast'));
    expect((await house.say('menu'))[0]?.choices?.map(({ id }) => id)).toContain('segment.list');
  });
});
