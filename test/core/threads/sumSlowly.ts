import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { KadeError } from '../../../core/errors.ts';
import type { Surroundings } from '../../../core/threads/runInThread.ts';

/** Work for runInThread.test.ts: adds numbers and tells each sum; some tasks go wrong in their own way. */
export async function sumSlowly(
  { numbers, end }: { numbers: number[]; end?: 'refuse' | 'fail' | 'exit' | 'wait' },
  { tell, signal }: Surroundings<number>,
): Promise<{ sum: number; thread: number }> {
  let sum = 0;
  for (const number of numbers) {
    sum += number;
    tell(sum);
  }
  if (end === 'refuse') throw new KadeError('file_too_large', { limitMb: sum });
  if (end === 'fail') throw new TypeError(`no sum of ${sum}`);
  if (end === 'exit') process.exit(3);
  if (end === 'wait') await sleep(2 ** 30, undefined, { signal });
  return { sum, thread: threadId };
}
