import type { Field } from './fields.ts';

/** How columns are called in English, Sinhala, Tamil and the exports of tills and web shops; the first field that knows a name wins. */
const NAMES: readonly [Field, string][] = [
  [
    'customerId',
    'customer id|customerid|cust id|cust no|customer no|customer number|customer code|customer ref|client id|client no|client code|buyer id|member id|member no|membership no|membership number|loyalty id|loyalty no|loyalty card|loyalty card no|card no|card number|user id|account id|account no|contact id|shopper id|person id|id|පාරිභෝගික අංකය|ගනුදෙනුකරු අංකය|සාමාජික අංකය|வாடிக்கையாளர் எண்|வாடிக்கையாளர் அடையாளம்|உறுப்பினர் எண்',
  ],
  [
    'firstName',
    'first name|firstname|given name|forename|fname|billing first name|shipping first name|මුල් නම|முதல் பெயர்',
  ],
  [
    'lastName',
    'last name|lastname|surname|family name|lname|billing last name|shipping last name|වාසගම|අවසන් නම|கடைசி பெயர்|குடும்பப் பெயர்',
  ],
  [
    'name',
    'name|full name|fullname|customer name|customer|client name|client|buyer name|buyer|contact name|contact person|person|billing name|shipping name|recipient name|member name|guest name|නම|පාරිභෝගිකයා|පාරිභෝගික නම|පාරිභෝගිකයාගේ නම|ගනුදෙනුකරුගේ නම|සම්පූර්ණ නම|பெயர்|முழுப் பெயர்|வாடிக்கையாளர்|வாடிக்கையாளர் பெயர்',
  ],
  [
    'phone',
    'phone|phone no|phone number|phone1|phone 1|phone2|phone 2|mobile|mobile no|mobile number|mobile phone|cell|cell phone|cellphone|tel|tel no|telephone|telephone no|telephone number|contact|contact no|contact number|contact phone|whatsapp|whatsapp no|whatsapp number|msisdn|customer phone|customer mobile|customer contact|billing phone|shipping phone|default address phone|phone value|දුරකථන|දුරකථනය|දුරකථන අංකය|ජංගම දුරකථනය|ජංගම|ජංගම දුරකථන අංකය|ඇමතුම් අංකය|தொலைபேசி|தொலைபேசி எண்|கைபேசி|கைபேசி எண்|அலைபேசி|அலைபேசி எண்|மொபைல்|தொடர்பு எண்',
  ],
  [
    'email',
    'email|e-mail|email address|e-mail address|mail|customer email|billing email|contact email|email id|ඊමේල්|විද්‍යුත් තැපෑල|ඊ-මේල්|ඊමේල් ලිපිනය|மின்னஞ்சல்|மின்னஞ்சல் முகவரி|ஈமெயில்',
  ],
  [
    'city',
    'city|town|district|billing city|shipping city|default address city|customer city|location|area|නගරය|නගර|දිස්ත්‍රික්කය|ප්‍රදේශය|நகரம்|ஊர்|மாவட்டம்',
  ],
  [
    'country',
    'country|country name|nation|billing country|shipping country|default address country|customer country|රට|நாடு',
  ],
  [
    'birthday',
    'birthday|birth day|birth date|birthdate|date of birth|dob|d.o.b|bday|උපන් දිනය|උපන්දිනය|பிறந்த தேதி|பிறந்த நாள்|பிறந்தநாள்',
  ],
  ['gender', 'gender|sex|ස්ත්‍රී පුරුෂ භාවය|ස්ත්‍රී/පුරුෂ|லிங்கம்|பாலினம்|பால்'],
  ['customerType', 'customer type|client type|customer category|lead or client|පාරිභෝගික වර්ගය|வாடிக்கையாளர் வகை'],
  ['status', 'status|customer status|client status|account status|active|තත්ත්වය|நிலை'],
  [
    'company',
    'company|company name|business|business name|organisation|organization|employer|firm|සමාගම|ආයතනය|நிறுவனம்|கம்பெனி',
  ],
  ['industry', 'industry|sector|business type|line of business|කර්මාන්තය|ක්ෂේත්‍රය|தொழில்துறை|தொழில்'],
  ['language', 'language|lang|preferred language|customer language|locale|භාෂාව|மொழி'],
  [
    'marketingSms',
    'sms opt in|sms optin|sms marketing|accepts sms marketing|sms consent|sms ok|sms allowed|sms|opt in sms|sms කැමැත්ත|sms ஒப்புதல்|sms சம்மதம்',
  ],
  [
    'marketingWhatsapp',
    'whatsapp opt in|whatsapp optin|whatsapp marketing|whatsapp consent|whatsapp ok|opt in whatsapp|whatsapp කැමැත්ත|whatsapp சம்மதம்',
  ],
  [
    'marketingEmail',
    'email opt in|e-mail opt in|email optin|email marketing|accepts email marketing|email consent|email ok|newsletter|opt in email|ඊමේල් කැමැත්ත|மின்னஞ்சல் சம்மதம்',
  ],
  [
    'marketing',
    'marketing|opt in|optin|opted in|marketing opt in|marketing consent|consent|accepts marketing|accepts messages|subscribed|permission|promotions|send offers|කැමැත්ත|දැන්වීම් කැමැත්ත|சம்மதம்|ஒப்புதல்',
  ],
  [
    'orderNumber',
    'invoice no|invoiceno|invoice|invoice number|invoice id|invoice #|inv no|inv #|bill no|bill number|bill|bill id|order id|order|order no|order number|order #|order ref|order reference|receipt no|receipt number|receipt|receipt id|transaction id|transaction no|transaction number|transaction|txn id|sale id|sale no|sales id|sales no|document no|doc no|voucher no|බිල් අංකය|බිල්පත් අංකය|ඇණවුම් අංකය|ඉන්වොයිස් අංකය|රිසිට් අංකය|பில் எண்|ஆர்டர் எண்|விலைப்பட்டியல் எண்|ரசீது எண்',
  ],
  [
    'date',
    'date|invoice date|invoicedate|order date|orderdate|bill date|sale date|sales date|purchase date|transaction date|trans date|txn date|receipt date|created at|created|created on|date created|order created|paid at|order time|order datetime|date time|datetime|date and time|timestamp|completed date|processed at|day|දිනය|දිනය සහ වේලාව|විකුණුම් දිනය|බිල් දිනය|ඇණවුම් දිනය|தேதி|திகதி|விற்பனை தேதி|பில் தேதி|ஆர்டர் தேதி',
  ],
  ['time', 'time|invoice time|bill time|sale time|transaction time|hour|වේලාව|நேரம்'],
  [
    'sku',
    'stock code|stockcode|sku|product code|product id|productid|item code|item id|item no|item number|barcode|bar code|ean|upc|article|article no|part no|plu|lineitem sku|variant sku|style no|භාණ්ඩ කේතය|භාණ්ඩ අංකය|பொருள் குறியீடு|பொருள் எண்',
  ],
  [
    'productName',
    'description|product|product name|productname|product title|product description|item|item name|item description|items|title|lineitem name|line item|stock item|article name|goods|භාණ්ඩය|භාණ්ඩ නාමය|භාණ්ඩයේ නම|නිෂ්පාදනය|විස්තරය|பொருள்|பொருள் பெயர்|தயாரிப்பு|விவரம்',
  ],
  [
    'category',
    'category|product category|item category|department|dept|product type|type|group|product group|brand category|වර්ගය|කාණ්ඩය|வகை|பிரிவு',
  ],
  [
    'quantity',
    'quantity|qty|units|unit|count|pcs|pieces|number of items|no of items|no. of units|lineitem quantity|units sold|sold qty|cds|ප්‍රමාණය|ගණන|அளவு|எண்ணிக்கை',
  ],
  [
    'unitPrice',
    'unit price|unitprice|price|price each|rate|selling price|sale price|item price|lineitem price|unit cost|retail price|mrp|list price|variant price|ඒකක මිල|මිල|விலை|அலகு விலை',
  ],
  [
    'amount',
    'amount|total|total amount|grand total|order total|invoice total|bill total|bill amount|net amount|net total|line total|linetotal|subtotal|sub total|total price|sales|sales amount|sale amount|value|order value|revenue|paid|amount paid|total paid|dollars|spend|එකතුව|මුළු මුදල|මුදල|මුළු එකතුව|மொத்தம்|தொகை|மொத்த தொகை',
  ],
];

/** A national identity number tells people apart where the file has nothing better. */
const IDENTITY_CARD =
  /^(?:nic|nicno|nicnumber|nationalid|nationalidno|idcard|idcardno|identitycard|identitycardno|හැඳුනුම්පත්අංකය|ජාහැඅ|தேசியஅடையாளஎண்|அடையாளஅட்டைஎண்)$/u;

/** Names that say nothing inside a longer one. */
const LOOSE = new Set(
  'id|name|date|day|time|contact|person|customer|client|order|bill|invoice|item|items|count|unit|units|type|group|value|total|paid|sales|created|consent|permission|area|status|active|business|company|firm|sms|hour|article|rate|mail|card no|title|goods|member id'.split(
    '|',
  ),
);

const EXACT = new Map<string, Field>();
const WORDS: { words: string; field: Field }[] = [];
for (const [field, names] of NAMES) {
  for (const name of names.split('|')) {
    if (!EXACT.has(squash(name))) EXACT.set(squash(name), field);
    // Short words inside longer names mislead ("id" in "paid").
    if (name.length >= 3 && !LOOSE.has(name)) WORDS.push({ words: ` ${spaced(name)} `, field });
  }
}
WORDS.sort((a, b) => b.words.length - a.words.length);

/** The field that a column's name stands for and how sure that is: 1 for a known name, 0.7 for one that contains it. */
export function fieldOfHeader(header: string): { field: Field; confidence: number } | null {
  const key = squash(header);
  if (key === '') return null;
  const exact = EXACT.get(key);
  if (exact) return { field: exact, confidence: 1 };
  if (IDENTITY_CARD.test(key)) return { field: 'customerId', confidence: 0.6 };
  const text = ` ${spaced(header)} `;
  const part = WORDS.find(({ words }) => text.includes(words));
  return part ? { field: part.field, confidence: 0.7 } : null;
}

/** Letters and digits alone: "Invoice No." is "InvoiceNo". */
function squash(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}#]+/gu, '');
}

/** Words in lower case: "CustomerPhone_1" is "customer phone 1". */
function spaced(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}#]+/gu, ' ')
    .trim();
}
