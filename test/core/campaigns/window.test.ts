import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Channel,
  createCampaign,
  type MessageTemplate,
  messageCustomer,
  type OutboundMessage,
  previewCampaign,
  receiveInbound,
  type Via,
} from '../../../core/index.ts';
import { type Kit, NOON, openKit } from './campaignKit.ts';

const TEMPLATE: MessageTemplate = {
  id: 'HX1',
  name: 'weekend_offer',
  language: 'en',
  status: 'approved',
  body: 'Hi {{1}}, {{2}} this weekend at {{3}}.',
  variables: ['1', '2', '3'],
};
const VALUES = { 1: '{first_name|friend}', 2: '10% off', 3: '{shop}' };
const HOUR_MS = 3600_000;

let kit: Kit;
let templates: MessageTemplate[];
let busy = false;
let sent: { to: string; message: OutboundMessage; bulk: boolean | undefined; via: Via | undefined }[];
beforeAll(async () => {
  kit = await openKit();
  const channel: Channel = {
    name: 'whatsapp',
    twoWay: true,
    buttons: true,
    ways: ['twilio', 'web'],
    templates: { via: 'twilio', list: async () => templates },
    async send(to, message, deliveryId, bulk, via) {
      if (busy) return { status: 'retry', afterMs: HOUR_MS, reason: 'busy' };
      sent.push({ to, message, bulk, via });
      return { status: 'sent', providerId: deliveryId };
    },
  };
  (kit.core.channels as Map<string, Channel>).set('whatsapp', channel);
});
afterAll(() => kit.close());
beforeEach(async () => {
  await kit.clear();
  templates = [TEMPLATE];
  sent = [];
});

const phone = (person: number) => `+9477100000${person}`;
const add = (names: readonly (string | undefined)[]) =>
  kit.addCustomers(names.length, (index) => ({
    ...(names[index] === undefined ? { name: '' } : { name: names[index] }),
    addresses: [
      {
        key: `whatsapp:${phone(index)}`,
        channel: 'whatsapp',
        value: phone(index),
        marketing: 'granted',
        service: 'unknown',
      },
    ],
  }));
let messages = 0;
const hear = (person: number, hoursAgo: number, via: Via = 'twilio') =>
  receiveInbound(kit.core, kit.shop._id, {
    id: `in${++messages}`,
    from: `whatsapp:${phone(person)}`,
    at: new Date(kit.core.clock.now().getTime() - hoursAgo * HOUR_MS),
    text: 'Hello',
    via,
  });
const draft = (words: { text: string } | { template: { id: string; variables: Record<string, string> } }) =>
  createCampaign(kit.core, kit.shop._id, { segment: 'all', channel: 'whatsapp', createdBy: 'web:owner', ...words });

describe('a campaign by WhatsApp', () => {
  it('without a template reaches only who wrote to that number within 24 hours', async () => {
    await add(['Nimal', 'Kumari', 'Ravi', 'Sita']);
    await Promise.all([hear(0, 1), hear(1, 24), hear(2, 1, 'web')]);
    const campaign = await draft({ text: 'Hi {first_name}' });
    expect(await previewCampaign(kit.core, kit.shop._id, campaign._id)).toMatchObject({
      reachable: 1,
      cost: 0,
      leftOut: [{ reason: 'window_closed', count: 3 }],
    });
    await kit.launch(campaign);
    expect(sent).toMatchObject([{ to: phone(0), message: { text: 'Hi Nimal\nReply STOP to opt out' }, bulk: true }]);
    expect(await kit.rows(campaign)).toEqual({ sent: 1, 'skipped window_closed': 3 });
  });

  it('with one reaches the others by it, its variables filled, and leaves out whom it has no word for', async () => {
    await add(['Nimal Perera', undefined, 'Ravi']);
    await hear(0, 1);
    const campaign = await draft({ template: { id: 'HX1', variables: { ...VALUES, 1: '{first_name}' } } });
    expect(campaign.text).toBe('Hi {first_name}, 10% off this weekend at {shop}.');
    const preview = await previewCampaign(kit.core, kit.shop._id, campaign._id);
    expect(preview.leftOut).toEqual([{ reason: 'missing_field', count: 1 }]);
    expect(preview.ways).toEqual(
      expect.arrayContaining([
        { way: 'whatsapp', count: 1, cost: 0 },
        { way: 'template', count: 1, cost: 2200 },
      ]),
    );
    await kit.launch(campaign);
    expect(sent.find(({ to }) => to === phone(0))?.message).toEqual({
      text: 'Hi Nimal, 10% off this weekend at Test Shop.\nReply STOP to opt out',
    });
    expect(sent.find(({ to }) => to === phone(2))?.message).toEqual({
      text: 'Hi Ravi, 10% off this weekend at Test Shop.',
      template: { id: 'HX1', variables: { 1: 'Ravi', 2: '10% off', 3: 'Test Shop' } },
    });
  });

  it('asks again before each send: a window that closed meanwhile takes the template, or lets nothing out', async () => {
    await add(['Nimal']);
    await hear(0, 20);
    busy = true;
    const [filled, free] = [
      await draft({ template: { id: 'HX1', variables: VALUES } }),
      await draft({ text: 'Hi {first_name}' }),
    ];
    await kit.launch(filled);
    await kit.launch(free);
    expect([await kit.rows(filled), await kit.rows(free)]).toEqual([{ 'queued busy': 1 }, { 'queued busy': 1 }]);
    busy = false;
    kit.setTime(new Date(Date.parse(NOON) + 5 * HOUR_MS).toISOString());
    await kit.runJobs();
    expect([await kit.rows(filled), await kit.rows(free)]).toEqual([{ sent: 1 }, { 'skipped window_closed': 1 }]);
    expect(sent).toMatchObject([{ message: { template: { id: 'HX1' } } }]);
    expect(await kit.core.db.deliveries.findOne({ status: 'sent' })).toMatchObject({
      cost: 2200,
      message: { template: { variables: { 1: 'Nimal' } } },
    });
  });

  it('by the cheapest channel goes by the next where the window has closed meanwhile', async () => {
    await add(['Nimal']);
    const sms = { key: `sms:${phone(0)}`, channel: 'sms', value: phone(0), marketing: 'granted', service: 'unknown' };
    await kit.core.db.customers.updateOne({}, { $push: { addresses: sms as never } });
    await hear(0, 20);
    busy = true;
    const campaign = await createCampaign(kit.core, kit.shop._id, {
      segment: 'all',
      channel: 'auto',
      createdBy: 'web:owner',
      text: 'Hi',
    });
    await kit.launch(campaign);
    busy = false;
    kit.setTime(new Date(Date.parse(NOON) + 5 * HOUR_MS).toISOString());
    await kit.runJobs();
    expect(sent).toEqual([]);
    expect(kit.carrier.log).toMatchObject([{ to: phone(0) }]);
    expect(await kit.core.db.deliveries.findOne({})).toMatchObject({
      status: 'sent',
      channel: 'sms',
      tried: [{ channel: 'whatsapp', reason: 'window_closed' }],
    });
  });

  it('takes an approved template only, with a text for each variable, and none that lost its approval since', async () => {
    await add(['Nimal']);
    const words = { template: { id: 'HX1', variables: VALUES } };
    const campaign = await draft(words);
    templates = [{ ...TEMPLATE, status: 'rejected' }];
    await expect(draft(words)).rejects.toMatchObject({ code: 'template_not_approved' });
    await expect(draft({ template: { id: 'HX2', variables: VALUES } })).rejects.toMatchObject({
      code: 'template_not_approved',
    });
    expect((await previewCampaign(kit.core, kit.shop._id, campaign._id)).leftOut).toEqual([
      { reason: 'window_closed', count: 1 },
    ]);
    templates = [TEMPLATE];
    const partly = { template: { id: 'HX1', variables: { 1: 'x', 2: 'y' } } };
    await expect(draft(partly)).rejects.toMatchObject({ code: 'campaign_empty_text' });
  });
});

describe('a member’s word to a customer', () => {
  const write = async () => {
    const customer = await kit.core.db.customers.findOne({});
    if (!customer) throw new Error('nobody');
    return messageCustomer(kit.core, kit.shop, {
      customerId: customer._id,
      to: `whatsapp:${phone(0)}`,
      text: 'Your order is here',
    });
  };

  it('leaves by the way they were last heard on, and needs no window on a linked device', async () => {
    await add(['Nimal']);
    expect(await write()).toEqual({ refused: 'window_closed' });
    await hear(0, 30, 'web');
    await write();
    await hear(0, 1, 'twilio');
    await write();
    await hear(0, 0.5, 'web');
    await write();
    expect(sent.map(({ via }) => via)).toEqual(['web', 'twilio', 'web']);
  });
});

it.skipIf(process.env.MONGODB_URI)('asks for windows and ways by an index', async () => {
  await add(['Nimal']);
  await hear(0, 1);
  const { inbound } = kit.core.db;
  const from = `whatsapp:${phone(0)}` as const;
  const since = new Date(Date.parse(NOON) - 24 * HOUR_MS);
  const cursors = [
    inbound.find({ shopId: kit.shop._id, from: { $in: [from] }, at: { $gt: since }, via: 'twilio' }),
    inbound.find({ shopId: kit.shop._id, from, via: { $in: ['twilio', 'web'] } }).sort({ at: -1, _id: -1 }),
    kit.core.db.deliveries.find({ shopId: kit.shop._id, 'tried.providerId': { $in: ['x'] } }),
  ];
  for (const cursor of cursors) {
    const plan = JSON.stringify(await cursor.explain('queryPlanner'));
    expect(plan).toContain('IXSCAN');
    expect(plan).not.toMatch(/COLLSCAN|"SORT"/);
  }
});
