import { afterAll, beforeAll, expect, it } from 'vitest';
import { type House, openHouse } from '../../house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const say = async (text: string) => (await house.say(text)).map((message) => message.text).join('\n');
const tap = async (label: string) => (await house.tap(label)).map((message) => message.text).join('\n');

it('an owner sees and sets the hours and caps, for all and for a channel', async () => {
  expect(await say('sending rules')).toBe(
    'Offers leave between 9:00 and 19:00, by the clock where the person is.\nAt most 3 offers in 7 days to one person, in all.\n' +
      'They wait on holidays; the next: 24 Nov 2026: Poya.\nA consent counts at once.',
  );
  await tap('Change the hours');
  expect(await say('nonsense')).toContain('nonsense');
  expect(await say('8-18')).toContain('It is set.\nOffers leave between 8:00 and 18:00');
  await tap('Change the hours');
  expect(await say('sms 10-17')).toContain('SMS: between 10:00 and 17:00.');
  await tap('Change how many');
  expect(await say('SMS 1')).toContain('SMS: at most 1 in 7 days.');
  await tap('Change how many');
  expect(await say('100')).toContain('100');
  expect(await say('5')).toContain('At most 5 offers');
  await tap('Change the hours');
  expect(await say('sms -')).not.toContain('SMS: between');
  expect(await tap('Ask for consent twice')).toContain('once the person has confirmed it');
  expect(await tap('Ask for consent once')).toContain('counts at once');
});

it('an owner sees holidays, takes one away and adds one', async () => {
  expect(await say('holidays')).toContain(
    'On these days offers wait until the next one:\n24 Nov 2026: Poya\n23 Dec 2026: Poya\n25 Dec 2026: Christmas\n15 Jan 2027: Thai Pongal (estimated; please check)',
  );
  expect(await tap('Send on 24 Nov 2026')).toContain('Poya: offers go out on that day.');
  expect(await say('holidays')).not.toContain('24 Nov 2026');
  await tap('Add a day');
  expect(await say('not a day')).toContain('not a day');
  expect(await say('30 November: Stocktaking')).toContain('Added. 30 Nov 2026: Stocktaking');
  expect(await say('පෝය දින')).toContain('30 Nov 2026: Stocktaking\n23 Dec 2026');
});

it('a campaign on a holiday says which, and offers the next day', async () => {
  house.clock.set('2026-12-23T06:00:00Z');
  await house.send('people.csv', 'Customer ID,Name,Phone,Marketing\nC1,Anura,0772007777,yes\n');
  await house.tap('Import');
  const { core } = house.kade;
  const shop = await core.db.shops.findOne({});
  const { createCampaign } = await import('../../../core/index.ts');
  if (!shop) throw new Error('no shop');
  const campaign = await createCampaign(core, shop._id, {
    segment: 'all',
    channel: 'sms',
    text: 'Hi',
    createdBy: house.owner,
  });
  const answers = await house.tapId(`campaign.launch:${campaign._id.toHexString()}`);
  expect(answers[0]?.text).toContain('is a day on which offers wait: Poya.');
  expect(answers[0]?.text).toContain('24 Dec');
});
