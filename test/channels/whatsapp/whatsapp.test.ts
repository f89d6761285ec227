import { expect, it } from 'vitest';
import type { ProviderChannel } from '../../../channels/provider.ts';
import type { WhatsAppWeb } from '../../../channels/whatsapp/web/whatsappWeb.ts';
import { createWhatsApp } from '../../../channels/whatsapp/whatsapp.ts';

const TO = '+94771234567';
const sent: string[] = [];
const note = (way: string) => async () => {
  sent.push(way);
  return { status: 'sent', providerId: way } as const;
};
const twilio: ProviderChannel = {
  channel: {
    name: 'whatsapp',
    twoWay: true,
    buttons: false,
    templates: { via: 'twilio', list: async () => [] },
    send: note('twilio'),
  },
  listen: () => ({ webhooks: [], stop: async () => undefined }),
};
const web: WhatsAppWeb = {
  send: note('web'),
  edit: note('edit'),
  account: { state: () => ({ is: 'off' }), link: async () => undefined, unlink: async () => undefined },
  listen: () => ({ stop: () => undefined }),
  close: async () => undefined,
};

it('sends campaigns by Twilio, anything else by the way its person was last heard on', async () => {
  const { channel } = createWhatsApp({ twilio, web });
  await channel.send(TO, { text: 'x' }, 'd1', true);
  await channel.send(TO, { text: 'x' }, 'd2', false, 'web');
  await channel.send(TO, { text: 'x' }, 'd3', false, 'twilio');
  await channel.send(TO, { text: 'x' }, 'd4');
  expect(sent.splice(0)).toEqual(['twilio', 'web', 'twilio', 'twilio']);
  expect([channel.ways, channel.templates?.via]).toEqual([['twilio', 'web'], 'twilio']);
});

it('edits what the linked phone has sent, and says of the rest that it cannot', async () => {
  const { channel } = createWhatsApp({ twilio, web });
  expect(await channel.edit?.(TO, `SM${'0'.repeat(32)}`, { text: 'y' })).toMatchObject({ reason: 'not_editable' });
  await channel.edit?.(TO, 'true_94771234567@c.us_3EB0', { text: 'y' });
  expect(sent.splice(0)).toEqual(['edit']);
});

it('is whole with either way alone, and takes no address that is none', async () => {
  for (const [ways, way] of [
    [{ twilio }, 'twilio'],
    [{ web }, 'web'],
  ] as const) {
    const { channel } = createWhatsApp(ways);
    await channel.send(TO, { text: 'x' }, 'd', true);
    expect(await channel.send('94771234567', { text: 'x' }, 'd')).toMatchObject({ reason: 'invalid_address' });
    expect(sent.splice(0)).toEqual([way]);
    expect(channel.ways).toBeUndefined();
  }
});
