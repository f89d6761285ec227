import { afterAll, beforeAll, expect } from 'vitest';
import { createFileLinks } from '../../channels/fileLinks.ts';
import { createSms } from '../../channels/sms/sms.ts';
import { createWhatsAppTwilio } from '../../channels/whatsapp/twilio/whatsappTwilio.ts';
import type { AddressKey, Channel } from '../../core/index.ts';
import { FakeTwilio, type TakenMessage } from '../fakes/twilio.ts';
import type { TwilioPerson } from '../fakes/twilioPerson.ts';
import { type House, openHouse } from '../house.ts';
import { channelContract, type Person, type Rig, type Seen } from './channel.contract.ts';

const FROM = '+15005550006';

let house: House;
let fake: FakeTwilio;
beforeAll(async () => {
  fake = await FakeTwilio.open();
  house = await openHouse({
    settings: {
      TWILIO_ACCOUNT_SID: fake.accountSid,
      TWILIO_AUTH_TOKEN: fake.authToken,
      TWILIO_SMS_FROM: FROM,
      TWILIO_WHATSAPP_FROM: FROM,
      TWILIO_API_ROOT: fake.url,
      PUBLIC_URL: fake.publicUrl,
    },
  });
  fake.webhookBase = house.kade.url;
});
afterAll(async () => {
  expect(fake.violations).toEqual([]);
  await house.close();
  await fake.close();
});

let numbers = 0;
let ids = 0;
const newNumber = (): string => `+9471${2_000_000 + ++numbers}`;

const numberOf = ({ address }: TwilioPerson): string => address.slice(address.indexOf(':') + 1);

/** A message as its reader has it, what its links lead to included. */
async function seen({ form, media }: TakenMessage): Promise<Seen> {
  const text = form.Body?.[0] ?? '';
  const links = text.match(/https:\/\/\S+\/media\/\S+/g) ?? [];
  const files = [...media, ...(await Promise.all(links.map((link) => fake.fetchMedia(link))))];
  const picture = files.find(({ type }) => type.startsWith('image/'));
  const file = files.find((one) => one !== picture);
  return {
    text,
    labels: [],
    ...(picture ? { picture: picture.content } : {}),
    ...(file ? { file: { name: file.name, content: file.content } } : {}),
  };
}

/** What a channel is made of, its provider the fake that soon loses patience. */
type Parts = Parameters<typeof createWhatsAppTwilio>[0];

/** Twilio knows a person on WhatsApp by `whatsapp:` and the number, and by SMS by the number alone. */
async function twilioRig(channel: 'sms' | 'whatsapp', create: (parts: Parts) => Channel): Promise<Rig> {
  const newPerson = () => fake.person(channel === 'sms' ? newNumber() : `whatsapp:${newNumber()}`);
  const { core } = house.kade;
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  const faces = new Map<AddressKey, TwilioPerson>();
  return {
    core,
    shopId: shop._id,
    channel,
    longest: 1600,
    customers: true,
    repeats: true,
    async person(): Promise<Person> {
      const face = newPerson();
      const address: AddressKey = `${channel}:${numberOf(face)}`;
      faces.set(address, face);
      const answered = async (doing: Promise<number>) => {
        expect(await doing).toBe(200);
        await house.idle(address);
      };
      return {
        address,
        seen: () => Promise.all(face.seen.map(seen)),
        write: (text, id = `${channel} ${++ids}`) => answered(face.write(text, id)),
        tap: () => Promise.reject(new Error('the choices are a list')),
        sendFile: (name, content) => answered(face.sendFile(name, 'text/csv', content)),
      };
    },
    provider: {
      async open() {
        const { accountSid, authToken, url: apiRoot, publicUrl } = fake;
        const fileLinks = createFileLinks(publicUrl, 'key', core.clock);
        const account = { accountSid, authToken, apiRoot, answerWithinMs: 300 };
        return { channel: create({ account, from: FROM, publicUrl, fileLinks }), to: newNumber() };
      },
      answers(fault) {
        const wait = typeof fault === 'object' && fault.waitMs ? { retryAfter: fault.waitMs / 1000 } : {};
        fake.plan('messages', typeof fault === 'object' ? { status: fault.status, ...wait } : fault);
      },
    },
    webhook: {
      post: (body, signed) => fake.post(`/hooks/${channel}`, body, signed),
      bodyOf: ({ address }, text, id) =>
        new URLSearchParams(fake.formOf(faces.get(address) ?? newPerson(), text, id)).toString(),
      lines: house.lines,
    },
  };
}

const has = { provider: true, webhook: true };
channelContract('SMS', has, () => twilioRig('sms', (parts) => createSms({ ...parts, optOutUrl: String }).channel));
channelContract('WhatsApp by Twilio', has, () => twilioRig('whatsapp', (parts) => createWhatsAppTwilio(parts).channel));
