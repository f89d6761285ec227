// The compiled embedded database as a process of its own: `serve.ts FOLDER` prints its address, and ends when its input does.
import { resolve } from 'node:path';

const begun = performance.now();
const module = resolve(import.meta.dirname, '../../../dist/core/db/embedded/startEmbedded.js');
const { startEmbedded } = (await import(module)) as typeof import('../../../core/db/embedded/startEmbedded.ts');
const { uri, stop } = await startEmbedded({ folder: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify({ uri, startMs: performance.now() - begun })}\n`);
process.stdin.resume().once('end', () => void stop());
