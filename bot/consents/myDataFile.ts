import { type Customer, formatMoney, type PersonalData, type Shop } from '../../core/index.ts';
import { addressLine } from '../customers/cardText.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';

interface Rows {
  orders?: readonly { number: string; at: Date; amount: number }[];
  interactions?: readonly { type: string; text: string; at: Date }[];
  inbound?: readonly { text?: string; choiceLabel?: string; at: Date }[];
  deliveries?: readonly { message: { text: string }; createdAt: Date }[];
}

/** One HTML page of what is kept of a customer: in words, and whole, as JSON, at its end. */
export function myDataPage(t: Translate, shop: Shop, customer: Customer, data: PersonalData, at: Date): string {
  const day = (date: Date) => formatDay(t, date, shop.timeZone);
  const { orders = [], interactions = [], inbound = [], deliveries = [] } = data as Rows;
  const title = t('mydata.title', { shop: shop.name ?? '', date: day(at) });
  const parts: [string, string[]][] = [
    ['you', [customer.name, customer.externalId, customer.city, ...customer.tags].flatMap((one) => one ?? [])],
    ['addresses', customer.addresses.map((address) => addressLine(t, address))],
    [
      'orders',
      orders.map((order) => `${day(order.at)} · ${order.number} · ${formatMoney(order.amount, shop.currency)}`),
    ],
    ['received', inbound.map((one) => `${day(one.at)} · ${one.text ?? one.choiceLabel ?? ''}`)],
    ['sent', deliveries.map((one) => `${day(one.createdAt)} · ${one.message.text}`)],
    ['notes', interactions.map((one) => `${day(one.at)} · ${t(`interaction.${one.type}`)} · ${one.text}`)],
  ];
  const sections = parts.map(([name, lines]) =>
    section(t(`mydata.${name}`), lines.length ? lines : [t('mydata.none')]),
  );
  const all = escapeHtml(JSON.stringify(data, null, 1));
  return [
    '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    '<style>body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}li{white-space:pre-wrap;overflow-wrap:anywhere}pre{overflow:auto;font-size:12px}</style>',
    `<h1>${escapeHtml(title)}</h1>`,
    ...sections,
    `<details><summary>${escapeHtml(t('mydata.whole'))}</summary><pre id="data">${all}</pre></details>`,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `<h2>${escapeHtml(title)}</h2><ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
