import {
  type Customer,
  type FoundCustomers,
  findCustomers,
  formatMoney,
  getCustomer,
  getCustomerCard,
  isProvisional,
  isShut,
  listCustomerOrders,
  type Order,
  type OrderPage,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { cardText } from '../customers/cardText.ts';
import { formatDay } from '../days.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { segmentName } from '../segmentWords.ts';

const MAX_FOUND = 10;
const ORDERS_A_PAGE = 5;
const LINES_AN_ORDER = 8;

/** `find nimal`, `customer 12347`: one hit opens its card, more are listed, none is answered with who may be meant. */
async function find(turn: Turn, words: string): Promise<void> {
  if (!words.trim()) return showHow(turn);
  await turn.end();
  const found = await findCustomers(turn.core, turn.shop, words, MAX_FOUND);
  const [only] = found.customers;
  if (only && found.customers.length === 1) return showCard(turn, only._id.toHexString());
  return only ? showFound(turn, words, found) : showNobody(turn, words, found);
}

async function showFound(turn: Turn, words: string, { customers, more }: FoundCustomers): Promise<void> {
  const { t, shop } = turn;
  const lines = customers.map((customer, i) => {
    const { orderCount, totalSpent } = customer.figures;
    const spent = orderCount ? formatMoney(totalSpent, shop.currency) : t('customer.card.noOrders');
    return [`${i + 1}. ${customerLabel(t, customer)}`, reachOf(customer), spent].filter(Boolean).join(' · ');
  });
  const head = t(more ? 'customer.foundBest' : 'customer.found', { count: customers.length, words: oneLine(words) });
  await turn.sayText([head, ...lines, more ? t('customer.foundMore') : ''].filter(Boolean).join('\n'), {
    choices: customers.map((customer) => openChoice(turn, customer)),
  });
}

async function showNobody(turn: Turn, words: string, { similar }: FoundCustomers): Promise<void> {
  const menu = choice(turn.t('menu.button'), 'menu');
  const key = similar.length ? 'customer.similar' : 'customer.nobody';
  await turn.say(
    key,
    { words: oneLine(words) },
    { choices: [...similar.map((customer) => openChoice(turn, customer)), menu] },
  );
}

/** A name may be common, so a second mark tells people apart. */
function openChoice({ t }: Turn, customer: Customer) {
  const label = customerLabel(t, customer);
  const mark = customer.name ? (customer.externalId ?? reachOf(customer)) : '';
  return choice(
    mark ? `${oneLine(label, 40)} · ${oneLine(mark, 30)}` : label,
    'customer.show',
    customer._id.toHexString(),
  );
}

function reachOf(customer: Customer): string {
  const [address] = customer.addresses;
  return address ? oneLine(address.value) : '';
}

async function showHow(turn: Turn): Promise<void> {
  const { core, shop, t } = turn;
  await turn.end();
  const [count, best] = await Promise.all([
    core.db.customers.countDocuments({ shopId: shop._id }),
    core.db.customers.find({ shopId: shop._id }).sort({ 'figures.totalSpent': -1 }).limit(5).toArray(),
  ]);
  if (count === 0) {
    const choices = [choice(t('menu.sendFile'), 'import.how'), choice(t('menu.button'), 'menu')];
    return void (await turn.say('customer.none', {}, { choices }));
  }
  await turn.say('customer.how', { count }, { choices: best.map((customer) => openChoice(turn, customer)) });
}

async function showCard(turn: Turn, id: string): Promise<void> {
  const { core, shop, t, language } = turn;
  await turn.end();
  const card = await getCustomerCard(core, shop._id, id);
  const { customer } = card;
  const segment = customer.preference
    ? await core.db.segments.findOne({ shopId: shop._id, key: customer.preference })
    : null;
  const arg = customer._id.toHexString();
  await turn.sayText(cardText({ shop, t, language, preference: segment && segmentName(t, segment) }, card), {
    choices: [
      choice(t('customer.button.orders'), 'customer.orders', `${arg}.0`),
      choice(t('customer.button.note'), 'customer.note', arg),
      choice(t('customer.button.message'), 'customer.message', arg),
      choice(t('customer.button.edit'), 'customer.edit', arg),
      choice(t('customer.button.merge'), 'merge.with', arg),
      ...(isProvisional(customer) ? [choice(t('customer.button.confirm'), 'customer.confirm', arg)] : []),
      choice(t('customer.button.delete'), 'customer.delete', arg),
      ...(customer.addresses.some(isShut) ? [choice(t('customer.button.readmit'), 'customer.readmit', arg)] : []),
      ...(canInvite(turn) ? [choice(t('customer.button.invite'), 'link.customer', arg)] : []),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

/** Whether an app is connected that a link leads into. */
function canInvite({ core }: Turn): boolean {
  return [...core.channels.values()].some(({ openingLink }) => openingLink);
}

/** One page of orders with their lines; `arg` is the customer's id and how many were shown. */
async function showOrders(turn: Turn, arg: string): Promise<void> {
  const { core, shop, t } = turn;
  const [id = '', shown = '0'] = arg.split('.');
  const customer = await getCustomer(core, shop._id, id);
  const skip = Math.max(0, Number.parseInt(shown, 10) || 0);
  const page = await listCustomerOrders(core, shop._id, customer._id, { skip, limit: ORDERS_A_PAGE });
  const back = choice(t('customer.button.card'), 'customer.show', id);
  if (page.orders.length === 0)
    return void (await turn.say('customer.order.none', { name: customerLabel(t, customer) }, { choices: [back] }));
  const head = t('customer.order.head', {
    name: customerLabel(t, customer),
    first: skip + 1,
    last: skip + page.orders.length,
  });
  const more = page.more ? [choice(t('customer.order.more'), 'customer.orders', `${id}.${skip + ORDERS_A_PAGE}`)] : [];
  await turn.sayText([head, ...page.orders.map((order) => orderText(turn, order, page))].join('\n\n'), {
    choices: [...more, back],
  });
}

function orderText({ shop, t }: Turn, order: Order, { productNames }: OrderPage): string {
  const money = (minor: number) => formatMoney(minor, shop.currency);
  const lines = order.lines.slice(0, LINES_AN_ORDER).map(({ sku, quantity, amount }) => {
    const name = oneLine(productNames.get(sku) ?? sku, 60);
    return `  ${quantity} × ${name}: ${money(amount)}`;
  });
  const left = order.lines.length - lines.length;
  return [
    t('customer.order.line', {
      date: formatDay(t, order.at, shop.timeZone),
      number: oneLine(order.number, 40),
      amount: money(order.amount),
    }),
    ...lines,
    left > 0 ? `  ${t('customer.order.linesMore', { count: left })}` : '',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Finding people, their cards and their orders. */
export const customerFlow: Flow = {
  commands: [
    { name: 'find', run: find },
    { name: 'customer', run: find },
    { name: 'customers', run: find },
  ],
  actions: {
    'customer.how': showHow,
    'customer.show': showCard,
    'customer.orders': showOrders,
  },
};
