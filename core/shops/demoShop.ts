import { csvRow } from '../csv/writeCsv.ts';
import { seeded } from '../seeded.ts';

/** What the demo shop sells: sku, name, category, price in rupees. */
const PRODUCTS: readonly [sku: string, name: string, category: string, price: number][] = [
  ['SA-01', 'Red silk saree', 'Sarees', 14_500],
  ['SA-02', 'Batik saree', 'Sarees', 8_900],
  ['SA-03', 'Cotton saree', 'Sarees', 5_400],
  ['BL-01', 'Saree blouse', 'Sarees', 2_250],
  ['TE-01', 'Ceylon tea 500 g', 'Tea & spices', 1_350],
  ['TE-02', 'Green tea 100 g', 'Tea & spices', 780],
  ['SP-01', 'Cinnamon sticks 200 g', 'Tea & spices', 1_120],
  ['SP-02', 'Curry powder 250 g', 'Tea & spices', 520],
  ['OI-01', 'Virgin coconut oil 1 l', 'Home', 1_950],
  ['HO-01', 'Clay cooking pot', 'Home', 1_480],
  ['HO-02', 'Handloom table runner', 'Home', 2_900],
  ['BA-01', 'Leather handbag', 'Bags & shoes', 9_800],
  ['BA-02', 'Reed market bag', 'Bags & shoes', 1_650],
  ['SH-01', 'School shoes', 'Bags & shoes', 4_200],
  ['SK-01', 'Herbal face cream', 'Skincare', 1_780],
  ['SK-02', 'Sandalwood soap', 'Skincare', 340],
  ['GI-01', 'Avurudu gift pack', 'Gifts', 3_600],
  ['GI-02', 'Wooden elephant', 'Gifts', 1_250],
];
const CATEGORIES = [...new Set(PRODUCTS.map(([, , category]) => category))];

const FEMALE = [
  'Kumari',
  'Nirmala',
  'Fathima',
  'Tharshini',
  'Dilani',
  'Sanduni',
  'Ishara',
  'Meena',
  'Priya',
  'Chathurika',
];
const MALE = ['Nimal', 'Kamal', 'Sunil', 'Ruwan', 'Ashan', 'Mohamed', 'Suresh', 'Kasun', 'Dinesh', 'Tharindu'];
const FAMILY = [
  'Perera',
  'Fernando',
  'Silva',
  'Jayawardena',
  'Rizwan',
  'Selvarajah',
  'Bandara',
  'Gunasekara',
  'Nadarajah',
  'Wijesinghe',
  'Herath',
  'Farook',
];
const CITIES = ['Colombo', 'Kandy', 'Galle', 'Negombo', 'Jaffna', 'Kurunegala', 'Matara', 'Batticaloa'];

const CUSTOMERS = 160;
const DAYS = 540;
const DAY_MS = 24 * 3600_000;

/** Two files as a small shop would have them, made from a seed: 160 customers, and their orders (a row a line) in the 18 months before `now`. */
export function demoFiles(now: Date): { customers: string; orderLines: string } {
  const random = seeded(94);
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => demoCustomer(random, index));
  const orders = customers.flatMap((customer) => demoOrders(random, customer, now)).sort((a, b) => a.at - b.at);
  const lines = orders.flatMap((order, index) =>
    order.lines.map((line) => [
      `KD-${1001 + index}`,
      new Date(order.at).toISOString().slice(0, 10),
      order.customerId,
      ...line,
    ]),
  );
  return {
    customers: csv([
      ['Customer ID', 'Name', 'Mobile', 'Email', 'City', 'Gender', 'Birthday', 'Marketing opt in'],
      ...customers.map((customer) => customer.row),
    ]),
    orderLines: csv([
      ['Order No', 'Order Date', 'Customer ID', 'SKU', 'Product', 'Category', 'Quantity', 'Unit Price'],
      ...lines,
    ]),
  };
}

interface DemoCustomer {
  id: string;
  row: string[];
  /** orders in the 18 months */
  orders: number;
  /** days since which this person has stayed away */
  quietDays: number;
  likes: string;
}

function demoCustomer(random: () => number, index: number): DemoCustomer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const female = random() < 0.6;
  const first = pick(female ? FEMALE : MALE);
  const family = pick(FAMILY);
  const id = `C${String(index + 1).padStart(3, '0')}`;
  const birthday = `${1955 + Math.floor(random() * 50)}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`;
  const mobile = `07${pick(['0', '1', '2', '4', '5', '6', '7', '8'])}${String(1_000_000 + index * 5_417).padStart(7, '0')}`;
  const email = random() < 0.5 ? `${first}.${family}.${index + 1}@example.com`.toLowerCase() : '';
  return {
    id,
    row: [
      id,
      `${first} ${family}`,
      mobile,
      email,
      pick(CITIES),
      female ? 'F' : 'M',
      birthday,
      random() < 0.88 ? 'yes' : 'no',
    ],
    orders: 1 + Math.floor(random() ** 3 * 22),
    quietDays: Math.floor(random() ** 3 * 420),
    likes: pick(CATEGORIES),
  };
}

function demoOrders(random: () => number, customer: DemoCustomer, now: Date) {
  return Array.from({ length: customer.orders }, () => {
    const daysAgo = customer.quietDays + random() ** 1.4 * (DAYS - customer.quietDays);
    const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const liked = PRODUCTS.filter(([, , category]) => category === customer.likes);
      const among = random() < 0.7 ? liked : PRODUCTS;
      const [sku, name, category, price] = among[Math.floor(random() * among.length)] as (typeof PRODUCTS)[number];
      return [sku, name, category, String(1 + Math.floor(random() ** 2 * 4)), `${price}.00`];
    });
    return { at: now.getTime() - daysAgo * DAY_MS, customerId: customer.id, lines };
  });
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => csvRow(row)).join('');
}

const two = (value: number): string => String(value).padStart(2, '0');
