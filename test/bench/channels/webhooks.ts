// What providers post, at the compiled program; the load and the fake share a process.
import { setTimeout } from 'node:timers/promises';
import { atLeast, atMost, beside, type Figure, median, quantile } from '../figure.ts';

const RATE = 500;
const SECONDS = 20;
/** before it counts: a program that has just started is not what a provider meets */
const WARM_UP_S = 3;
const TICK_MS = 10;
const QUIET_MS = 15_000;

/** Someone with the app. */
export interface Writer {
  write(text: string): Promise<number>;
  readonly seen: readonly unknown[];
}

const heard = (people: readonly Writer[]): number => people.reduce((sum, { seen }) => sum + seen.length, 0);

/** Waits until there are so many answers, and for those too many; or until none has come for a while. */
export async function untilAnswered(people: readonly Writer[], answers: number): Promise<number> {
  let before = -1;
  for (let quiet = 0; heard(people) < answers && quiet < QUIET_MS; quiet = heard(people) > before ? 0 : quiet + 100) {
    before = heard(people);
    await setTimeout(100);
  }
  await setTimeout(1_000);
  return heard(people);
}

/** Everyone writes one word in turn, at a steady rate: how soon the provider has its answer, and whether each has ours. */
export async function steadyWebhooks(name: string, people: readonly Writer[], word: string): Promise<Figure[]> {
  const warmed = RATE * WARM_UP_S;
  const all = warmed + RATE * SECONDS;
  const took: number[] = [];
  const posts: Promise<void>[] = [];
  let refused = 0;
  const post = async (index: number): Promise<void> => {
    const begun = performance.now();
    const status = await (people[index % people.length] as Writer).write(word);
    if (status !== 200) refused += 1;
    else if (index >= warmed) took.push(performance.now() - begun);
  };
  const begun = performance.now();
  while (posts.length < all) {
    const due = Math.min(all, Math.ceil(((performance.now() - begun) / 1000) * RATE));
    while (posts.length < due) posts.push(post(posts.length));
    await setTimeout(TICK_MS);
  }
  await Promise.all(posts);
  const ended = performance.now();
  const answers = await untilAnswered(people, posts.length);
  const backlog = Math.max(0, (performance.now() - ended) / 1000 - 1);
  return [
    atMost(`${name} acknowledged at ${RATE}/s for ${SECONDS} s, 99th percentile`, quantile(took, 0.99), 'ms', 25),
    beside(`${name} acknowledged, median`, median(took), 'ms'),
    atMost(`${name}s not acknowledged`, refused, 'of 11,500', 0),
    atLeast(`${name}s answered`, answers, 'of 11,500', posts.length),
    atMost(`${name}s answered twice`, Math.max(0, answers - posts.length), 'of 11,500', 0),
    beside(`${name}s, all answered after the last`, backlog, 's'),
  ];
}
