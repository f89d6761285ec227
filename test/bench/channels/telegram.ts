// Telegram: the compiled program between a fake Telegram and its people; the load and the fake share a process.
import { setTimeout } from 'node:timers/promises';
import { Api } from 'grammy';
import { createTelegram } from '../../../channels/telegram/telegram.ts';
import { FakeTelegram } from '../../fakes/telegram.ts';
import type { TelegramPerson } from '../../fakes/telegramPerson.ts';
import { onlineRetailPath } from '../../onlineRetail.ts';
import { atLeast, atMost, beside, type Figure, median, quantile } from '../figure.ts';
import { importFile, memoryMb, openShop, removeFolder, type Shop } from '../retailShop.ts';
import { compareSending } from './sending.ts';
import { steadyWebhooks, untilAnswered } from './webhooks.ts';

const BURST = 10_000;
const PEOPLE = 1_000;
/** How many webhooks Telegram has open at once. */
const CONNECTIONS = 40;
const PAUSE_MS = 50;

/** Every figure of Telegram, part by part. */
export async function* benchTelegram(): AsyncGenerator<Figure> {
  const telegram = await FakeTelegram.open();
  const shop = await openShop({
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    PUBLIC_URL: 'https://kade.test',
  });
  try {
    telegram.webhookBase = (await shop.kade.ready).url;
    await telegram.called('setWebhook');
    yield* await steadyWebhooks('webhook', crowd(telegram, 100_000), 'HELP');
    yield* await burst(telegram, shop);
    yield* await ownerBesideImport(telegram, shop);
    await shop.stop();
    yield* await sending();
  } finally {
    shop.kade.child.kill('SIGKILL');
    await telegram.close();
    await removeFolder(shop.folder);
  }
}

function crowd(telegram: FakeTelegram, from: number): TelegramPerson[] {
  return Array.from({ length: PEOPLE }, (_, index) => {
    const person = telegram.person(from + index);
    person.join();
    return person;
  });
}

/** Everyone writes STOP and START in turn: the answers tell the order. */
async function burst(telegram: FakeTelegram, shop: Shop): Promise<Figure[]> {
  const people = crowd(telegram, 200_000);
  const idleMb = memoryMb(shop.kade.pid, 'VmRSS');
  let highest = idleMb;
  const over = new AbortController();
  const watching = (async () => {
    for (; !over.signal.aborted; await setTimeout(100)) highest = Math.max(highest, memoryMb(shop.kade.pid, 'VmRSS'));
  })();
  const begun = performance.now();
  const lane = async (first: number): Promise<void> => {
    for (let round = 0; round < BURST / PEOPLE; round++)
      for (let index = first; index < PEOPLE; index += CONNECTIONS)
        await people[index]?.write(round % 2 === 0 ? 'STOP' : 'START');
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, first) => lane(first)));
  const acknowledged = performance.now() - begun;
  const answers = await untilAnswered(people, BURST);
  const seconds = (performance.now() - begun) / 1000 - 1;
  over.abort();
  await watching;
  const inOrder = people.filter(({ seen }) =>
    seen.every(({ text }, index) => text.includes(index % 2 === 0 ? 'no more offers' : 'You get the offers')),
  );
  return [
    atLeast(`burst of ${BURST} from ${PEOPLE} people, answered`, answers, 'answers', BURST),
    atLeast('burst, answered in order', inOrder.length, 'people', PEOPLE),
    atMost('burst, memory above idle', highest - idleMb, 'MB', 300),
    beside('burst, all acknowledged after', acknowledged / 1000, 's'),
    beside('burst, all answered after', seconds, 's'),
  ];
}

async function ownerBesideImport(telegram: FakeTelegram, shop: Shop): Promise<Figure[]> {
  const told = await shop.chat.ask({ text: 'link' });
  const owner = telegram.person(300_000);
  const linked = shop.chat.messageWith('link.remove');
  await owner.start(/\?start=(\w+)/.exec(told.text)?.[1]);
  await linked;
  await owner.hears('Welcome');
  const took: number[] = [];
  await importFile(shop, onlineRetailPath, async (over) => {
    while (!over.aborted) {
      const begun = performance.now();
      await owner.write('help');
      await owner.hears('Type, tap');
      took.push(performance.now() - begun);
      await setTimeout(PAUSE_MS);
    }
  });
  return [
    atMost('owner’s command on Telegram beside an import, median', median(took), 'ms', 50),
    beside('owner’s command on Telegram beside an import, 99th percentile', quantile(took, 0.99), 'ms'),
  ];
}

/** Our channel and grammY alone, to the same fake, in turns. */
async function sending(): Promise<Figure[]> {
  const telegram = await FakeTelegram.open();
  const { token, url: apiRoot } = telegram;
  const { channel } = createTelegram({ token, apiRoot, filePath: String });
  const api = new Api(token, { apiRoot });
  const person = telegram.person(1);
  person.join();
  const figures = await compareSending('Telegram', {
    bare: () => api.sendMessage(person.id, 'Hello'),
    ours: () => channel.send(String(person.id), { text: 'Hello' }, 'd'),
  });
  await telegram.close();
  return figures;
}
