// Email: our channel and SendGrid's SDK alone, to the same fake, in turns.
import { randomBytes } from 'node:crypto';
import sendgrid from '@sendgrid/mail';
import { createEmail } from '../../../channels/email/email.ts';
import { FakeSendGrid } from '../../fakes/sendgrid.ts';
import { atLeast, beside, type Figure, median } from '../figure.ts';

const BATCH = 1_000;
const BATCHES = 5;
const ROUNDS = 5;
const { MailService } = sendgrid as unknown as {
  MailService: new () => typeof sendgrid & { client: { setDefaultRequest(name: string, value: string): void } };
};

/** Batches of 1,000 letters, each with its own name, way out and id. */
export async function* benchEmail(): AsyncGenerator<Figure> {
  const fake = await FakeSendGrid.open();
  const { channel } = createEmail({
    account: fake.account,
    optOutUrl: (id) => `https://kade.test/o/${id}`,
    filePath: String,
    log: { warn: () => undefined },
  });
  const bare = new MailService();
  bare.setApiKey(fake.apiKey);
  bare.client.setDefaultRequest('baseUrl', `${fake.url}/`);
  const people = Array.from({ length: BATCH }, (_, index) => ({
    to: `p${index}@example.com`,
    id: randomBytes(12).toString('hex'),
    hello: `Hi Customer ${index},`,
  }));
  const offer = '\n\n10% off everything until Sunday, also online: https://shop.lk/sale\nReply STOP to opt out';

  const bareBatch = (): Promise<unknown> =>
    bare.send({
      from: { name: 'Test Shop', email: 'hello@shop.lk' },
      replyTo: fake.inboundAddress,
      subject: 'Sale',
      text: `{{hello}}${offer}\n\n{{leave}}`,
      html: `<p>{{hello}}</p><p>${offer}</p><p><a href="{{leave}}">No more offers</a></p>`,
      personalizations: people.map(({ to, id, hello }) => ({
        to: { email: to },
        headers: {
          'Message-ID': `<${id}@shop.lk>`,
          'List-Unsubscribe': `<https://kade.test/o/${id}>, <mailto:${fake.inboundAddress}?subject=STOP%20${id}@shop.lk>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
        customArgs: { deliveryId: id },
        substitutions: { hello, leave: `https://kade.test/o/${id}` },
      })),
    });
  const optOut = { sender: 'Test Shop\n12 Galle Road, Colombo', words: 'No more offers' };
  const ourBatch = (): Promise<unknown> =>
    Promise.all(
      people.map(({ to, id, hello }) => channel.send(to, { text: hello + offer, subject: 'Sale', optOut }, id, true)),
    );
  const rate = async (send: () => Promise<unknown>): Promise<number> => {
    fake.boxes.clear();
    const begun = performance.now();
    for (let batch = 0; batch < BATCHES; batch++) await send();
    return (BATCH * BATCHES) / ((performance.now() - begun) / 1000);
  };
  const rates = { bare: [] as number[], ours: [] as number[] };
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    rates.bare[round] = await rate(bareBatch);
    rates.ours[round] = await rate(ourBatch);
  }
  await fake.close();
  const [ourRate, bareRate] = [median(rates.ours.slice(1)), median(rates.bare.slice(1))];
  yield atLeast('sending email in batches of 1,000, times the bare SDK', ourRate / bareRate, '×', 0.8);
  yield beside('sending email', ourRate, 'messages/s');
  yield beside('sending email, the bare SDK', bareRate, 'messages/s');
}
