import type { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import type { Chart } from '../../core/index.ts';
import { readPngHead } from './readPng.ts';
import { sampleDashboard, sampleFunnel } from './sampleFigures.ts';

const threads: Worker[] = vi.hoisted(() => []);
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Counted extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      threads.push(this);
    }
  }
  return { ...real, Worker: Counted };
});
// Files that ran before in this process have loaded it with the real Worker.
vi.resetModules();
const { startReports } = await import('../../reports/startReports.ts');

const funnel: Chart = { kind: 'funnel', figures: sampleFunnel() };
afterEach(() => {
  threads.length = 0;
  vi.useRealTimers();
});

it('starts one thread at the first picture, and draws all with it', async () => {
  const reports = startReports();
  expect(threads).toHaveLength(0);
  const pngs = await Promise.all([
    reports.render({ kind: 'dashboard', figures: sampleDashboard() }),
    reports.render(funnel),
  ]);
  expect(pngs.map((png) => readPngHead(png).width)).toEqual([4800, 2400]);
  expect(threads).toHaveLength(1);
  await reports.stop();
});

it('answers what was wrong with one picture and draws the next', async () => {
  const reports = startReports();
  const [bad, good] = await Promise.allSettled([
    reports.render({ kind: 'pie', figures: {} } as unknown as Chart),
    reports.render(funnel),
  ]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('kind "pie"') } });
  expect(good.status).toBe('fulfilled');
  await reports.stop();
});

it('outlives its thread: the picture being drawn fails, the next one gets a new thread', async () => {
  const reports = startReports();
  await reports.render(funnel);
  const lost = reports.render({ kind: 'dashboard', figures: sampleDashboard() });
  const next = reports.render(funnel);
  await Promise.all([threads[0]?.terminate(), expect(lost).rejects.toThrow('ended')]);
  expect(readPngHead(await next).width).toBe(2400);
  expect(threads).toHaveLength(2);
  await reports.stop();
});

it('notices a thread that died between two pictures', async () => {
  const reports = startReports();
  await reports.render(funnel);
  await threads[0]?.terminate();
  expect(readPngHead(await reports.render(funnel)).width).toBe(2400);
  await reports.stop();
});

it('ends an idle thread, and starts another when asked again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const reports = startReports();
  await reports.render(funnel);
  const ended = new Promise((resolve) => threads[0]?.once('exit', resolve));
  vi.advanceTimersByTime(3 * 60_000);
  await ended;
  await reports.render(funnel);
  expect(threads).toHaveLength(2);
  await reports.stop();
});

it('finishes what was asked before it stops, and refuses what comes after', async () => {
  const reports = startReports();
  const asked = reports.render(funnel);
  await reports.stop();
  expect(readPngHead(await asked).width).toBe(2400);
  await expect(reports.render(funnel)).rejects.toThrow('stopped');
});
