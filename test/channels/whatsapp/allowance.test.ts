import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAllowance, PER_DAY } from '../../../channels/whatsapp/web/allowance.ts';
import { FixedClock } from '../../house.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-21T04:30:00Z');

let folder: string;
let clock: FixedClock;
let now = START;
const later = (ms: number) => {
  now += ms;
  clock.set(new Date(now).toISOString());
};
const open = () => createAllowance(join(folder, 'kept', 'unasked.json'), clock, 1);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kade-allowance-'));
  now = START;
  clock = new FixedClock('2026-11-21T04:30:00Z');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what is sent to people who did not write themselves', () => {
  test('leaves one by one, a minute or two apart, each at a turn of its own', () => {
    const allowance = open();
    const people = Array.from({ length: 5 }, (_, at) => `+9477${at}`);
    const turns = people.map((to) => allowance.wait(to) ?? Number.NaN);
    expect(turns[0]).toBe(0);
    for (const [at, turn] of turns.slice(1).entries()) {
      expect(turn - (turns[at] ?? 0)).toBeGreaterThanOrEqual(MINUTE);
      expect(turn - (turns[at] ?? 0)).toBeLessThanOrEqual(2 * MINUTE);
    }
    later(turns[3] ?? 0);
    expect(allowance.wait(people[3] ?? '')).toBe(0);
    expect(allowance.wait(people[4] ?? '')).toBeGreaterThan(0);
  });

  test('is so many in 24 hours, turns that wait counted, and is remembered over a restart', () => {
    let allowance = open();
    for (let sent = 0; sent < PER_DAY - 1; sent++) allowance.take(`+94${sent}`);
    allowance = open();
    expect(allowance.wait('+94771')).toBe(0);
    expect(allowance.wait('+94772')).toBeNull();
    allowance.take('+94771');
    later(24 * 3600_000 - 1);
    expect(allowance.wait('+94772')).toBeNull();
    later(2);
    expect(allowance.wait('+94772')).not.toBeNull();
  });

  test('gives a place back whose turn came and went', () => {
    const allowance = open();
    for (let waiting = 0; waiting < PER_DAY; waiting++) expect(allowance.wait(`+94${waiting}`)).not.toBeNull();
    expect(allowance.wait('+94771')).toBeNull();
    later(PER_DAY * 2 * MINUTE + 61 * MINUTE);
    expect(allowance.wait('+94771')).toBe(0);
  });

  test('ends for a day where WhatsApp refused one', () => {
    open().close();
    expect(open().wait('+94771')).toBeNull();
    later(24 * 3600_000 + 1);
    expect(open().wait('+94771')).toBe(0);
  });

  test('begins anew where the file is no list', async () => {
    await writeFile(join(folder, 'x.json'), '{');
    expect(createAllowance(join(folder, 'x.json'), clock, 1).wait('+94771')).toBe(0);
  });
});
