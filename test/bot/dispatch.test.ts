import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translator } from '../../bot/translate.ts';
import type { InboundMessage } from '../../core/index.ts';
import { type House, openHouse } from '../house.ts';

/** A reply to an error that nobody foresaw, or words that a fault left. */
const FAULT = /Something went wrong|undefined|\[object|NaN/;

let house: House;
let sent = 0;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

function message(text: string, id = `dispatch-${++sent}`): InboundMessage {
  return { id, from: house.owner, at: house.clock.now(), text };
}

/** What the owner was told from now on. */
async function repliesTo(act: () => Promise<unknown>): Promise<string[]> {
  const before = (await house.transcript()).length;
  await act();
  return (await house.transcript()).slice(before).map((reply) => reply.text);
}

describe('dispatch', () => {
  it('answers a thousand messages at once, each once and in their order', async () => {
    const messages = Array.from({ length: 1000 }, (_, index) => message(`qwxz ${index} qwxz`));
    const replies = await repliesTo(() => Promise.all(messages.map((one) => house.kade.dispatch(one))));
    expect(replies.map((text) => /qwxz (\d+) qwxz/.exec(text)?.[1])).toEqual(messages.map((_, index) => `${index}`));
    expect(house.kade.core.work.isIdle(house.owner)).toBe(true);
    expect(await house.kade.core.db.inbound.countDocuments({ from: house.owner, text: /^qwxz/ })).toBe(1000);
  }, 120_000);

  it('answers a message that comes twice once, also when both come together', async () => {
    const replies = await repliesTo(async () => {
      await Promise.all([house.kade.dispatch(message('help', 'same')), house.kade.dispatch(message('help', 'same'))]);
      await house.kade.dispatch(message('help', 'same'));
    });
    expect(replies).toHaveLength(1);
  });

  it('says what a message of 100,000 characters is too long for, and goes on', async () => {
    const [reply] = await house.say('x'.repeat(100_000));
    expect(reply?.text).toMatch(/10[,.]?000/);
    expect((await house.say('help'))[0]?.choices?.length).toBeGreaterThan(0);
  });

  it.each([
    'gone.action:5f0000000000000000000000',
    'constructor',
    '__proto__:x',
    'toString',
    'hasOwnProperty:',
    ':',
    '',
    '\0',
    'menu:../../etc/passwd',
    'settings.code:__proto__',
    'x'.repeat(200),
  ])('answers the tap of a button that it does not know: %j', async (id) => {
    const replies = await house.tapId(id);
    expect(replies).toHaveLength(1);
    expect(replies[0]?.text).not.toMatch(FAULT);
  });

  it.each([
    ['a name of the language', 'constructor'],
    ['a prototype', '__proto__'],
    ['an operator of the database', 'find $where'],
    ['an operator as an object', 'find {"$gt":""}'],
    ['a pattern', 'find .*(a+)+$'],
    ['a template', 'find {{shop}} $t(menu.text)'],
    ['a formula', '=HYPERLINK("http://x","y")'],
    ['NUL characters', 'find \0\0'],
    ['half a surrogate pair', 'find \uD83D'],
    ['the other half', '\uDE00 hello'],
    ['only blanks', ' \t\n\u200B\u00A0 '],
    ['writing in both directions', 'find \u202Eabc\u202C'],
    ['one character under a thousand marks', `find a${'\u0301'.repeat(1000)}`],
    ['nothing', ''],
  ])('answers %s, without a fault of its own', async (_what, text) => {
    const replies = await house.say(text);
    expect(replies.length).toBeGreaterThan(0);
    expect(replies.map((reply) => reply.text).join('\n')).not.toMatch(FAULT);
    expect((await house.say('help')).length).toBe(1);
  });

  // A house on MongoDB has a database of its own each time.
  it.skipIf(process.env.MONGODB_URI)(
    'answers at the next start what a stopped process had taken in and not answered',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'kade-'));
      const before = await openHouse({ folder });
      const { db } = before.kade.core;
      const shop = await db.shops.findOne({});
      await db.inbound.insertOne({
        _id: new Types.ObjectId(),
        shopId: shop?._id ?? new Types.ObjectId(),
        providerId: 'left',
        from: before.owner,
        text: 'help',
        at: before.clock.now(),
        waiting: true,
      });
      await before.close();

      const after = await openHouse({ folder });
      await after.idle(before.owner);
      const replies = await after.transcript(before.owner);
      expect(replies.at(-1)?.text).toBe(translator('en')('help.text'));
      expect(await after.kade.core.db.inbound.countDocuments({ waiting: true })).toBe(0);
      await after.close();
      await rm(folder, { recursive: true, force: true });
    },
  );
});
