// SMS: the compiled program between a fake Twilio and its people; the load and the fake share a process.
import twilio from 'twilio';
import { createFileLinks } from '../../../channels/fileLinks.ts';
import { createSms } from '../../../channels/sms/sms.ts';
import { systemClock } from '../../../core/index.ts';
import { FakeTwilio } from '../../fakes/twilio.ts';
import type { Figure } from '../figure.ts';
import { openShop, removeFolder } from '../retailShop.ts';
import { compareSending } from './sending.ts';
import { steadyWebhooks } from './webhooks.ts';

const PEOPLE = 1_000;
const FROM = '+15005550006';

/** Every figure of SMS, part by part. */
export async function* benchSms(): AsyncGenerator<Figure> {
  const fake = await FakeTwilio.open();
  const shop = await openShop({
    TWILIO_ACCOUNT_SID: fake.accountSid,
    TWILIO_AUTH_TOKEN: fake.authToken,
    TWILIO_SMS_FROM: FROM,
    TWILIO_API_ROOT: fake.url,
    PUBLIC_URL: fake.publicUrl,
  });
  try {
    fake.webhookBase = (await shop.kade.ready).url;
    const people = Array.from({ length: PEOPLE }, (_, index) => fake.person(`+9471${2_000_000 + index}`));
    // HELP itself is answered by Twilio.
    yield* await steadyWebhooks('SMS webhook', people, 'udaw');
    await shop.stop();
    yield* await sending();
  } finally {
    shop.kade.child.kill('SIGKILL');
    await fake.close();
    await removeFolder(shop.folder);
  }
}

async function sending(): Promise<Figure[]> {
  const fake = await FakeTwilio.open();
  const { accountSid, authToken, url: apiRoot, publicUrl } = fake;
  const fileLinks = createFileLinks(publicUrl, 'key', systemClock);
  const { channel } = createSms({
    account: { accountSid, authToken, apiRoot },
    from: FROM,
    publicUrl,
    fileLinks,
    optOutUrl: String,
  });
  const client = twilio(accountSid, authToken);
  client.api.baseUrl = apiRoot;
  const to = '+94712000000';
  const statusCallback = `${publicUrl}/hooks/sms`;
  const figures = await compareSending('SMS', {
    bare: () => client.messages.create({ to, from: FROM, body: 'Hello', smartEncoded: false, statusCallback }),
    ours: () => channel.send(to, { text: 'Hello' }, 'd'),
  });
  await fake.close();
  return figures;
}
