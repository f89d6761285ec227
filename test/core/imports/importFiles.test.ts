import { tmpdir } from 'node:os';
import { Types } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importTable } from '../../../core/imports/writing/importTable.ts';
import {
  cancelImport,
  recordConsent,
  resumeImports,
  runImport,
  startImport,
  tombstoneHash,
  undoImport,
} from '../../../core/index.ts';
import { type Desk, openDesk, WORDS } from './desk.ts';

const LINES = [
  'Invoice,Date,SKU,Item,Qty,Price,Customer ID,Phone',
  'A1,2024-05-01 10:00,P1,Tea,2,100,C1,0771234567',
  'A2,2024-05-01 11:00,P2,Soap,1,50.50,,',
  'A1,2024-05-01 10:01,P2,Soap,1,50.50,C1,0771234567',
  'C3,2024-05-02 09:00,P1,Tea,-1,100,C1,0771234567',
  'A4,2024-05-03 09:00,P3,,1,0,C2,',
].join('\n');

describe('files become documents', { timeout: 60_000 }, () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  beforeEach(async () => {
    for (const name of [
      'customers',
      'orders',
      'products',
      'imports',
      'importJournal',
      'consents',
      'tombstones',
    ] as const) {
      await desk.db[name].deleteMany({});
    }
  });
  afterAll(() => desk.close());
  const customer = async (externalId: string) => desk.db.customers.findOne({ shopId: desk.shop._id, externalId });

  it('brings the rows of an order together wherever they stand', async () => {
    const done = await desk.bring(LINES);
    expect(done.counts).toMatchObject({
      rows: 5,
      failed: 0,
      orders: { created: 4, updated: 0, unchanged: 0 },
      customers: { created: 2, updated: 0, unchanged: 0 },
      products: { created: 3, updated: 0, unchanged: 0 },
      sales: { amount: 20_100, withoutCustomer: 1, returns: 1 },
    });
    const order = await desk.db.orders.findOne({ shopId: desk.shop._id, number: 'A1' });
    expect(order?.lines).toEqual([
      { sku: 'P1', quantity: 2, unitPrice: 10_000, amount: 20_000 },
      { sku: 'P2', quantity: 1, unitPrice: 5_050, amount: 5_050 },
    ]);
    expect(order).toMatchObject({
      amount: 25_050,
      purchased: 25_050,
      returned: 0,
      at: new Date('2024-05-01T04:30:00Z'),
    });
    expect(await customer('C1')).toMatchObject({
      figures: {
        orderCount: 1,
        totalSpent: 25_050,
        totalReturned: -10_000,
        firstOrderAt: new Date('2024-05-01T04:30:00Z'),
        lastOrderAt: new Date('2024-05-01T04:30:00Z'),
      },
    });
    expect((await customer('C2'))?.figures).toMatchObject({ orderCount: 0, firstOrderAt: null });
  });

  it('changes nothing when the same file comes again', async () => {
    await desk.bring(LINES);
    const before = await desk.dump();
    desk.clock.set('2026-11-22T04:30:00Z');
    const again = await desk.bring(LINES);
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 9 });
    expect(await desk.dump()).toEqual(before);
    expect(await desk.db.importJournal.countDocuments({ importId: again._id })).toBe(0);
  });

  it('gives an order the content of the newer file, and undo gives the old one back', async () => {
    await desk.bring(LINES);
    const before = await desk.dump();
    const changed = await desk.bring(LINES.replace('P1,Tea,2,100', 'P1,Green Tea,3,110'));
    expect(changed.counts).toMatchObject({ orders: { updated: 1, unchanged: 3 }, products: { updated: 1 } });
    expect((await customer('C1'))?.figures.totalSpent).toBe(38_050);
    const undone = await desk.undo(changed);
    expect(undone.status).toBe('undone');
    expect(await desk.dump()).toEqual(before);
  });

  it('leaves nothing behind when the first file is undone', async () => {
    const done = await desk.bring(LINES);
    await desk.undo(done);
    expect(await desk.dump()).toEqual({ customers: [], orders: [], products: [] });
    expect(await desk.db.importJournal.countDocuments({})).toBe(0);
    expect((await undoImport(desk.core, desk.shop._id, done._id.toHexString())).started).toBe(false);
  });

  it('puts each bad row into a file with its reason, and the rest into the shop', async () => {
    const done = await desk.bring(
      [
        'Invoice,Date,SKU,Qty,Price,Name',
        'A1,2024-05-01,P1,1,100,"=HYPERLINK(""http://x"")"',
        ',2024-05-01,P1,1,100,x',
        'A2,soon,P1,1,100,x',
        'A3,2024-05-01,P1,many,100,x',
        'A4,2024-05-01,P1,1,,x',
        'A5,2024-05-01,P1,1,100,Perera, Nimal',
      ].join('\n'),
    );
    expect(done.counts).toMatchObject({ rows: 6, failed: 5, orders: { created: 1 } });
    expect(done.badRowsFileId).toBeDefined();
    const csv = await desk.badRows(done);
    expect(csv.startsWith('\ufeffInvoice,Date,SKU,Qty,Price,Name,Line,Reason\r\n')).toBe(true);
    expect(csv).toContain(',2024-05-01,P1,1,100,x,3,"order_number_missing Invoice');
    expect(csv).toContain('A2,soon,P1,1,100,x,4,date_unreadable Date soon');
    expect(csv).toContain('number_unreadable Qty many');
    expect(csv).toContain('price_missing Price');
    expect(csv).toContain('A5,2024-05-01,P1,1,100,Perera,7,extra_cells   Nimal');
  });

  it('writes formulas in bad rows so that no spreadsheet runs them', async () => {
    const done = await desk.bring('Customer ID,Name,Phone\nC1,=HYPERLINK(1),abc\nC2,Kamala,0771234567\n');
    expect(done.counts).toMatchObject({ partly: 1, customers: { created: 2 } });
    expect(await desk.badRows(done)).toContain("C1,'=HYPERLINK(1),abc,2,phone_unreadable");
    expect((await customer('C1'))?.name).toBe('=HYPERLINK(1)');
  });

  it('takes names that look like something else as they are', async () => {
    const names = [
      '=HYPERLINK("http://x")',
      '{{x}}',
      '$where',
      'Champions',
      '__proto__',
      'constructor',
      "Robert'); DROP",
    ];
    const rows = names.map((name, i) => `N${i},"${name.replaceAll('"', '""')}"`);
    await desk.bring(['Customer ID,Name,City', ...rows.map((row) => `${row},Kandy`)].join('\n'));
    const found = await desk.db.customers.find({ shopId: desk.shop._id }).sort({ externalId: 1 }).toArray();
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it('takes a sale without a bill number as what one person bought at one moment', async () => {
    const rows = ['Date,Mobile,Item,Qty,Price', '2024-05-01,0771234567,Tea,1,100', '2024-05-01,0771234567,Soap,1,50'];
    const done = await desk.bring(rows.join('\n'));
    expect(done.counts.orders).toMatchObject({ created: 1 });
    expect((await desk.bring(rows.join('\n'))).counts.orders).toMatchObject({ created: 0, unchanged: 1 });
  });

  it('takes a bill a row, and leaves out a number that comes twice', async () => {
    const done = await desk.bring(
      'Bill No,Date,Total,Phone\n1,2024-05-01,100,0771234567\n2,2024-05-02,200,0771234567\n1,2024-05-01,100,0771234567\n',
    );
    expect(done.kind).toBe('orders');
    expect(done.counts).toMatchObject({ orders: { created: 2 }, skipped: 1, sales: { amount: 30_000 } });
    expect(await desk.badRows(done)).toContain('duplicate_order');
    const [person] = await desk.db.customers.find({ shopId: desk.shop._id }).toArray();
    expect(person?.figures).toMatchObject({ orderCount: 2, totalSpent: 30_000 });
  });

  it('undoes newest first, names the one in the way, and not while another runs', async () => {
    const first = await desk.bring(LINES, { name: 'first.csv' });
    const second = await desk.bring('Customer ID,Name\nC1,Nimal\n', { name: 'second.csv' });
    const undo = (doc: { _id: Types.ObjectId }) => undoImport(desk.core, desk.shop._id, doc._id.toHexString());
    await expect(undo(first)).rejects.toMatchObject({ code: 'undo_blocked', params: { file: 'second.csv' } });
    const third = await desk.preview('Customer ID,Name\nC9,Kamala\n');
    await startImport(desk.core, desk.shop._id, third.import._id.toHexString(), WORDS);
    await expect(undo(second)).rejects.toMatchObject({ code: 'import_running' });
    await desk.work();
    await desk.undo(second);
    expect((await desk.undo(first)).status).toBe('undone');
  });

  it('starts once however often Import is tapped', async () => {
    const preview = await desk.preview(LINES);
    const id = preview.import._id.toHexString();
    const taps = await Promise.all([1, 2, 3].map(() => startImport(desk.core, desk.shop._id, id, WORDS)));
    expect(taps.filter(({ started }) => started)).toHaveLength(1);
    await desk.work();
    expect((await startImport(desk.core, desk.shop._id, id, WORDS)).import.status).toBe('done');
    expect(await desk.db.orders.countDocuments({})).toBe(4);
  });

  it('takes back what was written when it is cancelled midway', async () => {
    await desk.bring('Customer ID,Name\nC1,Nimal\n');
    const before = await desk.dump();
    const preview = await desk.preview(LINES);
    const id = preview.import._id.toHexString();
    await startImport(desk.core, desk.shop._id, id, WORDS);
    await cancelImport(desk.core, desk.shop._id, id);
    await desk.work();
    expect((await desk.db.imports.findOne({ _id: preview.import._id }))?.status).toBe('cancelled');
    expect(await desk.dump()).toEqual(before);
  });

  it('takes up at the start what was running', async () => {
    const preview = await desk.preview(LINES);
    await startImport(desk.core, desk.shop._id, preview.import._id.toHexString(), WORDS);
    desk.jobs.length = 0;
    expect(await resumeImports(desk.core, desk.shop._id)).toBe(1);
    await desk.work();
    expect((await desk.db.imports.findOne({ _id: preview.import._id }))?.status).toBe('done');
  });

  it('breaks off when Kade stops, and is whole after the next start', async () => {
    const preview = await desk.preview(LINES);
    const importId = preview.import._id.toHexString();
    await startImport(desk.core, desk.shop._id, importId, WORDS);
    desk.jobs.length = 0;
    await runImport({ ...desk.core, stopping: AbortSignal.abort() }, { importId });
    expect((await desk.db.imports.findOne({ _id: preview.import._id }))?.status).toBe('running');
    await resumeImports(desk.core, desk.shop._id);
    await desk.work();
    expect((await desk.db.imports.findOne({ _id: preview.import._id }))?.counts.orders.created).toBe(4);
  });

  it('says what stopped it, and goes on when told to', async () => {
    const preview = await desk.preview(LINES);
    const importId = preview.import._id.toHexString();
    await startImport(desk.core, desk.shop._id, importId, WORDS);
    const gone = { ...desk.core, files: Object.create(desk.core.files, { path: { value: () => '/nowhere/at-all' } }) };
    desk.jobs.length = 0;
    await runImport(gone, { importId });
    expect(await desk.db.imports.findOne({ _id: preview.import._id })).toMatchObject({ status: 'failed' });
    expect(desk.notices.at(-1)).toEqual({ kind: 'import.finished', importId });
    expect((await desk.confirm(importId)).status).toBe('done');
  });

  describe('people', () => {
    const bring = (text: string, agreed?: boolean) =>
      desk.bring(text, agreed === undefined ? {} : { changes: [{ agreed }] });

    it('finds one person again by id, phone or email; blank overwrites nothing, new addresses are added', async () => {
      await bring('Customer ID,Name,Phone,City\nC1,Nimal,0771234567,Kandy\n');
      const done = await bring('Name,Phone,Email,City\nNimal Perera,077 123 4567,n@x.lk,\n,,n@x.lk,Galle\n');
      expect(done.counts.customers).toEqual({ created: 0, updated: 1, unchanged: 0 });
      const found = await customer('C1');
      expect(found).toMatchObject({ name: 'Nimal Perera', city: 'Galle' });
      expect(found?.addresses.map(({ key }) => key)).toEqual([
        'sms:+94771234567',
        'whatsapp:+94771234567',
        'email:n@x.lk',
      ]);
      expect(found?.searchWords).toEqual(['nimal', 'perera', 'c1', '94771234567']);
    });

    it('joins the rest of a row whose phone belongs to someone else, and says so', async () => {
      await bring('Customer ID,Name,Phone\nC1,Nimal,0771234567\n');
      const done = await bring('Customer ID,Name,Phone\nC2,Kamala,0771234567\n');
      expect(done.counts).toMatchObject({ partly: 1, customers: { created: 1 } });
      expect(await customer('C2')).toMatchObject({ name: 'Kamala', addresses: [] });
      expect(await desk.badRows(done)).toContain('address_taken  +94771234567');
    });

    it('notes consent with its source and words, once', async () => {
      const text = 'Customer ID,Phone,Email,SMS opt in,Email opt in\nC1,0771234567,n@x.lk,yes,no\n';
      const done = await bring(text);
      await bring(text);
      const found = await customer('C1');
      expect(found?.addresses.map(({ key, marketing }) => `${key} ${marketing}`)).toEqual([
        'sms:+94771234567 granted',
        'whatsapp:+94771234567 unknown',
        'email:n@x.lk denied',
      ]);
      const ledger = await desk.db.consents.find({}).toArray();
      expect(
        ledger.map(({ address, state, source, words, evidenceId }) => [address, state, source, words, evidenceId]),
      ).toEqual([
        ['sms:+94771234567', 'granted', 'import', 'SMS opt in: yes', done._id.toHexString()],
        ['email:n@x.lk', 'denied', 'import', 'Email opt in: no', done._id.toHexString()],
      ]);
    });

    it('asks about consent where the file has none, and only yes grants it', async () => {
      const preview = await desk.preview('Customer ID,Phone\nC1,0771234567\n');
      expect(preview).toMatchObject({ step: 'ready', askConsent: true });
      await bring('Customer ID,Phone\nC1,0771234567\n', false);
      expect((await customer('C1'))?.addresses[0]?.marketing).toBe('unknown');
      await bring('Customer ID,Phone\nC1,0771234567\n', true);
      expect((await customer('C1'))?.addresses[0]?.marketing).toBe('granted');
    });

    it('never lifts an opt-out', async () => {
      await bring('Customer ID,Phone,Opt in\nC1,0771234567,no\nC2,0771234568,yes\n');
      await desk.db.customers.updateOne(
        { externalId: 'C2' },
        { $set: { 'addresses.0.marketing': 'denied', 'addresses.0.stopped': true } },
      );
      await bring('Customer ID,Phone,Opt in\nC1,0771234567,yes\nC2,0771234568,yes\n');
      expect((await customer('C1'))?.addresses.map(({ marketing }) => marketing)).toEqual(['denied', 'denied']);
      expect((await customer('C2'))?.addresses[0]).toMatchObject({ marketing: 'denied', stopped: true });
    });

    it('never writes over a STOP that comes while it runs', async () => {
      await bring('Customer ID,Phone,Opt in\nC1,0771234567,yes\n');
      const preview = await desk.preview('Customer ID,Name,Email,Opt in\nC1,Nimal,n@x.lk,yes\n');
      const { import: doc } = await startImport(desk.core, desk.shop._id, preview.import._id.toHexString(), WORDS);
      let stopped = false;
      const customers = new Proxy(desk.db.customers, {
        get(target, key) {
          const value = Reflect.get(target, key) as unknown;
          if (typeof value !== 'function') return value;
          if (key !== 'bulkWrite') return value.bind(target);
          return async (...args: unknown[]) => {
            const $set = { 'addresses.0.marketing': 'denied' as const, 'addresses.0.stopped': true };
            if (!stopped) await target.updateOne({ externalId: 'C1' }, { $set });
            stopped = true;
            return Reflect.apply(value, target, args) as unknown;
          };
        },
      });
      const db = { ...desk.db, customers };
      const path = desk.core.files.path(doc.fileId);
      const source = { path, folder: tmpdir(), signal: new AbortController().signal, report: () => undefined };
      await importTable(db, doc, source);
      expect(await customer('C1')).toMatchObject({ name: 'Nimal' });
      expect((await customer('C1'))?.addresses.map(({ marketing }) => marketing)).toEqual([
        'denied',
        'granted',
        'granted',
      ]);
      desk.jobs.length = 0;
    });

    it('keeps the opt-out of an address that the ledger knows though nobody holds it now', async () => {
      await recordConsent(desk.core, desk.shop._id, {
        customerId: new Types.ObjectId(),
        address: 'sms:+94771234567',
        topic: 'marketing',
        state: 'denied',
        source: 'keyword',
        words: 'STOP',
        evidenceId: 'm1',
        at: new Date('2024-01-01'),
      });
      await bring('Customer ID,Phone\nC1,0771234567\n', true);
      expect((await customer('C1'))?.addresses[0]).toMatchObject({ marketing: 'denied', stopped: true });
    });

    it('does not bring back who asked to be forgotten', async () => {
      const hash = tombstoneHash(desk.shop, 'sms:+94771234567');
      await desk.db.tombstones.insertOne({ _id: new Types.ObjectId(), shopId: desk.shop._id, hash, at: new Date() });
      const done = await bring('Customer ID,Phone\nC1,0771234567\nC2,0771234568\n', true);
      expect(done.counts).toMatchObject({ skipped: 1, customers: { created: 1 } });
      const bad = await desk.badRows(done);
      expect(bad).toContain(',,2,"erased');
      expect(bad).not.toContain('0771234567');
      const sale = await desk.bring('Bill No,Date,Total,Phone\n1,2024-05-01,100,0771234567\n');
      expect(sale.counts).toMatchObject({ orders: { created: 1 }, sales: { withoutCustomer: 1 } });
    });

    it('takes back consent with the file, keeps a STOP given since, an edit since, and who has an order since', async () => {
      await bring('Customer ID,Name,Phone\nC1,Nimal,0771234567\n');
      const done = await bring(
        'Customer ID,Name,City,Phone,Opt in\nC1,Nimal Perera,Kandy,0771234567,yes\nC2,Kamala,,0771234568,yes\n',
      );
      await desk.db.customers.updateOne({ externalId: 'C1' }, { $set: { city: 'Galle' } });
      await desk.db.orders.insertOne({
        _id: new Types.ObjectId(),
        shopId: desk.shop._id,
        number: 'later',
        customerId: (await customer('C2'))?._id ?? new Types.ObjectId(),
        at: new Date(),
        lines: [],
        amount: 1,
        purchased: 1,
        returned: 0,
      });
      const undone = await desk.undo(done);
      expect(undone.kept).toBe(1);
      expect(await customer('C1')).toMatchObject({ name: 'Nimal', city: 'Galle' });
      expect((await customer('C1'))?.addresses[0]?.marketing).toBe('unknown');
      expect((await customer('C2'))?.addresses[0]?.marketing).toBe('unknown');
      expect(await desk.db.consents.countDocuments({ source: 'undo' })).toBe(4);
    });
  });
});
