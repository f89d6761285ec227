import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { translator } from '../../../bot/translate.ts';
import { INCIDENT_KINDS } from '../../../core/incidents/incident.model.ts';
import {
  type AddressKey,
  type Channel,
  type ChannelName,
  checkHealth,
  createSignInCode,
  incidentDesk,
  LANGUAGES,
  reply,
  reportIncident,
  type SendOutcome,
  type Shop,
  signIn,
  solveIncident,
} from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

const SENT: SendOutcome = { status: 'sent', providerId: '' };

let house: House;
let shopId: Shop['_id'];
let outcome: SendOutcome;
const sendOne = () => reply(house.kade.core, { shopId, to: 'telegram:1' }, { text: 'Hello' });
const told = async (address?: AddressKey) =>
  (await house.transcript(address)).map(({ text }) => text).filter((text) => /^[⚠✅]/u.test(text));
const isTold = (...texts: string[]) =>
  expect.poll(() => told()).toEqual(texts.map((text) => expect.stringContaining(text)));
/** What the ten minutes' job does. */
const tenMinutesLater = async () => {
  house.clock.set(new Date(house.clock.now().getTime() + 600_000).toISOString());
  await checkHealth(house.kade.core, shopId);
};

describe('in a running house', () => {
  beforeEach(async () => {
    house = await openHouse();
    shopId = ((await house.kade.core.db.shops.findOne({})) as Shop)._id;
    outcome = SENT;
    const channels = house.kade.core.channels as Map<ChannelName, Channel>;
    channels.set('telegram', {
      name: 'telegram',
      twoWay: true,
      buttons: true,
      send: async (_to, _message, id) => (outcome.status === 'sent' ? { ...outcome, providerId: id } : outcome),
    });
  });
  afterEach(() => house.close());

  describe('owners are told', () => {
    test('once that a channel does not answer, with the cure, and once that it does again', async () => {
      outcome = { status: 'unknown', reason: 'no_answer' };
      for (let sends = 0; sends < 4; sends++) await sendOne();
      expect(await house.kade.core.db.incidents.countDocuments({ open: true })).toBe(0);
      for (let sends = 0; sends < 4; sends++) await sendOne();
      await isTold('⚠️ Telegram: the service does not answer\nNothing is lost.');
      outcome = SENT;
      await sendOne();
      await sendOne();
      await tenMinutesLater();
      await isTold('⚠️', '✅ Solved at 10:00: Telegram: the service does not answer');
    });

    test('at once that a key is refused; a person who cannot be reached is no incident', async () => {
      outcome = { status: 'failed', reason: 'chat_unknown' };
      for (let sends = 0; sends < 9; sends++) await sendOne();
      outcome = { status: 'failed', reason: 'token_refused', incident: 'credentials_refused' };
      await sendOne();
      await isTold('⚠️ Telegram: the service refuses the key');
    });

    test('nothing of what comes and goes, until it stays', async () => {
      const { core } = house.kade;
      const name = { kind: 'second_listener', channel: 'telegram' } as const;
      await reportIncident(core, shopId, name);
      await isTold('⚠️');
      for (let times = 0; times < 5; times++) {
        await solveIncident(core, shopId, name);
        await reportIncident(core, shopId, name);
      }
      await solveIncident(core, shopId, name);
      await checkHealth(core, shopId);
      expect(await told()).toHaveLength(1);
      await tenMinutesLater();
      await isTold('⚠️', '✅');
    });

    test('many at once in one message', async () => {
      const { core } = house.kade;
      const enqueue = vi.spyOn(core.jobs, 'enqueue').mockResolvedValue();
      const desk = incidentDesk(() => core, shopId, 'whatsapp');
      desk.report('template_rejected', { subject: 'summer_sale', detail: 'INVALID_FORMAT' });
      desk.report('template_rejected', { subject: 'new_stock', detail: `x${'y'.repeat(500)}` });
      await reportIncident(core, shopId, { kind: 'balance_low', channel: 'sms' });
      expect(enqueue).toHaveBeenCalledTimes(3);
      await checkHealth(core, shopId);
      const [text = '', ...more] = await told();
      expect(more).toEqual([]);
      expect(text).toContain('WhatsApp: the template “summer_sale” was rejected (INVALID_FORMAT)');
      expect(text).toContain('“new_stock” was rejected (xyyy');
      expect(text).toContain('SMS: the money on the account');
      expect(text.length).toBeLessThan(700);
    });

    test('at another address of theirs where the channel that fails is their own', async () => {
      const { core } = house.kade;
      const { member } = await signIn(core, await createSignInCode(core, shopId, 'owner'));
      const web = member.addresses[0] as AddressKey;
      await core.db.members.updateOne({ _id: member._id }, { $set: { addresses: ['telegram:7', web] } });
      outcome = { status: 'failed', reason: 'token_refused', incident: 'credentials_refused' };
      await sendOne();
      await expect.poll(() => told(web)).toHaveLength(1);
      expect(await told('telegram:7')).toEqual([]);
    });

    test('that the disk is nearly full, and of what a stop left untold', async () => {
      const { core } = house.kade;
      const free = vi.spyOn(core.files, 'freeBytes').mockResolvedValue(320.5 * 1024 * 1024);
      await checkHealth(core, shopId);
      await isTold('⚠️ The disk is nearly full: 320 MB left');
      free.mockResolvedValue(550 * 1024 * 1024);
      await tenMinutesLater();
      expect(await told()).toHaveLength(1);
      free.mockResolvedValue(700 * 1024 * 1024);
      vi.spyOn(core.jobs, 'enqueue').mockRejectedValue(new Error('stopped'));
      await tenMinutesLater();
      await isTold('⚠️', '✅');
    });

    test('nothing that the shop’s other members must not see', async () => {
      const { core } = house.kade;
      const { member } = await signIn(core, await createSignInCode(core, shopId, 'agent'));
      await reportIncident(core, shopId, { kind: 'balance_low', channel: 'sms' });
      await isTold('⚠️');
      expect(await told(member.addresses[0])).toEqual([]);
    });
  });

  describe('status', () => {
    const status = async () => (await house.say('status'))[0]?.text ?? '';

    test('shows every channel, what went in and out today, and that nothing is wrong', async () => {
      await house.say('HELP', 'sms:+94771234567');
      await sendOne();
      outcome = { status: 'failed', reason: 'chat_unknown' };
      await sendOne();
      const text = await status();
      expect(text).toMatch(/✅ web chat\n.*on this page · last in: 10:00, last out: 10:00/);
      expect(text).toMatch(/✅ SMS\n.*in the sandbox.* · last in: 10:00, last out: 10:00 · today 1 sent, 0 failed/);
      expect(text).toMatch(/✅ Telegram\n.*last in: nothing this week.* · today 1 sent, 1 failed/);
      expect(text).toMatch(/Database: answers in \d+ ms/);
      expect(text).toContain('Nothing is wrong.');
    });

    test('shows since when a channel is down, with the cure, and names yesterday’s day', async () => {
      outcome = { status: 'failed', reason: 'token_refused', incident: 'credentials_refused' };
      await sendOne();
      house.clock.set('2026-11-22T04:30:00Z');
      const text = await status();
      expect(text).toContain('⚠️ Telegram: nothing goes out since 21 Nov 10:00');
      expect(text).toContain('last out: 21 Nov 10:00 · today 0 sent, 0 failed');
      expect(text).toContain('@BotFather, /mybots, API Token');
      expect(text).not.toContain('Nothing is wrong');
    });

    test('names a channel that is not connected, and is for managers and owners', async () => {
      const { core } = house.kade;
      (core.channels as Map<ChannelName, Channel>).delete('telegram');
      expect(await status()).toContain('➖ Telegram: not connected');
      const { member } = await signIn(core, await createSignInCode(core, shopId, 'agent'));
      expect((await house.say('status', member.addresses[0]))[0]?.text).toContain('needs the role manager');
    });

    test.skipIf(process.env.MONGODB_URI)('reads by indexes', async () => {
      const { core } = house.kade;
      const at = { $gte: house.clock.now() };
      const plans = await Promise.all([
        core.db.deliveries.find({ shopId, channel: 'sms', sentAt: at }).sort({ sentAt: -1 }).explain(),
        core.db.inbound
          .find({ shopId, at, from: { $regex: '^sms:' } })
          .sort({ at: -1 })
          .explain(),
        core.db.incidents.find({ shopId, open: true }).explain(),
      ]);
      for (const plan of plans) expect(JSON.stringify(plan)).toContain('IXSCAN');
    });
  });
});

test.each(LANGUAGES)('every incident has its words and its cure in %s', (language) => {
  const t = translator(language);
  for (const kind of INCIDENT_KINDS)
    for (const part of ['what', 'cure'])
      expect(t(`incident.${kind}.${part}`, { subject: '', detail: '' })).not.toContain('incident.');
});
