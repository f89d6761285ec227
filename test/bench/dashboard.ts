import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startReports } from '../../reports/startReports.ts';
import { sampleDashboard } from '../reports/sampleFigures.ts';

const pictures = 50;
const peerRuns = 5;

// The pictures that this process was handed and let go of are not what Kade holds: they are collected before a look at its memory.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Fifty dashboards of 4800 x 3000 px, figures in to PNG out through the drawing thread: the median in ms (the first, with its
 * start, left out), the process's memory in MB after 10 and after 50 (mean of six readings, as it swings by one picture's
 * pixels), and matplotlib's median of 5, null where it is missing.
 */
export async function benchDashboard(): Promise<{
  medianMs: number;
  rssMb10: number;
  rssMb50: number;
  matplotlibMs: number | null;
}> {
  const reports = startReports();
  const took: number[] = [];
  const rss: number[] = [];
  for (let i = 0; i < pictures; i++) {
    const begin = performance.now();
    await reports.render({ kind: 'dashboard', figures: sampleDashboard() });
    took.push(performance.now() - begin);
    collectGarbage();
    rss.push(process.memoryUsage.rss() / 2 ** 20);
  }
  await reports.stop();
  const warm = took.slice(1).sort((a, b) => a - b);
  return {
    medianMs: Math.round(warm[warm.length >> 1] ?? 0),
    rssMb10: meanOf(rss.slice(4, 10)),
    rssMb50: meanOf(rss.slice(-6)),
    matplotlibMs: runPeer(),
  };
}

function meanOf(values: number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function runPeer(): number | null {
  const script = fileURLToPath(new URL('dashboard_peer.py', import.meta.url));
  const { status, stdout } = spawnSync('/usr/bin/python3', [script, String(peerRuns)], { encoding: 'utf8' });
  return status === 0 ? Math.round(Number(stdout)) : null;
}
