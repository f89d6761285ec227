import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import {
  CAMPAIGN_JOB,
  type Campaign,
  type Channel,
  type ConsentState,
  type Core,
  type Customer,
  createCampaign,
  FileStore,
  followChanges,
  getShop,
  type Inbound,
  type JobPayload,
  launchCampaign,
  type Notice,
  openShop,
  parseId,
  runCampaign,
  type SendOutcome,
  type Shop,
  Work,
} from '../../../core/index.ts';
import { openTestDatabase } from '../../database.ts';

/** A carrier that remembers what it accepted; `answer` may throw, wait or refuse. */
export class FakeCarrier implements Channel {
  readonly name = 'sms';
  twoWay = true;
  readonly buttons = false;
  readonly log: { to: string; text: string; deliveryId: string }[] = [];
  answer: (to: string, deliveryId: string) => Promise<SendOutcome> | SendOutcome = (_, deliveryId) => ({
    status: 'sent',
    providerId: `p-${deliveryId}`,
  });

  async send(to: string, message: { text: string }, deliveryId: string): Promise<SendOutcome> {
    const outcome = await this.answer(to, deliveryId);
    if (outcome.status === 'sent') this.log.push({ to, text: message.text, deliveryId });
    return outcome;
  }
}

/** Core over a database of its own, with a fake carrier, a clock that is moved by hand and jobs that run when told. */
export interface Kit {
  core: Core;
  shop: Shop;
  carrier: FakeCarrier;
  notices: Notice[];
  errors: string[];
  jobs: { name: string; payload: JobPayload; at: Date | null }[];
  setTime(at: string): void;
  addCustomers(
    count: number,
    fields?: (index: number) => Partial<Customer> & { marketing?: ConsentState },
  ): Promise<Customer[]>;
  draft(text?: string): Promise<Campaign>;
  /** Launches a draft and runs every campaign's job until none is left that is due. */
  launch(campaign: Campaign): Promise<void>;
  runJobs(): Promise<void>;
  inbound(from: string, text: string): Promise<Inbound>;
  rows(campaign: Campaign): Promise<Record<string, number>>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const NOON = '2026-11-21T06:30:00Z';

export async function openKit(): Promise<Kit> {
  const { db, close } = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'kade-'));
  let now = new Date(NOON);
  const clock = { now: () => new Date(now) };
  await openShop(db, clock);
  await db.shops.updateOne({}, { $set: { name: 'Test Shop', ready: true, weeklyCap: 100 } });
  const carrier = new FakeCarrier();
  const jobs: Kit['jobs'] = [];
  const notices: Notice[] = [];
  const errors: string[] = [];
  const same = (one: Kit['jobs'][number], name: string, payload: JobPayload) =>
    one.name === name && JSON.stringify(one.payload) === JSON.stringify(payload);
  const put = (name: string, payload: JobPayload, at: Date | null) => {
    for (let index = jobs.length - 1; index >= 0; index -= 1)
      if (jobs[index] && same(jobs[index] as Kit['jobs'][number], name, payload)) jobs.splice(index, 1);
    jobs.push({ name, payload, at });
  };
  const core: Core = {
    db,
    clock,
    files: new FileStore(folder, db.files, clock),
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (event, fields) =>
        void errors.push(`${event} ${fields?.error instanceof Error ? fields.error.stack : ''}`),
    },
    work: new Work(),
    stopping: new AbortController().signal,
    channels: new Map([['sms', carrier]]),
    jobs: {
      enqueue: async (name, payload) => put(name, payload, null),
      schedule: async (name, payload, when) => put(name, payload, 'at' in when ? when.at : null),
      cancel: async (name, payload) => {
        const index = jobs.findIndex((one) => same(one, name, payload));
        if (index >= 0) jobs.splice(index, 1);
      },
      state: async () => ({ running: 0, waiting: jobs.length }),
    },
    charts: { render: async () => Buffer.from('') },
    notifier: {
      async notify(_, notice, replace) {
        notices.push(notice);
        return replace ?? new Types.ObjectId().toHexString();
      },
    },
  };
  const shop = await getShop(db, (await db.shops.findOne({}))?._id as Types.ObjectId);
  let people = 0;
  const kit: Kit = {
    core,
    shop,
    carrier,
    notices,
    errors,
    jobs,
    setTime: (at) => {
      now = new Date(at);
    },
    async addCustomers(count, fields = () => ({})) {
      const customers = Array.from({ length: count }, (_, index): Customer => {
        people += 1;
        const { marketing = 'granted', ...rest } = fields(index);
        const value = `+9477${String(people).padStart(7, '0')}`;
        return {
          _id: new Types.ObjectId(),
          shopId: shop._id,
          name: `Person ${people}`,
          searchWords: [],
          addresses: [{ key: `sms:${value}`, channel: 'sms', value, marketing, service: 'unknown' }],
          tags: [],
          figures: { orderCount: 0, totalSpent: 0, totalReturned: 0, firstOrderAt: null, lastOrderAt: null },
          createdAt: clock.now(),
          updatedAt: clock.now(),
          ...rest,
        };
      });
      if (customers.length) await db.customers.insertMany(customers);
      return customers;
    },
    draft: (text = 'Hi {first_name|friend}!') =>
      createCampaign(core, shop._id, { segment: 'all', channel: 'sms', text, createdBy: 'web:owner' }),
    async launch(campaign) {
      await launchCampaign(core, shop._id, campaign._id, campaign.version);
      await kit.runJobs();
    },
    async runJobs() {
      for (;;) {
        const due = jobs.findIndex(({ name, at }) => name === CAMPAIGN_JOB && (at === null || at <= now));
        if (due < 0) return;
        const [job] = jobs.splice(due, 1);
        await runCampaign(core, shop._id, parseId(job?.payload.campaignId ?? ''));
      }
    },
    async inbound(from, text) {
      const row = {
        _id: new Types.ObjectId(),
        shopId: shop._id,
        providerId: new Types.ObjectId().toHexString(),
        from: from as Inbound['from'],
        text,
        at: clock.now(),
      };
      await db.inbound.insertOne(row);
      return row;
    },
    async rows(campaign) {
      const counts: Record<string, number> = {};
      for await (const row of db.deliveries.find({ shopId: shop._id, campaignId: campaign._id }))
        counts[row.reason ? `${row.status} ${row.reason}` : row.status] =
          (counts[row.reason ? `${row.status} ${row.reason}` : row.status] ?? 0) + 1;
      return counts;
    },
    async clear() {
      // What follows a change in the background holds on to the same rows.
      await followChanges(kit.core, shop._id, [], []);
      for (const name of ['customers', 'consents', 'deliveries', 'campaigns', 'inbound', 'tombstones'] as const)
        await (db[name] as typeof db.customers).deleteMany({});
      now = new Date(NOON);
      carrier.log.length = 0;
      carrier.answer = (_, deliveryId) => ({ status: 'sent', providerId: `p-${deliveryId}` });
      jobs.length = 0;
      notices.length = 0;
      errors.length = 0;
    },
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return kit;
}
