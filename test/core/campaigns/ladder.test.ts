import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Campaign,
  type CampaignChannel,
  campaignReport,
  cancelCampaign,
  changeLadder,
  createCampaign,
  type Delivery,
  eraseCustomer,
  getCampaign,
  previewCampaign,
  type Receipt,
  recordReceipts,
  type SendOutcome,
  stopMarketing,
} from '../../../core/index.ts';
import { type Kit, NOON, openKit } from './campaignKit.ts';

const CHANNELS = ['sms', 'whatsapp', 'telegram', 'email'] as const;
const HOUR_MS = 3600_000;

type Answer = (to: string, channel: CampaignChannel) => SendOutcome;
/** What every carrier was asked to send, in order. */
let asked: { channel: CampaignChannel; to: string; deliveryId: string; text: string }[];
let answer: Answer;
let kit: Kit;
const channels = () => kit.core.channels as Map<string, object>;

beforeAll(async () => {
  kit = await openKit();
});
afterAll(() => kit.close());
beforeEach(() => open());

async function open(): Promise<void> {
  await kit.clear();
  asked = [];
  answer = (to, channel) => ({ status: 'sent', providerId: `${channel} ${to}` });
  for (const name of CHANNELS)
    channels().set(name, {
      name,
      twoWay: true,
      buttons: false,
      async send(to: string, message: { text: string }, deliveryId: string) {
        asked.push({ channel: name, to, deliveryId, text: message.text });
        return answer(to, name);
      },
    });
}

/** `person` counts from 0; their address is the same number on every channel. */
const number = (person: number) => `+9477000000${person}`;
async function people(reach: readonly (readonly CampaignChannel[])[]): Promise<void> {
  const added = await kit.addCustomers(reach.length, (index) => ({
    name: `Person ${index}`,
    addresses: (reach[index] ?? []).map((channel) => ({
      key: `${channel}:${number(index)}` as const,
      channel,
      value: number(index),
      marketing: 'granted' as const,
      service: 'unknown' as const,
    })),
  }));
  expect(added).toHaveLength(reach.length);
}

async function draft(ladder: { order?: CampaignChannel[]; fallback?: boolean } = {}): Promise<Campaign> {
  const campaign = await createCampaign(kit.core, kit.shop._id, {
    segment: 'all',
    channel: 'auto',
    text: 'Hi {first_name}',
    subject: 'Hi',
    createdBy: 'web:owner',
  });
  return changeLadder(kit.core, kit.shop._id, campaign._id, { order: [], fallback: true, ...ladder });
}

const rowOf = async (person: number): Promise<Delivery | null> => {
  const customer = await kit.core.db.customers.findOne({ name: `Person ${person}` });
  return customer && kit.core.db.deliveries.findOne({ customerId: customer._id });
};
const ways = (person: number) => asked.filter(({ to }) => to === number(person)).map(({ channel }) => channel);
type Word = Receipt & { channel: CampaignChannel };
const receipt = (channel: CampaignChannel, person: number, status: Receipt['status']): Word => ({
  channel,
  providerId: `${channel} ${number(person)}`,
  status,
  at: kit.core.clock.now(),
});
async function later(minutes: number): Promise<void> {
  kit.setTime(new Date(kit.core.clock.now().getTime() + minutes * 60_000).toISOString());
  await kit.runJobs();
}

describe('a campaign by the cheapest channel', () => {
  it('takes for each the cheapest that is allowed and can be reached', async () => {
    await people([
      ['sms', 'telegram', 'email', 'whatsapp'],
      ['sms', 'email', 'whatsapp'],
      ['sms', 'whatsapp'],
      ['whatsapp'],
      [],
    ]);
    const campaign = await draft();
    const preview = await previewCampaign(kit.core, kit.shop._id, campaign._id);
    expect(preview).toMatchObject({ size: 5, reachable: 4, leftOut: [{ reason: 'no_address', count: 1 }] });
    expect(preview.ways).toEqual(
      expect.arrayContaining([
        { way: 'telegram', count: 1, cost: 0 },
        { way: 'email', count: 1, cost: 30 },
        { way: 'sms', count: 1, cost: 75 },
        { way: 'whatsapp', count: 1, cost: 2200 },
      ]),
    );
    expect(preview.cost).toBe(30 + 75 + 2200);
    await kit.launch(campaign);
    expect([0, 1, 2, 3, 4].map(ways)).toEqual([['telegram'], ['email'], ['sms'], ['whatsapp'], []]);
  });

  it('keeps to the order that the owner gives, and to the channels in it', async () => {
    await people([['telegram', 'sms', 'whatsapp'], ['telegram', 'sms'], ['telegram']]);
    await kit.launch(await draft({ order: ['whatsapp', 'sms'] }));
    expect([0, 1, 2].map(ways)).toEqual([['whatsapp'], ['sms'], []]);
    expect(await rowOf(2)).toMatchObject({ status: 'skipped', reason: 'no_address' });
  });

  it('asks the gate for every address', async () => {
    await people([['telegram', 'sms']]);
    const telegram = `telegram:${number(0)}`;
    await kit.core.db.customers.updateOne(
      { 'addresses.key': telegram },
      { $set: { 'addresses.0.marketing': 'denied' } },
    );
    await kit.launch(await draft());
    expect(ways(0)).toEqual(['sms']);
  });
});

describe('who a channel fails to reach', () => {
  it('gets it by the next, until one takes it; the row tells', async () => {
    await people([['telegram', 'email', 'sms'], ['sms']]);
    answer = (to, channel) =>
      channel === 'sms' ? { status: 'sent', providerId: to } : { status: 'failed', reason: 'bounced' };
    const campaign = await draft();
    await kit.launch(campaign);
    expect(ways(0)).toEqual(['telegram', 'email', 'sms']);
    expect(await rowOf(0)).toMatchObject({
      status: 'sent',
      channel: 'sms',
      to: `sms:${number(0)}`,
      tried: [
        { channel: 'telegram', reason: 'bounced' },
        { channel: 'email', reason: 'bounced' },
      ],
    });
    expect(await campaignReport(kit.core, kit.shop._id, campaign._id)).toMatchObject({ planned: 2, fallen: 1 });
    expect((await getCampaign(kit.core, kit.shop._id, campaign._id)).status).toBe('done');
  });

  it('gets it nowhere else where the campaign does not say so, or where it may have arrived', async () => {
    await people([['telegram', 'sms']]);
    answer = () => ({ status: 'failed', reason: 'carrier' });
    await kit.launch(await draft({ fallback: false }));
    expect(ways(0)).toEqual(['telegram']);
    await open();
    await people([['telegram', 'sms']]);
    answer = () => ({ status: 'unknown', reason: 'no_answer' });
    await kit.launch(await draft());
    expect(ways(0)).toEqual(['telegram']);
  });

  it('is not followed to another when it was they who shut us out', async () => {
    await people([['telegram', 'sms']]);
    answer = () => ({ status: 'failed', reason: 'bot_blocked', optOut: true });
    await kit.launch(await draft());
    expect(ways(0)).toEqual(['telegram']);
  });

  it('gets it by the next when the failure is told later, without a second notice that all is done', async () => {
    await people([['telegram', 'sms'], ['telegram']]);
    const campaign = await draft();
    await kit.launch(campaign);
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'failed'), receipt('telegram', 1, 'failed')]);
    expect(ways(0)).toEqual(['telegram']);
    await later(1);
    expect(ways(0)).toEqual(['telegram', 'sms']);
    expect(ways(1)).toEqual(['telegram']);
    expect(kit.notices.filter(({ kind }) => kind === 'campaign.finished')).toHaveLength(1);
    expect((await getCampaign(kit.core, kit.shop._id, campaign._id)).status).toBe('done');
  });

  it('does not get it again when the first did arrive after all', async () => {
    await people([['telegram', 'sms']]);
    await kit.launch(await draft());
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'failed')]);
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'delivered')]);
    await later(1);
    expect(ways(0)).toEqual(['telegram']);
    expect(await rowOf(0)).toMatchObject({ status: 'delivered', channel: 'telegram' });
  });

  it('keeps the former channel’s word when it comes while the next waits, and notes it when that has left', async () => {
    await people([['telegram', 'sms']]);
    const wait = { status: 'retry', afterMs: 10 * 60_000, reason: 'busy' } as const;
    answer = (to, channel) => (channel === 'sms' ? wait : { status: 'sent', providerId: `${channel} ${to}` });
    await kit.launch(await draft());
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'failed')]);
    await later(1);
    expect(await rowOf(0)).toMatchObject({ status: 'queued', channel: 'sms' });
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'read')]);
    expect(await rowOf(0)).toMatchObject({ status: 'read', channel: 'telegram', tried: [] });
    await later(30);
    expect(ways(0)).toEqual(['telegram', 'sms']);

    await open();
    await people([['telegram', 'sms']]);
    await kit.launch(await draft());
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'failed')]);
    await later(1);
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'delivered')]);
    expect(await rowOf(0)).toMatchObject({
      status: 'sent',
      channel: 'sms',
      tried: [{ channel: 'telegram', arrivedAt: kit.core.clock.now() }],
    });
  });

  it('is left alone after a day, after a cancel, and once they say STOP or are erased', async () => {
    await people([
      ['telegram', 'sms'],
      ['telegram', 'sms'],
    ]);
    const first = await draft();
    await kit.launch(first);
    kit.setTime(new Date(Date.parse(NOON) + 25 * HOUR_MS).toISOString());
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'failed')]);
    await later(1);
    expect(ways(0)).toEqual(['telegram']);

    await open();
    await people([
      ['telegram', 'sms'],
      ['telegram', 'sms'],
    ]);
    await kit.launch(await draft());
    await recordReceipts(kit.core, kit.shop._id, [receipt('telegram', 0, 'failed'), receipt('telegram', 1, 'failed')]);
    await stopMarketing(kit.core, await kit.inbound(`telegram:${number(0)}`, 'STOP'));
    const erased = await kit.core.db.customers.findOne({ name: 'Person 1' });
    if (erased) await eraseCustomer(kit.core, kit.shop._id, erased._id, { evidenceId: 'x' });
    await later(1);
    expect(asked).toHaveLength(2);

    await open();
    await people([['telegram', 'sms']]);
    answer = (_to, channel) =>
      channel === 'telegram'
        ? { status: 'failed', reason: 'carrier' }
        : { status: 'retry', afterMs: 60_000, reason: 'busy' };
    const cancelled = await draft();
    await kit.launch(cancelled);
    await cancelCampaign(kit.core, kit.shop._id, cancelled._id);
    await later(5);
    expect(ways(0)).toEqual(['telegram', 'sms']);
    expect((await rowOf(0))?.status).toBe('cancelled');
  });
});

/** What a carrier does with one message: its answer, then what it says later. */
const fate = fc.record({
  answer: fc.constantFrom('sent' as const, 'failed' as const, 'unknown' as const, 'retry' as const, 'optOut' as const),
  told: fc.array(fc.constantFrom('delivered' as const, 'read' as const, 'failed' as const), { maxLength: 2 }),
});
type Fate = { answer: 'sent' | 'failed' | 'unknown' | 'retry' | 'optOut'; told: Receipt['status'][] };
const PEOPLE = 6;

it('sends nobody a second message while the first may have arrived, whatever carriers do and say', async () => {
  const person = fc.record({
    reach: fc.subarray([...CHANNELS]),
    fates: fc.array(fate, { minLength: 4, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: PEOPLE, maxLength: PEOPLE }),
      fc.shuffledSubarray([...CHANNELS]),
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      async (crowd, order, dice) => {
        await open();
        await kit.core.db.shops.updateOne({}, { $set: { sendingHours: { from: 0, to: 0 } } });
        await people(crowd.map(({ reach }) => reach));
        const fateOf = (to: string, channel: CampaignChannel): Fate =>
          crowd[Number(to.at(-1))]?.fates[CHANNELS.indexOf(channel)] as Fate;
        /** by person: what is known of each message that they were sent */
        const known = new Map<string, Map<CampaignChannel, 'no' | 'perhaps'>>();
        const pending: Word[] = [];
        answer = (to, channel) => {
          const { answer: given, told } = fateOf(to, channel);
          const sent = known.get(to) ?? new Map<CampaignChannel, 'no' | 'perhaps'>();
          known.set(to, sent);
          for (const [other, state] of sent)
            if (other !== channel) expect([to, other, state]).toEqual([to, other, 'no']);
          const providerId = `${channel} ${to}`;
          sent.set(channel, given === 'sent' || given === 'unknown' ? 'perhaps' : 'no');
          if (given === 'sent')
            pending.push(...told.map((status) => ({ channel, providerId, status, at: kit.core.clock.now() })));
          if (given === 'sent') return { status: 'sent', providerId };
          if (given === 'retry') return { status: 'retry', afterMs: 60_000, reason: 'busy' };
          if (given === 'optOut') return { status: 'failed', reason: 'blocked', optOut: true };
          return { status: given, reason: 'carrier' };
        };
        const campaign = await draft({ order });
        await kit.launch(campaign);
        for (const die of dice) {
          if (die % 3 === 0) await later(1);
          const [told] = pending.splice(die % Math.max(1, pending.length), 1);
          if (!told) continue;
          await recordReceipts(kit.core, kit.shop._id, [told]);
          const sent = known.get(told.providerId.split(' ')[1] ?? '');
          const to = told.providerId.split(' ')[1] ?? '';
          const before = sent?.get(told.channel);
          const arrived = told.status !== 'failed' || (before === 'perhaps' && (await hasArrived(to, told.channel)));
          sent?.set(told.channel, arrived ? 'perhaps' : 'no');
        }
        await later(10);
        expect(kit.errors).toEqual([]);
        expect(await kit.core.db.deliveries.countDocuments({ campaignId: campaign._id })).toBe(PEOPLE);
        for (const { to } of asked) {
          const used = asked.filter((one) => one.to === to).map(({ channel }) => channel);
          const runs = used.filter((channel, index) => channel !== used[index - 1]);
          expect(new Set(runs).size).toBe(runs.length);
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
}, 60_000);

/** Once delivered, a later word of failure says nothing. */
async function hasArrived(to: string, channel: CampaignChannel): Promise<boolean> {
  const row = await kit.core.db.deliveries.findOne({ providerId: `${channel} ${to}` });
  return row?.status === 'delivered' || row?.status === 'read';
}
