import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSignInCode, type OutboundMessage, signIn } from '../../../core/index.ts';
import { type House, openHouse } from '../../house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Money has a space in it that does not break. */
const last = (messages: OutboundMessage[]) => (messages.at(-1)?.text ?? '').replaceAll('\u00a0', ' ');
const say = async (text: string) => last(await house.say(text));

test('prices are shown as estimates for the own country, and are the shop’s own once it has said them', async () => {
  const before = await say('prices');
  expect(before).toContain('• SMS, Sri Lanka: Rs 0.75, an estimate');
  expect(before).toContain('• WhatsApp, Sri Lanka: Rs 22.00, an estimate');
  expect(await say('prices sms 0.805')).toBe('SMS, Sri Lanka: Rs 0.805 from now on.');
  expect(await say('prices SMS Australia Rs 1,012.50')).toBe('SMS, Australia: Rs 1,012.50 from now on.');
  expect(await say('prices whatsapp ඉන්දියාව රු. 9')).toBe('WhatsApp, India: Rs 9.00 from now on.');
  const after = await say('prices');
  expect(after).toContain('• SMS, Sri Lanka: Rs 0.805\n• SMS, Australia: Rs 1,012.50\n');
  expect(after).toContain('• WhatsApp, Sri Lanka: Rs 22.00, an estimate\n• WhatsApp, India: Rs 9.00');
});

test('a price is asked for by a button, and taken back by "off"', async () => {
  await house.say('settings');
  await house.tap('Message prices');
  expect(last(await house.tap('SMS'))).toContain('SMS: to which country');
  expect(await say('Maldives 3.5')).toBe('SMS, Maldives: Rs 3.50 from now on.');
  expect(await say('prices sms Maldives off')).toBe('SMS, Maldives: no price any more.');
  expect(await say('prices sms off')).toBe('SMS, Sri Lanka: back to the estimate, Rs 0.75.');
  expect(await say('prices')).not.toContain('Maldives');
});

test.each([
  ['prices sms Atlantis 3', 'I do not know the country “Atlantis”'],
  ['prices sms Australia', 'I could not read “Australia”'],
  ['prices fax 3', 'I could not read “fax 3”'],
  ['prices sms -3', 'I could not read “-3”'],
  ['prices sms 99999999999', 'I could not read “99999999999”'],
])('"%s" is answered: %s', async (typed, answer) => {
  expect(await say(typed)).toContain(answer);
});

test('a campaign costs what each number’s country costs, and names those without a price', async () => {
  const { core } = house.kade;
  const file = 'name,phone,marketing consent\nNimal,0771234567,yes\nAnn,+61412345678,yes\nBob,+447400123456,yes\n';
  await house.send('people.csv', file);
  await house.tap('Import');
  await core.db.shops.updateOne({}, { $set: { prices: { sms: { AU: 1000 } } } });
  await house.say('campaign');
  await house.tap('All customers');
  await house.tap('SMS');
  const preview = await say('Hello');
  expect(preview).toContain('Cost: about Rs 10.75\nNo price known, and not counted: United Kingdom 1.');
});

test('a viewer sees the prices and cannot change them', async () => {
  const { core } = house.kade;
  const shop = await core.db.shops.findOne({});
  const { member } = await signIn(core, await createSignInCode(core, shop?._id as never, 'viewer'));
  const viewer = member.addresses[0];
  expect(last(await house.say('prices', viewer))).toContain('Rs 0.75');
  expect(last(await house.say('prices sms 1', viewer))).not.toContain('from now on');
});
