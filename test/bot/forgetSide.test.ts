import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PERSONAL_DATA } from '../../core/consents/personalData.ts';
import { type AddressKey, type Core, createLogger, type OutboundMessage } from '../../core/index.ts';
import { type House, openHouse } from '../house.ts';

let house: House;
let core: Core;
const log = new PassThrough();
/** what the carrier was given, by address */
const sent: { to: string; message: OutboundMessage }[] = [];

beforeAll(async () => {
  house = await openHouse();
  core = house.kade.core;
  Object.assign(core.log, createLogger(log, house.clock));
  const sms = core.channels.get('sms');
  if (!sms) throw new Error('no sms');
  const send = sms.send.bind(sms);
  sms.send = (to, message, ...more) => {
    sent.push({ to, message });
    return send(to, message, ...more);
  };
});
afterAll(() => house.close());

const NAME = 'Kumari Wijesekara';
const FROM: AddressKey = 'sms:+94771234567';
const FILE = `Customer ID,Name,Phone,Email,Marketing\nCUST-90210,${NAME},077 123 4567,kumari.w@example.lk,yes\nC2,Other One,0770000002,,yes\n`;
const TRACE = /Kumari|Wijesekara|77[\s-]?123[\s-]?4567|kumari\.w|CUST-90210/i;

/** Whatever in the database, and on disk outside it, still tells of the person. */
async function traces(): Promise<string[]> {
  const db = core.db.connection.getClient().db(core.db.connection.name);
  const found: string[] = [];
  for (const { name } of await db.listCollections().toArray())
    for (const row of await db.collection(name).find().toArray())
      if (TRACE.test(JSON.stringify(row))) found.push(`${name} ${JSON.stringify(row)}`);
  const folder = core.files.path('').replace(/files\/?$/, '');
  for (const place of ['files', 'sandbox'])
    for (const name of await readdir(join(folder, place)).catch(() => []))
      if (TRACE.test(await readFile(join(folder, place, name), 'utf8').catch(() => ''))) found.push(`${place}/${name}`);
  return found;
}

it('FORGET ME erases a person from everything they were in, and says so', async () => {
  await house.send('people.csv', FILE);
  await house.tap('Import');
  await house.say(`find ${NAME}`);
  await house.tap('Add a note');
  await house.say(`call: ${NAME} wants red rice`);
  await house.say('campaign');
  await house.say('who city = Galle');
  await house.say('find 0771234567');
  await house.say('imports');
  await house.say('Is my parcel here? Kumari', FROM);
  await house.say('why', FROM);
  const shop = await core.db.shops.findOne({});
  if (!shop) throw new Error('no shop');
  await core.files.save(shop._id, 'export.csv', 'text/csv', FILE);
  const picture = await core.files.save(shop._id, 'report.png', 'image/png', 'png');
  expect((await traces()).length).toBeGreaterThan(8);

  await house.say('FORGET ME', FROM);
  sent.length = 0;
  await house.say('yes', FROM);
  expect(sent.map(({ message }) => message.text)[0]).toMatch(
    /^Test Shop has erased.*\nErased: name, addresses and consents; messages \d+, notes 2, files with tables or from them 2,.*\nA keyed hash.*\nNot ours to erase: .*SMS, WhatsApp, email/su,
  );
  expect(await traces()).toEqual([]);
  expect((await core.files.get(shop._id, picture.id)).name).toBe('report.png');
  expect(await core.db.customers.countDocuments({})).toBe(1);

  await house.send('again.csv', FILE);
  await house.tap('Import');
  expect(await core.db.customers.countDocuments({})).toBe(1);
  // The preview in the member's own chat shows what they sent; the file itself is gone.
  expect((await traces()).filter((line) => !line.startsWith('deliveries'))).toEqual([]);
});

it('MY DATA gives a page with everything, to that address, of that person, once a day', async () => {
  const from: AddressKey = 'sms:+94770000002';
  await house.say('<b>my own words</b>', from);
  sent.length = 0;
  await house.say('my data', from);
  const file = sent[0]?.message.file;
  expect(sent[0]).toMatchObject({ to: '+94770000002', message: { file: { name: 'my-data.html' } } });
  const page = await readFile(core.files.path(file?.id ?? ''), 'utf8');
  expect(page).toContain('Other One');
  expect(page).toContain('&#60;b&#62;my own words');
  expect(page).not.toContain('<b>my own');
  expect(page).not.toMatch(/tombstone|Kumari/);
  const whole = /<pre id="data">(.*)<\/pre>/su.exec(page)?.[1] ?? '';
  const data = JSON.parse(whole.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)));
  expect(Object.keys(data).sort()).toEqual([
    'consents',
    'customers',
    'deliveries',
    'inbound',
    'interactions',
    'merges',
    'orders',
    'segmentEvents',
    'tickets',
  ]);
  await house.say('my data', from);
  expect(sent.at(-1)?.message.text).toContain('within the last day');
  await house.say('my data', 'sms:+94770009876');
  expect(sent.at(-1)?.message.text).toContain('keeps nothing of you');
});

it('the log of all that names nobody', async () => {
  core.log.error('made up', {
    from: FROM,
    error: new Error(`E11000 dup key: { addresses.key: "${FROM}" } a@b.lk +94771234567`),
  });
  const lines = String(log.read());
  expect(lines).toContain('made up');
  expect(lines).not.toMatch(TRACE);
  expect(lines).not.toMatch(/a@b\.lk|\+94/);
});

it('every collection that names a person is one that an erasure looks into', () => {
  const names = /^(?:customerId|address|addresses|to|from|takenBy)\b/;
  const apart: Record<string, string> = { schedules: 'to', members: 'addresses' };
  const holders = Object.values(core.db.connection.models).flatMap(({ schema, collection }) =>
    Object.keys(schema.paths)
      .filter((path) => names.test(path) && apart[collection.name] !== path)
      .map(() => collection.name),
  );
  const listed = new Set(Object.entries(PERSONAL_DATA).flatMap(([name, holding]) => (holding ? [name] : [])));
  expect([...new Set(holders)].filter((name) => !listed.has(name))).toEqual([]);
});
