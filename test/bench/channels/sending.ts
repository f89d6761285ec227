// A channel of ours and its SDK alone, to the same fake, in turns.
import { atLeast, beside, type Figure, median } from '../figure.ts';

const SENDS = 2_000;
const ROUNDS = 5;
const SENDS_AT_ONCE = 8;

export async function compareSending(
  name: string,
  sends: { bare: () => Promise<unknown>; ours: () => Promise<unknown> },
): Promise<Figure[]> {
  const bare: number[] = [];
  const ours: number[] = [];
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    bare[round] = await rate(sends.bare);
    ours[round] = await rate(sends.ours);
  }
  const [ourRate, bareRate] = [median(ours.slice(1)), median(bare.slice(1))];
  return [
    atLeast(`sending on ${name}, times the bare SDK`, ourRate / bareRate, '×', 0.8),
    beside(`sending on ${name}`, ourRate, 'messages/s'),
    beside(`sending on ${name}, the bare SDK`, bareRate, 'messages/s'),
  ];
}

async function rate(send: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let left = SENDS;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: SENDS_AT_ONCE }, lane));
  return SENDS / ((performance.now() - begun) / 1000);
}
