import type { ChartItem, DashboardFigures, FunnelFigures, Language } from '../../core/index.ts';

const people = (value: number): string => value.toLocaleString('en');
const rupees = (value: number): string => `LKR ${Math.round(value).toLocaleString('en')}`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const list = (formatted: (value: number) => string, rows: [string, number][]): ChartItem[] =>
  rows.map(([label, value]) => ({ label, value, formatted: formatted(value) }));

const words = {
  en: ['Customer types', 'Revenue by day', 'Top 10 customers', 'Interactions', 'Top products', 'Nothing here yet'],
  si: ['පාරිභෝගික වර්ග', 'දිනපතා ආදායම', 'ප්‍රමුඛ පාරිභෝගිකයින් 10', 'සම්බන්ධතා', 'ප්‍රමුඛ භාණ්ඩ', 'තවම දත්ත නැත'],
  ta: ['வாடிக்கையாளர் வகைகள்', 'தினசரி வருமானம்', 'முதல் 10 வாடிக்கையாளர்கள்', 'தொடர்புகள்', 'முன்னணி பொருட்கள்', 'இன்னும் தரவு இல்லை'],
} as const;

/** A month of a shop in Kandy; names in all three scripts. */
export function sampleDashboard(language: Language = 'en'): DashboardFigures {
  const [customerTypes, revenueTrend, topCustomers, interactionTypes, topProducts, noData] = words[language];
  return {
    language,
    shop: 'Nimal Stores, Kandy',
    period: '10 Nov – 9 Dec 2011',
    labels: {
      customerTypes,
      revenueTrend,
      topCustomers,
      interactionTypes,
      topProducts,
      noData,
      comparedWith: 'compared with 30 days before',
    },
    tiles: [
      { label: 'Revenue', formatted: 'LKR 8,911,407.90', change: { direction: 'up', formatted: '12.4 %', good: true } },
      { label: 'Orders', formatted: '2,431', change: { direction: 'down', formatted: '3.1 %', good: false } },
      { label: 'Customers', formatted: '1,204', change: { direction: 'flat', formatted: '0 %', good: true } },
      { label: 'Average order', formatted: 'LKR 3,665.74', change: { direction: 'up', formatted: '16 %', good: true } },
    ],
    customerTypes: list(people, [
      ['Returning', 634],
      ['New', 288],
      ['Loyal', 201],
      ['At risk', 81],
    ]),
    revenueTrend: Array.from({ length: 30 }, (_, day) => {
      const value = day % 7 === 5 ? 0 : 210_000 + 90_000 * Math.sin(day * 1.7) + day * 4_000;
      return { label: day < 21 ? `${day + 10} Nov` : `${day - 20} Dec`, value, formatted: rupees(value) };
    }),
    topCustomers: list(rupees, [
      ['Chaminda Perera', 280_206],
      ['Kumari Jayawardena Textiles & Sons (Private) Limited', 259_657],
      ['நிரஞ்சலா சிவகுமார்', 194_551],
      ['ශ්‍රී ලක්ෂ්මී වෙළඳසැල', 168_473],
      ['Anjali Fernando', 143_825],
      ['Łukasz Müller', 124_915],
      ['Ruwan', 117_380],
      ['Dilani Wickramasinghe', 91_062],
      ['M. F. Rizwan', 81_025],
      ['Tharushi', 72_882],
    ]),
    interactionTypes: list(people, [
      ['Message', 3120],
      ['Email', 1210],
      ['Call', 640],
      ['Visit', 322],
      ['Meeting', 87],
      ['Review', 12],
    ]),
    topProducts: list(rupees, [
      ['Regency cakestand 3 tier', 164_762],
      ['White hanging heart T-light holder', 99_668],
      ['Party bunting', 98_302],
      ['Jumbo bag red retrospot', 92_356],
      ['Rabbit night light', 66_756],
      ['Postage', 66_230],
      ['Paper chain kit 50s Christmas', 63_791],
      ['Assorted colour bird ornament', 58_959],
      ['Chilli lights', 53_768],
      ['Spotty bunting', 42_065],
    ]),
  };
}

/** The same shop before its first file. */
export function emptyDashboard(): DashboardFigures {
  const none = { customerTypes: [], revenueTrend: [], topCustomers: [], interactionTypes: [], topProducts: [] };
  return { ...sampleDashboard(), ...none, tiles: [] };
}

/** A campaign to 4,338 people, sent and answered. */
export function sampleFunnel(): FunnelFigures {
  const stage = (label: string, value: number) => ({
    label,
    value,
    formatted: people(value),
    share: percent(value / 4338),
  });
  return {
    language: 'en',
    title: 'Christmas win-back',
    subtitle: 'At risk · SMS · 9 Dec 2011',
    labels: { noData: 'Nothing sent yet' },
    stages: [
      stage('Planned', 4338),
      stage('Sent', 4102),
      stage('Delivered', 3980),
      stage('Read', 2210),
      { ...stage('Replied', 312), tone: 'good' },
      { ...stage('Opted out', 41), tone: 'bad' },
    ],
    notes: ['236 left out: 180 without consent, 40 blocked, 16 in quiet hours'],
  };
}
