import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipFile } from '../../core/imports/reading/zipFile.ts';
import { type House, openHouse } from '../../house.ts';

const SALES = [
  'Invoice No,Date,Item Code,Item Name,Qty,Price,Customer ID,Mobile',
  'A1,13/04/2024,P1,Tea 400g,2,"1,250.00",C1,0771234567',
  'A2,14/04/2024,P2,Soap,1,Rs. 180/-,C2,7.71E+08',
  'A1,13/04/2024,P2,Soap,1,180,C1,0771234567',
  'A3,15/04/2024,P1,Tea 400g,-1,1250,C1,0771234567',
  'A4,not a date,P1,Tea 400g,1,1250,C1,0771234567',
].join('\n');

/** Money has a no-break space behind its sign. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a file in the chat', { timeout: 60_000 }, () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.close());

  const texts = async (messages: ReturnType<House['say']>): Promise<string> =>
    (await messages).map(({ text }) => text).join('\n---\n');

  it('shows the mapping, three rows and what is wrong before anything is written', async () => {
    const [sent] = await house.send('sales.csv', SALES);
    const preview = { text: plain(sent?.text ?? '') };
    expect(preview.text).toContain('sales.csv · Sales, a row an item · 5 rows');
    expect(preview.text).toContain('Invoice No → bill number');
    expect(preview.text).toContain('A1 · 13 Apr 2024');
    expect(preview.text).toContain('2 × Rs 1,250.00 = Rs 2,500.00');
    expect(preview.text).toContain('1 × “7.71E+08” in Mobile has lost its digits');
    expect(preview.text).toContain('1 × “not a date” in Date is no date. These rows cannot go in.');
    expect(await house.kade.core.db.orders.countDocuments({})).toBe(0);
  });

  it('asks once whether the people agreed, then imports and tells what changed', async () => {
    expect(await texts(house.tap('Yes, they agreed'))).toContain('Shall I import it?');
    const told = await house.tap('Import');
    const text = plain(told.map((message) => message.text).join('\n'));
    expect(text).toContain('sales.csv is in. 5 rows read.');
    expect(text).toContain('Orders: 3 new, 0 changed, 0 as before.');
    expect(text).toContain('Customers: 2 new, 0 changed, 0 as before.');
    expect(text).toContain('Products: 2 new, 0 changed, 0 as before.');
    expect(text).toContain('Rs 1,610.00');
    expect(text).toContain('Could not go in: 1. Went in without a cell: 1.');
    expect(told.find(({ file }) => file)?.file?.name).toBe('sales-rows-to-check.csv');
    const customer = await house.kade.core.db.customers.findOne({ externalId: 'C1' });
    expect(customer?.addresses.map(({ key, marketing }) => [key, marketing])).toEqual([
      ['sms:+94771234567', 'granted'],
      ['whatsapp:+94771234567', 'granted'],
    ]);
    expect(customer?.figures).toMatchObject({ orderCount: 1, totalSpent: 268000, totalReturned: -125000 });
  });

  it('answers a second tap on Import clearly', async () => {
    const done = await house.kade.core.db.imports.findOne({ status: 'done' });
    expect(await texts(house.tapId(`import.confirm:${done?._id.toHexString()}`))).toContain('is imported already');
  });

  it('takes the same file again without changing anything', async () => {
    await house.send('again.csv', SALES);
    await house.tap('No, or not sure');
    expect(await texts(house.tap('Import'))).toContain('Everything was here already');
  });

  it('refuses to undo beneath a newer file, and undoes the latest first', async () => {
    await house.send('more.csv', 'Customer ID,Name,Phone\nC1,Nimal Perera,0771234567\n');
    await house.tap('No, or not sure');
    await house.tap('Import');
    const first = await house.kade.core.db.imports.findOne({ fileName: 'sales.csv' });
    expect(await texts(house.tapId(`import.undo:${first?._id.toHexString()}`))).toContain('“more.csv” came later');
    expect(await texts(house.say('undo'))).toContain('more.csv is taken back; everything is as it was before.');
    expect((await house.kade.core.db.customers.findOne({ externalId: 'C1' }))?.name).toBeUndefined();
    await house.tapId(`import.undo:${first?._id.toHexString()}`);
    expect(await house.kade.core.db.orders.countDocuments({})).toBe(0);
    expect(await house.kade.core.db.customers.countDocuments({})).toBe(0);
    expect(await texts(house.say('imports'))).toContain('sales.csv · 21 Nov 2026 · 5 rows · taken back');
  });

  it('asks which comes first, day or month, when no date tells', async () => {
    const sent = await texts(house.send('dates.csv', 'Order ID,Date,Total\n1,03/04/2024,100\n2,05/06/2024,50\n'));
    expect(sent).toContain('is 3/4 the 3rd of April or the 4th of March?');
    expect(await texts(house.tap('4 March'))).toContain('4 Mar 2024');
    await house.tap('Cancel');
  });

  it('lets a column be changed and a table without known columns be named', async () => {
    const unknown = await texts(house.send('odd.csv', 'foo,bar\nred,blue\ngreen,white\n'));
    expect(unknown).toContain('I do not know its columns: foo, bar');
    expect(await texts(house.tap('Products'))).toContain('which column is: product code or product name');
    await house.tap('Change a column');
    await house.tap('bar');
    expect(await texts(house.tap('product name'))).toContain('bar → product name');
    await house.tap('Import');
    expect(await house.kade.core.db.products.countDocuments({ name: 'blue' })).toBe(1);
  });

  it('offers the tables of a file that has several, and the others after one is in', async () => {
    const zip = zipFile([
      { name: 'products.csv', data: 'SKU,Product name,Price\nX1,Rice,250\n' },
      { name: 'people.csv', data: 'Customer ID,Name\nZ1,Nimal\n' },
      { name: 'notes.pdf', data: '%PDF-1.7\n%\u0001\u0002' },
    ]);
    const offered = await texts(house.send('all.zip', zip));
    expect(offered).toContain('all.zip holds 2 tables. Which one first?');
    expect(offered).toContain('I cannot read: notes.pdf.');
    expect(await texts(house.tap('people.csv'))).toContain('Customers, a row a person');
    await house.tap('Import');
    await house.tap('other tables');
    expect(await texts(house.tap('products.csv'))).toContain('Product name → product name');
    expect(await texts(house.tap('Import'))).toContain('Products: 1 new');
  });

  it('says clearly what is no table', async () => {
    expect(await texts(house.send('empty.csv', ''))).toContain('The file is empty');
    expect(await texts(house.send('photo.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')))).toContain(
      'not a table',
    );
  });
});
