// The compiled program's start and rest on a database that holds Online Retail; RFM on that database.
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connectDatabase, startEmbedded } from '../../core/index.ts';
import { onlineRetailPath } from '../onlineRetail.ts';
import { ChatClient } from '../process/chatClient.ts';
import { startProcess } from '../process/startProcess.ts';
import { atMost, beside, type Figure, median } from './figure.ts';
import { importFile, memoryMb, openShop, removeFolder, stop } from './retailShop.ts';
import { benchRfm } from './segments.ts';

const RUNS = 5;
const REST_MS = 10_000;

/** From the start of the process to the first answer, and its memory ten seconds later. */
export async function benchStart(): Promise<Figure[]> {
  const shop = await openShop();
  try {
    await importFile(shop, onlineRetailPath);
    await shop.stop();
    const ready: number[] = [];
    const answered: number[] = [];
    const rest: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const begun = performance.now();
      const kade = startProcess(shop.folder);
      const { url } = await kade.ready;
      ready.push((performance.now() - begun) / 1000);
      const chat = await new ChatClient(url, shop.token).open();
      await chat.ask({ text: 'help' });
      answered.push((performance.now() - begun) / 1000);
      await setTimeout(REST_MS);
      rest.push(memoryMb(kade.pid, 'VmRSS'));
      await stop(kade, chat);
    }
    return [
      beside('start until ready', median(ready), 's'),
      atMost('start until the first answer', median(answered), 's', 2),
      atMost('idle memory', median(rest), 'MB', 250),
      ...(await rfmOn(shop.folder)),
    ];
  } finally {
    await removeFolder(shop.folder);
  }
}

async function rfmOn(folder: string): Promise<Figure[]> {
  const embedded = await startEmbedded({ folder: join(folder, 'data/database') });
  const db = await connectDatabase(embedded.uri);
  try {
    const shop = await db.shops.findOne({});
    if (!shop) throw new Error('There is no shop');
    const { seconds, customers } = await benchRfm(db, shop._id);
    return [atMost('RFM of all customers', seconds, 's', 0.5), beside('customers scored', customers, 'customers')];
  } finally {
    await db.connection.close();
    await embedded.stop();
  }
}
