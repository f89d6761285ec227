import { afterAll, beforeAll, expect } from 'vitest';
import { createTelegram } from '../../channels/telegram/telegram.ts';
import type { WireFile, WireMessage } from '../../channels/web/wire.ts';
import { type AddressKey, createSignInCode, signIn } from '../../core/index.ts';
import { FakeTelegram } from '../fakes/telegram.ts';
import type { TelegramPerson } from '../fakes/telegramPerson.ts';
import { type House, openHouse } from '../house.ts';
import { channelContract, type Person, type Rig, type Seen } from './channel.contract.ts';

let house: House;
let telegram: FakeTelegram;
beforeAll(async () => {
  telegram = await FakeTelegram.open();
  house = await openHouse({
    settings: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.url,
      PUBLIC_URL: 'https://kade.test',
    },
  });
  telegram.webhookBase = house.kade.url;
  await telegram.called('setWebhook');
});
afterAll(async () => {
  expect(telegram.violations).toEqual([]);
  await house.close();
  await telegram.close();
});

async function common() {
  const shop = await house.kade.core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  return { core: house.kade.core, shopId: shop._id, longest: Number.POSITIVE_INFINITY };
}

/** A request to the page's API as this member. */
async function call(token: string, method: string, path: string, body?: Buffer | object): Promise<Response> {
  const isFile = Buffer.isBuffer(body);
  const response = await fetch(house.kade.url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': isFile ? 'text/csv' : 'application/json' },
    ...(body ? { body: isFile ? new Uint8Array(body) : JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** What stands on the page for a message. */
async function seenOnPage(token: string, { text, choices, picture, file }: WireMessage): Promise<Seen> {
  const bytes = async ({ url }: WireFile) => Buffer.from(await (await call(token, 'GET', url)).arrayBuffer());
  return {
    text,
    labels: choices.map(({ label }) => label),
    ...(picture ? { picture: await bytes(picture) } : {}),
    ...(file ? { file: { name: file.name, content: await bytes(file) } } : {}),
  };
}

const shopSide = ({ direction }: WireMessage) => direction === 'out';

let ids = 0;
const newId = () => `contract-${++ids}`;

async function webRig(): Promise<Rig> {
  const { core, shopId, longest } = await common();
  return {
    core,
    shopId,
    longest,
    channel: 'web',
    customers: false,
    repeats: true,
    async person(): Promise<Person> {
      const { token, member } = await signIn(core, await createSignInCode(core, shopId, 'owner'));
      const address = member.addresses[0] as AddressKey;
      const post = async (path: string, body: Buffer | object) => {
        await call(token, 'POST', path, body);
        await house.idle(address);
      };
      const history = async (): Promise<WireMessage[]> => {
        const page = await (await call(token, 'GET', '/api/messages?limit=200')).json();
        return (page as { messages: WireMessage[] }).messages.filter(shopSide);
      };
      return {
        address,
        seen: async () => Promise.all((await history()).map((message) => seenOnPage(token, message))),
        write: (text, id = newId()) => post('/api/messages', { id, text }),
        async tap(label) {
          const choices = (await history()).flatMap((message) => message.choices);
          await post('/api/messages', { id: newId(), choiceId: choices.find((one) => one.label === label)?.id });
        },
        sendFile: (name, content) => post(`/api/files?id=${newId()}&name=${encodeURIComponent(name)}`, content),
      };
    },
  };
}

let numbers = 0;

async function sandboxRig(channel: 'sms' | 'whatsapp' | 'email'): Promise<Rig> {
  const base = await common();
  const { token } = house;
  return {
    ...base,
    channel,
    customers: true,
    repeats: false,
    async person(): Promise<Person> {
      const number = 1_000_000 + ++numbers;
      const address: AddressKey = channel === 'email' ? `email:p${number}@shop.lk` : `${channel}:+9471${number}`;
      const path = `/api/phones/${encodeURIComponent(address)}`;
      const thread = async () =>
        ((await (await call(token, 'GET', path)).json()) as { messages: WireMessage[] }).messages;
      const write = async (text: string) => {
        await call(token, 'POST', `${path}/messages`, { text });
        await house.idle(address);
      };
      return {
        address,
        seen: async () => Promise.all((await thread()).filter(shopSide).map((one) => seenOnPage(token, one))),
        write,
        tap: async (label) => {
          const choice = (await thread()).flatMap((message) => message.choices).find((one) => one.label === label);
          await house.kade.dispatch({
            id: newId(),
            from: address,
            at: base.core.clock.now(),
            choiceId: choice?.id ?? '',
          });
        },
      };
    },
  };
}

let people = 5000;

async function telegramRig(): Promise<Rig> {
  const base = await common();
  const faces = new Map<Person, TelegramPerson>();
  const answered = async (doing: Promise<number>, address: AddressKey) => {
    expect(await doing).toBe(200);
    await house.idle(address);
  };
  const started = (): TelegramPerson => {
    const face = telegram.person(++people);
    face.join();
    return face;
  };
  return {
    ...base,
    channel: 'telegram',
    longest: 4096,
    customers: true,
    repeats: true,
    async person(): Promise<Person> {
      const face = started();
      const address: AddressKey = `telegram:${face.id}`;
      const updateIds = new Map<string, number>();
      const person: Person = {
        address,
        seen: async () =>
          face.seen.map(({ text, buttons, picture, file }) => ({
            text,
            labels: buttons.map((button) => button.text),
            ...(picture ? { picture: picture.content } : {}),
            ...(file ? { file } : {}),
          })),
        write(text, id = newId()) {
          const updateId = updateIds.get(id) ?? telegram.nextUpdateId();
          updateIds.set(id, updateId);
          return answered(face.write(text, updateId), address);
        },
        tap: (label) => answered(face.tap(label), address),
        sendFile: (name, content) => answered(face.sendFile(name, content), address),
      };
      faces.set(person, face);
      return person;
    },
    provider: {
      async open() {
        const filePath = (id: string) => base.core.files.path(id);
        const { token, url: apiRoot } = telegram;
        const { channel } = createTelegram({ token, apiRoot, filePath, answerWithinMs: 300 });
        return { channel, to: String(started().id) };
      },
      answers(fault) {
        const wait = typeof fault === 'object' && fault.waitMs ? { retryAfter: fault.waitMs / 1000 } : {};
        telegram.plan('sendMessage', typeof fault === 'object' ? { status: fault.status, ...wait } : fault);
      },
    },
    webhook: {
      post: (body, signed = true) => telegram.post(body, signed ? telegram.webhook?.secret : 'guessed'),
      bodyOf: (person, text, id) => JSON.stringify({ update_id: Number(id), ...faces.get(person)?.updateOf({ text }) }),
      lines: house.lines,
    },
  };
}

channelContract('web', {}, webRig);
channelContract('sandbox SMS', {}, () => sandboxRig('sms'));
channelContract('sandbox WhatsApp', {}, () => sandboxRig('whatsapp'));
channelContract('sandbox email', {}, () => sandboxRig('email'));
channelContract('Telegram', { provider: true, webhook: true }, telegramRig);
