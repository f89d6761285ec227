import { readFile } from 'node:fs/promises';
import type { Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../house.ts';

let house: House;
let shopId: Types.ObjectId;

beforeAll(async () => {
  house = await openHouse();
  shopId = (await house.kade.core.db.shops.findOne({}))?._id as Types.ObjectId;
});
afterAll(() => house.close());

const labels = (choices: readonly { label: string }[] | undefined) => choices?.map(({ label }) => label) ?? [];
const plain = (text: string | undefined) => (text ?? '').replace(/\u00a0/g, ' ');
const customer = (externalId: string) => house.kade.core.db.customers.findOne({ shopId, externalId });

async function declare(name: string, type: string, choices?: string): Promise<string> {
  await house.say('cancel');
  await house.say('fields');
  await house.tap('New field');
  await house.say(name);
  const [reply] = choices === undefined ? await house.tap(type) : [undefined];
  if (choices === undefined) return plain(reply?.text);
  await house.tap(type);
  return plain((await house.say(choices))[0]?.text);
}

describe('a field of the shop’s own', () => {
  it('is declared, with a key that no query and no object trips over', async () => {
    expect(await declare('Shoe size', 'number')).toContain('custom.shoe_size');
    expect(await declare('Credit limit', 'money')).toContain('custom.credit_limit');
    expect(await declare('Club', 'choice list', 'Gold, Silver, gold')).toContain('choice list: Gold, Silver');
    expect(await declare('__proto__', 'text')).toContain('custom.proto');
    expect(await declare('constructor', 'text')).toContain('custom.constructor_2');
    expect(await declare('$where.a', 'yes or no')).toContain('custom.where_a');
    expect(await declare('සපත්තු', 'text')).toContain('custom.සපත්තු');
    expect(await declare('shoe  SIZE', 'text')).toContain('There is a field called');
    expect(await declare('Tier', 'choice list', 'one')).toContain('one');
    await house.say('cancel');
  });

  it('takes what a file has in its column, an unknown column too, and gives it back when the import is undone', async () => {
    const file = [
      'Customer ID,Name,Phone,Shoe size,Credit limit,CLUB,Renewal,Company,Customer Type,Status',
      'C1,Nimal,0771234567,42,"15,000.50",gold,2027-01-31,Lanka Hotels,Lead,active',
      'C2,Kumari,0771234568,about 9,2000,bronze,2027-02-28,,client,inactive',
    ].join('\n');
    const [preview] = await house.send('people.csv', file);
    expect(preview?.text).toContain('Shoe size');
    expect(preview?.text).toContain('Our field: Shoe size');
    expect(preview?.text).toContain('“about 9” in Shoe size does not fit the field.');
    const [kept] = await house.tap('Keep the rest as our own fields');
    expect(kept?.text).toContain('Our field: Renewal');
    await house.tap('not sure');
    await house.tap('Import');
    expect(await customer('C1')).toMatchObject({
      company: 'Lanka Hotels',
      customerType: 'prospect',
      status: 'active',
      custom: { shoe_size: 42, credit_limit: 1_500_050, club: 'Gold', renewal: new Date('2027-01-30T18:30:00Z') },
    });
    expect((await customer('C2'))?.custom).toEqual({
      credit_limit: 200_000,
      renewal: new Date('2027-02-27T18:30:00Z'),
    });
    await house.send('more.csv', 'Customer ID,Phone,Shoe size\nC1,0771234567,44\n');
    await house.tap('not sure');
    await house.tap('Import');
    expect((await customer('C1'))?.custom).toMatchObject({ shoe_size: 44, club: 'Gold' });
    await house.say('undo');
    expect((await customer('C1'))?.custom).toMatchObject({ shoe_size: 42, club: 'Gold' });
  });

  it('stands on the card, where it can be changed', async () => {
    const [card] = await house.say('customer C1');
    expect(plain(card?.text)).toContain('prospect · active · works at Lanka Hotels');
    expect(plain(card?.text)).toContain('Credit limit: Rs 15,000.50');
    expect(plain(card?.text)).toContain('Renewal: 31 Jan 2027');
    await house.tap('Edit');
    const [ask] = await house.tap('Club');
    expect(labels(ask?.choices)).toEqual(['Gold', 'Silver', 'Remove it', 'Cancel']);
    const [back] = await house.say('silver');
    expect(back?.text).toContain('Gold → Silver');
    await house.tap('Save');
    await house.say('customer C1');
    await house.tap('Edit');
    await house.tap('Renewal');
    const [wrong] = await house.say('whenever');
    expect(wrong?.text).toContain('whenever');
    await house.say('1 March 2027');
    await house.tap('Save');
    expect((await customer('C1'))?.custom).toMatchObject({ club: 'Silver', renewal: new Date('2027-02-28T18:30:00Z') });
  });

  it('is asked for in rules, typed and tapped, by an index of its own', async () => {
    const [reply] = await house.say('custom.credit_limit >= 15k and custom.club = silver');
    expect(plain(reply?.text)).toContain('whose “Credit limit” is at least Rs 15,000.00 and whose “Club” is “silver”');
    expect(reply?.text).toContain('1 customer');
    await house.say('who');
    await house.tap('Our own fields');
    await house.tap('Renewal');
    await house.tap('after');
    const [count] = await house.say('2027-02-15');
    expect(count?.text).toContain('2 customers');
    await house.tap('Keep as a segment');
    await house.say('Soon due');
    const found = await house.kade.core.db.customers
      .find({ shopId, 'custom.club': { $in: ['Silver'] } })
      .explain('queryPlanner');
    if (!process.env.MONGODB_URI) expect(JSON.stringify(found)).toContain('"indexName":"shopId_1_custom.club_1"');
  });

  it('may be renamed, and goes with all its values, but not while a segment asks for it', async () => {
    await house.say('fields');
    await house.tap('Renewal');
    await house.tap('Rename');
    await house.say('Next renewal');
    const [refused] = await removeField('Next renewal');
    expect(refused?.text).toContain('the segment “Soon due” asks for it');
    const [gone] = await removeField('Club');
    expect(gone?.text).toContain('“Club” is gone');
    expect((await customer('C1'))?.custom).not.toHaveProperty('club');
    const [unknown] = await house.say('who custom.club = Gold');
    expect(unknown?.text).toContain('custom.club');
  });

  it('is in an export, and goes with a person who asks to be forgotten', async () => {
    await house.say('who all');
    await house.tap('Keep as a segment');
    await house.say('Whole shop');
    await house.tap('Open it');
    const [exported] = await house.tap('Export as CSV');
    const { core } = house.kade;
    const csv = await readFile(core.files.path(exported?.file?.id ?? ''), 'utf8');
    expect(csv.split('\n')[0]).toContain('Shoe size');
    expect(csv).toContain('15000.50');
    expect(csv).toContain('2027-03-01');
    await house.say('customer C1');
    await house.tap('Delete');
    await house.tap('Delete for good');
    const left = await core.db.importJournal.find({ collection: 'customers' }).toArray();
    expect(JSON.stringify(left)).not.toContain('1500050');
    expect(await customer('C1')).toBeNull();
  });
});

async function removeField(name: string) {
  await house.say('fields');
  await house.tap(name);
  const [asked] = await house.tap('Take it away');
  expect(asked?.text).toContain('is lost for good');
  return house.tap('Yes, take it away');
}
