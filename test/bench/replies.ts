// Replies of the compiled program while it imports Online Retail.
import { setTimeout } from 'node:timers/promises';
import { onlineRetailPath } from '../onlineRetail.ts';
import type { ChatClient } from '../process/chatClient.ts';
import { atMost, beside, type Figure, median, quantile } from './figure.ts';
import { importFile, openShop, removeFolder } from './retailShop.ts';

const RUNS = 5;
const PAUSE_MS = 50;
const QUESTIONS = ['find 12347', 'help', 'find 14646', 'find nobody'];

/** From the sending of `find …` and `help` to the reply on the event stream, one after the other, over five imports. */
export async function benchReplies(): Promise<Figure[]> {
  const took: number[] = [];
  const calm: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const shop = await openShop();
    try {
      await importFile(shop, onlineRetailPath, (over) => askUntil(shop.chat, over, took));
      await askUntil(shop.chat, AbortSignal.timeout(2_000), calm);
      await shop.stop();
    } finally {
      await removeFolder(shop.folder);
    }
  }
  return [
    atMost('reply during the import, median', median(took), 'ms', 100),
    atMost('reply during the import, 99th percentile', quantile(took, 0.99), 'ms', 500),
    beside('reply during the import, slowest', Math.max(...took), 'ms'),
    beside('replies measured', took.length, 'replies'),
    beside('reply without an import, median', median(calm), 'ms'),
  ];
}

async function askUntil(chat: ChatClient, over: AbortSignal, took: number[]): Promise<void> {
  for (let asked = 0; !over.aborted; asked++) {
    const begun = performance.now();
    await chat.ask({ text: QUESTIONS[asked % QUESTIONS.length] ?? 'help' });
    if (!over.aborted) took.push(performance.now() - begun);
    await setTimeout(PAUSE_MS);
  }
}
