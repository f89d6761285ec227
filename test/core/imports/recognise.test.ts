import { describe, expect, it } from 'vitest';
import { recogniseTable } from '../../../core/imports/recognise.ts';

/** A table as the reader gives it: header and rows by commas. */
function recognise(header: string, ...rows: string[]) {
  const cells = rows.map((row) => row.split(','));
  const names = header.split(',');
  const layout = { preambleRows: 0, headerRows: header.startsWith('Column') ? 0 : 1, width: names.length };
  const { kind, columns } = recogniseTable({ header: names, layout, sample: cells }, { country: 'LK' });
  return { kind, fields: columns.map(({ field }) => field ?? '-').join(' ') };
}

describe('what a table holds', () => {
  it.each([
    [
      'UCI Online Retail',
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
      ['536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom'],
      'order_lines',
      'orderNumber sku productName quantity date unitPrice customerId country',
    ],
    [
      'Shopify orders',
      'Name,Email,Financial Status,Paid at,Subtotal,Total,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Phone,Order ID',
      [
        '#1001,a@b.lk,paid,2024-01-02 10:00:00 +0530,30,30,1,Tea,10,T1,Nimal,0771234567,5001',
        '#1001,a@b.lk,,2024-01-02 10:00:00 +0530,,,1,Soap,20,T2,,,5001',
      ],
      'order_lines',
      '- email - date - - quantity productName unitPrice sku name phone orderNumber',
    ],
    [
      'Shopify customers',
      'First Name,Last Name,Email,Accepts Email Marketing,Phone,Total Spent,Total Orders,Last Order Date',
      ['Nimal,Perera,a@b.lk,yes,0771234567,100,2,2024-01-02', 'Kamala,Silva,c@d.lk,no,0771234568,50,1,2024-01-03'],
      'customers',
      'firstName lastName email marketingEmail phone - - -',
    ],
    [
      'a till in Sinhala',
      'බිල් අංකය,දිනය,පාරිභෝගිකයාගේ නම,දුරකථන අංකය,එකතුව',
      ['1,2024-05-01,නිමල්,0771234567,1500', '2,2024-05-02,කමලා,0771234568,700'],
      'orders',
      'orderNumber date name phone amount',
    ],
    [
      'a list in Tamil',
      'பெயர்,தொலைபேசி எண்,ஊர்,பிறந்த நாள்',
      ['முருகன்,0771234567,யாழ்ப்பாணம்,1990-01-01'],
      'customers',
      'name phone city birthday',
    ],
    [
      'a phone list',
      'Customer Name,NIC,Mobile No,SMS opt in',
      ['Nimal,901234567V,0771234567,yes'],
      'customers',
      'name customerId phone marketingSms',
    ],
    [
      'a price list',
      'Item Code,Item,Dept,MRP',
      ['1,Tea,Food,250', '2,Soap,Care,180'],
      'products',
      'sku productName category unitPrice',
    ],
    [
      'one row a bill, no items',
      'Bill No,Bill Date,Mobile,Bill Amount',
      ['1,01/05/2024,0771234567,1500', '2,02/05/2024,0771234568,900'],
      'orders',
      'orderNumber date phone amount',
    ],
    [
      'CDNOW: buyers that come again, no bill number',
      'id,date,cds,dollars',
      ['00001,19970101,1,11.77', '00002,19970112,1,12.00', '00002,19970112,5,77.00'],
      'orders',
      'customerId date - amount',
    ],
    [
      'people without a header',
      'Column 1,Column 2,Column 3',
      ['Nimal,0771234567,a@b.lk', 'Kamala,0771234568,c@d.lk'],
      'customers',
      '- phone email',
    ],
  ])('%s', (_, header, rows, kind, fields) => {
    expect(recognise(header, ...rows)).toEqual({ kind, fields });
  });

  it('knows nothing where nothing is known', () => {
    expect(recognise('foo,bar', 'red,blue')).toEqual({ kind: null, fields: '- -' });
  });

  it('trusts the cells over a header that they contradict', () => {
    expect(recognise('Contact,Mobile', 'Nimal,0771234567', 'Kamala,0771234568').fields).toBe('name phone');
    expect(recognise('Contact,Name', 'a@b.lk,Nimal', 'c@d.lk,Kamala').fields).toBe('email name');
  });
});
