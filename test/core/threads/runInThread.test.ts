import { describe, expect, it } from 'vitest';
import { runInThread } from '../../../core/threads/runInThread.ts';
import type { sumSlowly } from './sumSlowly.ts';

type Task = Parameters<typeof sumSlowly>[0];
const run = (task: Task, options: Parameters<typeof runInThread<typeof sumSlowly>>[3] = {}) =>
  runInThread<typeof sumSlowly>('sumSlowly', import.meta.url, task, options);

describe('heavy work in a thread', () => {
  it('answers its result, having told what it told', async () => {
    const told: number[] = [];
    expect(await run({ numbers: [1, 2, 3] }, { onTold: (sum) => told.push(sum) })).toMatchObject({ sum: 6 });
    expect(told).toEqual([1, 3, 6]);
  });

  it('is done by the same thread again, and by two when there is work for two', async () => {
    const { thread } = await run({ numbers: [1] });
    const two = await Promise.all([run({ numbers: [2] }), run({ numbers: [3] })]);
    expect(two.map(({ sum }) => sum)).toEqual([2, 3]);
    expect(two[0].thread).toBe(thread);
    expect(two[1].thread).not.toBe(thread);
  });

  it('throws a refusal as it is and any other failure with its text, and works on', async () => {
    await expect(run({ numbers: [20], end: 'refuse' })).rejects.toMatchObject({
      code: 'file_too_large',
      params: { limitMb: 20 },
    });
    await expect(run({ numbers: [4], end: 'fail' })).rejects.toThrow('TypeError: no sum of 4');
    expect((await run({ numbers: [5] })).sum).toBe(5);
  });

  it('breaks off when it is told to, also before it has begun', async () => {
    const stop = new AbortController();
    const waiting = run({ numbers: [1], end: 'wait' }, { signal: stop.signal, onTold: () => stop.abort() });
    await expect(waiting).rejects.toThrow('abort');
    await expect(run({ numbers: [], end: 'wait' }, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });

  it('says so when its thread ends, and takes another', async () => {
    await expect(run({ numbers: [], end: 'exit' })).rejects.toThrow('The thread of sumSlowly ended with 3');
    expect((await run({ numbers: [7] })).sum).toBe(7);
  });
});
