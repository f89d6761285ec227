import { randomUUID } from 'node:crypto';
import {
  type Customer,
  findCustomers,
  getCustomer,
  isProvisional,
  KadeError,
  mergeCustomers,
  parseId,
  tellApart,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { cancelChoice, cardChoice, checkMark } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { mergeText } from '../merges/mergeText.ts';
import { oneLine } from '../oneLine.ts';
import { inEveryLanguage } from '../translate.ts';

const MOST_MEANT = 8;

/** Who is chosen so far, in hex, and the words for the one who is not. */
interface Wish {
  readonly one?: string;
  readonly words: string;
  readonly mark: string;
}

const WITH = inEveryLanguage('merge.with').flatMap((words) => words.split('|'));
const BETWEEN = new RegExp(`\\s+(?:${WITH.join('|')})\\s+|\\s*[+&]\\s*`, 'iu');

/** `merge nimal with 0771234567` */
async function merge(turn: Turn, rest: string): Promise<void> {
  turn.require('agent');
  const [one = '', other = ''] = rest.split(BETWEEN, 2);
  if (!one.trim() || !other.trim()) return void (await turn.say('merge.how', {}, { choices: menuChoice(turn) }));
  await findOne(turn, one, (id) => findOther(turn, id, other), { words: other });
}

async function findOther(turn: Turn, one: string, words: string): Promise<void> {
  await findOne(turn, words, (other) => readBack(turn, one, other), { one, words: '' });
}

/** Goes on with whom the words mean, once a member has said so where several may be meant. */
async function findOne(
  turn: Turn,
  words: string,
  goOn: (id: string) => Promise<void>,
  wish: Omit<Wish, 'mark'>,
): Promise<void> {
  const { customers, similar } = await findCustomers(turn.core, turn.shop, words, MOST_MEANT);
  const [only] = customers;
  if (only && customers.length === 1) return goOn(only._id.toHexString());
  const meant = (customers.length > 0 ? customers : similar).filter(({ _id }) => _id.toHexString() !== wish.one);
  if (meant.length === 0)
    return void (await turn.say('customer.nobody', { words: oneLine(words) }, { choices: menuChoice(turn) }));
  const mark = randomUUID().slice(0, 8);
  await turn.ask('merge.waits', { ...wish, mark });
  await turn.say(
    'inbox.whom',
    { words: oneLine(words) },
    {
      choices: [
        ...meant.map((customer) =>
          choice(nameAndMark(turn, customer), 'merge.pick', `${mark}.${customer._id.toHexString()}`),
        ),
        cancelChoice(turn),
      ],
    },
  );
}

function nameAndMark({ t }: Turn, customer: Customer): string {
  const mark = customer.name ? (customer.externalId ?? customer.addresses[0]?.value ?? '') : '';
  return [oneLine(customerLabel(t, customer), 40), oneLine(mark, 30)].filter(Boolean).join(' · ');
}

async function pick(turn: Turn, arg: string): Promise<void> {
  const [mark = '', id = ''] = arg.split('.');
  checkMark(turn, mark);
  const { one, words } = turn.data as unknown as Wish;
  await (one ? readBack(turn, one, id) : findOther(turn, id, words));
}

/** From a card: whom with is asked. */
async function askWith(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const customer = await getCustomer(turn.core, turn.shop._id, id);
  await turn.ask('merge.whom', { one: customer._id.toHexString() });
  await turn.say(
    'merge.whom',
    { name: customerLabel(turn.t, customer) },
    { choices: [cardChoice(turn, customer), cancelChoice(turn)] },
  );
}

async function takeWith(turn: Turn): Promise<void> {
  const { one } = turn.data as unknown as Wish;
  if (!one) throw new KadeError('choice_expired');
  await findOther(turn, one, turn.text);
}

/** The one of whom more is known stays, unless a member swaps them. */
async function readBack(turn: Turn, one: string, other: string, asChosen = false): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const [first, second] = [await getCustomer(core, shop._id, one), await getCustomer(core, shop._id, other)];
  if (first._id.equals(second._id)) throw new KadeError('merge_same');
  const [into, from] = !asChosen && knownOf(second) > knownOf(first) ? [second, first] : [first, second];
  const mark = randomUUID().slice(0, 8);
  await turn.ask('merge.waits', { into: into._id.toHexString(), from: from._id.toHexString(), mark });
  await turn.sayText(mergeText(turn, into, from), {
    choices: [
      choice(t('merge.confirm'), 'merge.confirm', mark),
      choice(t('merge.swap'), 'merge.swap', mark),
      choice(t('merge.notSame'), 'merge.apart', mark),
      cardChoice(turn, from),
      cancelChoice(turn),
    ],
  });
}

function knownOf(customer: Customer): number {
  const { name, externalId, figures } = customer;
  return (isProvisional(customer) ? 0 : 1) + (externalId ? 1 : 0) + (name ? 1 : 0) + figures.orderCount;
}

/** The two whom the open question is about, in hex. */
function pairOf(turn: Turn, mark: string): { into: string; from: string } {
  checkMark(turn, mark);
  const { into, from } = turn.data as { into?: string; from?: string };
  if (!into || !from) throw new KadeError('choice_expired');
  return { into, from };
}

async function swap(turn: Turn, mark: string): Promise<void> {
  const { into, from } = pairOf(turn, mark);
  await readBack(turn, from, into, true);
}

async function confirm(turn: Turn, mark: string): Promise<void> {
  turn.require('agent');
  const { into, from } = pairOf(turn, mark);
  const { core, shop, member, t } = turn;
  await turn.end();
  const done = await mergeCustomers(core, shop._id, { into: parseId(into), from: parseId(from), memberId: member._id });
  const customer = await getCustomer(core, shop._id, into);
  const params = {
    name: customerLabel(t, customer),
    count: customer.figures.orderCount,
    addresses: customer.addresses.length,
  };
  await turn.say('merge.done', params, {
    choices: [
      choice(t('merge.undo'), 'merge.undo', done._id.toHexString()),
      cardChoice(turn, customer),
      choice(t('merge.next'), 'merge.doubles'),
    ],
  });
}

async function apart(turn: Turn, mark: string): Promise<void> {
  turn.require('agent');
  const { into, from } = pairOf(turn, mark);
  await tellApart(turn.core, turn.shop._id, parseId(into), parseId(from), turn.member._id);
  await turn.end();
  await turn.say(
    'merge.toldApart',
    {},
    { choices: [choice(turn.t('merge.next'), 'merge.doubles'), ...menuChoice(turn)] },
  );
}

async function mergeTwo(turn: Turn, arg: string): Promise<void> {
  const [one = '', other = ''] = arg.split('.');
  await readBack(turn, one, other);
}

export function menuChoice({ t }: Pick<Turn, 't'>) {
  return [choice(t('menu.button'), 'menu')];
}

/** Two customers who are one: chosen, compared, merged. */
export const mergeFlow: Flow = {
  commands: [{ name: 'merge', run: merge }],
  actions: {
    'merge.with': askWith,
    'merge.pick': pick,
    'merge.two': mergeTwo,
    'merge.swap': swap,
    'merge.confirm': confirm,
    'merge.apart': apart,
  },
  steps: { 'merge.whom': takeWith },
};
