import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { gather } from '../../../core/index.ts';

/** Work that answers when it is told to, and remembers what it was asked. */
function heldWork() {
  const asked: (readonly number[])[] = [];
  const held: (() => void)[] = [];
  const ask = gather(async (numbers: readonly number[]) => {
    asked.push(numbers);
    await new Promise<void>((go) => held.push(go));
    if (numbers.includes(13)) throw new Error('all of them');
    return numbers.map((one) => (one < 0 ? new Error(`not ${one}`) : one * 2));
  });
  const letGo = async () => {
    while (held.length === 0) await setImmediate();
    held.shift()?.();
  };
  return { ask, asked, letGo };
}

describe('what is asked', () => {
  test('in the same moment, and while the last is answered, goes together; each has its answer', async () => {
    const { ask, asked, letGo } = heldWork();
    const first = [ask(1), ask(2)];
    await setImmediate();
    await setImmediate();
    const second = [ask(3), ask(4), ask(5)];
    await letGo();
    expect(await Promise.all(first)).toEqual([2, 4]);
    await letGo();
    expect(await Promise.all(second)).toEqual([6, 8, 10]);
    const third = ask(6);
    await letGo();
    expect(await third).toBe(12);
    expect(asked).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  test('in vain fails alone, and with everyone where the whole asking fails; what follows is asked all the same', async () => {
    const { ask, letGo } = heldWork();
    const mixed = Promise.allSettled([ask(1), ask(-1)]);
    await letGo();
    expect(await mixed).toMatchObject([{ value: 2 }, { reason: { message: 'not -1' } }]);
    const lost = Promise.allSettled([ask(12), ask(13)]);
    await letGo();
    expect(await lost).toMatchObject([{ reason: { message: 'all of them' } }, { reason: { message: 'all of them' } }]);
    const after = ask(7);
    await letGo();
    expect(await after).toBe(14);
  });

  test('by very many goes in parts', async () => {
    const sizes: number[] = [];
    const ask = gather(async (numbers: readonly number[]) => {
      sizes.push(numbers.length);
      return numbers;
    });
    const numbers = Array.from({ length: 1200 }, (_, index) => index);
    expect(await Promise.all(numbers.map(ask))).toEqual(numbers);
    expect(sizes).toEqual([500, 500, 200]);
  });
});
