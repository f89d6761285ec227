import { afterAll, beforeAll, expect } from 'vitest';
import { createEmail } from '../../channels/email/email.ts';
import type { AddressKey } from '../../core/index.ts';
import { FakeSendGrid } from '../fakes/sendgrid.ts';
import { type House, openHouse } from '../house.ts';
import { channelContract, type Person, type Rig } from './channel.contract.ts';

const NOW = '2026-11-21T04:30:00Z';
let house: House;
let sendgrid: FakeSendGrid;
beforeAll(async () => {
  sendgrid = await FakeSendGrid.open(() => new Date(NOW));
  house = await openHouse({ now: NOW, settings: sendgrid.settings });
  sendgrid.webhookBase = house.kade.url;
});
afterAll(async () => {
  expect(sendgrid.violations).toEqual([]);
  await house.close();
  await sendgrid.close();
});

let people = 0;
let ids = 0;

async function emailRig(): Promise<Rig> {
  const { core } = house.kade;
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  const emailOf = ({ address }: Pick<Person, 'address'>) => address.slice('email:'.length);
  const formOf = (person: Pick<Person, 'address'>, text: string, id = `${++ids}@example.com`) =>
    sendgrid.formOf({ from: `Someone <${emailOf(person)}>`, text, subject: 'Hello', headers: [`Message-ID: <${id}>`] });
  return {
    core,
    shopId: shop._id,
    longest: Number.POSITIVE_INFINITY,
    channel: 'email',
    customers: true,
    repeats: true,
    async person(): Promise<Person> {
      const address: AddressKey = `email:p${++people}@example.com`;
      const post = async (form: Buffer) => {
        expect(await sendgrid.postMail(form)).toBe(200);
        await house.idle(address);
      };
      return {
        address,
        seen: async () =>
          sendgrid.box(emailOf({ address })).map(({ text, attachments }) => {
            const picture = attachments.find(({ contentId }) => contentId);
            const file = attachments.find(({ contentId }) => !contentId);
            return {
              text,
              labels: [],
              ...(picture ? { picture: picture.content } : {}),
              ...(file ? { file: { name: file.name, content: file.content } } : {}),
            };
          }),
        write: (text, id) => post(formOf({ address }, text, id)),
        tap: () => Promise.reject(new Error('a mail has no buttons')),
        sendFile: (name, content) =>
          post(sendgrid.formOf({ from: emailOf({ address }), files: [{ name, type: 'text/csv', content }] })),
      };
    },
    provider: {
      async open() {
        const { channel } = createEmail({
          account: sendgrid.account,
          optOutUrl: (id) => `https://kade.test/o/${id}`,
          filePath: (id) => core.files.path(id),
          log: core.log,
          answerWithinMs: 300,
        });
        return { channel, to: `p${++people}@example.com` };
      },
      answers(fault) {
        if (typeof fault === 'string') return sendgrid.plan(fault);
        const { status, waitMs = 0 } = fault;
        sendgrid.plan({ status, headers: waitMs ? { 'Retry-After': String(waitMs / 1000) } : {} });
      },
    },
    webhook: {
      post: (body, signed = true) => sendgrid.postMail(body, signed ? sendgrid.inboundSecret : 'guessed'),
      bodyOf: (person, text, id) => formOf(person, text, id).toString('utf8'),
      lines: house.lines,
    },
  };
}

channelContract('email', { provider: true, webhook: true }, emailRig);
