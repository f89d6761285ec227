import {
  confirmCustomer,
  findDoubles,
  getCustomer,
  listMerges,
  type Merge,
  parseId,
  tellApart,
  undoMerge,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { cancelChoice, cardChoice } from '../customers/dialogue.ts';
import { formatDayMonth } from '../days.ts';
import { choice, type Flow, type NoticeContext, type Turn } from '../flow.ts';
import { personText } from '../merges/mergeText.ts';
import { oneLine } from '../oneLine.ts';
import { menuChoice } from './merge.ts';

const MOST_DOUBLES = 30;
const MOST_UNDONE = 5;

/** `duplicates`: who looks like one person, one pair after the other. */
async function showDoubles(turn: Turn): Promise<void> {
  const { core, shop, t, member } = turn;
  await turn.end();
  const doubles = await findDoubles(core, shop._id, MOST_DOUBLES);
  const [top] = doubles;
  if (!top) return void (await turn.say('merge.noDoubles', {}, { choices: menuChoice(turn) }));
  const [first, second] = [await getCustomer(core, shop._id, top.first), await getCustomer(core, shop._id, top.second)];
  const reasons = top.reasons.map((reason) => t(`merge.reason.${reason}`)).join(', ');
  const head = t('merge.doubles', { count: doubles.length, reasons });
  const more = doubles.length === MOST_DOUBLES ? t('merge.orMore') : '';
  const pair = `${top.first}.${top.second}`;
  await turn.sayText(
    [
      [head, more].filter(Boolean).join(' '),
      '',
      `1. ${personText(turn, first)}`,
      '',
      `2. ${personText(turn, second)}`,
    ].join('\n'),
    {
      choices: [
        ...(member.role === 'viewer'
          ? []
          : [choice(t('merge.look'), 'merge.two', pair), choice(t('merge.notSame'), 'merge.notSame', pair)]),
        ...menuChoice(turn),
      ],
    },
  );
}

async function notSame(turn: Turn, arg: string): Promise<void> {
  turn.require('agent');
  const [one = '', other = ''] = arg.split('.');
  await tellApart(turn.core, turn.shop._id, parseId(one), parseId(other), turn.member._id);
  await showDoubles(turn);
}

/** `undo merge`: the latest ones, to choose. */
async function chooseUndo(turn: Turn): Promise<void> {
  turn.require('agent');
  const { core, shop } = turn;
  await turn.end();
  const merges = await listMerges(core, shop._id, MOST_UNDONE);
  if (merges.length === 0) return void (await turn.say('merge.noneToUndo', {}, { choices: menuChoice(turn) }));
  const labels = await Promise.all(merges.map((one) => undoLabel(turn, one)));
  await turn.say(
    'merge.whichUndo',
    {},
    {
      choices: [
        ...merges.map(({ _id }, at) => choice(labels[at] ?? '', 'merge.undo', _id.toHexString())),
        cancelChoice(turn),
      ],
    },
  );
}

async function undoLabel({ core, shop, t }: Turn, { at, into, before }: Merge): Promise<string> {
  const stays = await getCustomer(core, shop._id, into).catch(() => null);
  const names = [before, stays].map((one) => (one ? oneLine(customerLabel(t, one), 24) : '–')).join(' + ');
  return `${formatDayMonth(t, at, shop.timeZone)}: ${names}`;
}

async function undo(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const { into, from } = await undoMerge(core, shop._id, parseId(id));
  const [stays, back] = [await getCustomer(core, shop._id, into), await getCustomer(core, shop._id, from)];
  const params = { name: customerLabel(t, stays), other: customerLabel(t, back) };
  await turn.say('merge.undone', params, { choices: [cardChoice(turn, stays), cardChoice(turn, back)] });
}

async function confirmNew(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, t } = turn;
  const customer = await getCustomer(core, shop._id, id);
  await confirmCustomer(core, shop._id, customer._id);
  await turn.say('merge.confirmed', { name: customerLabel(t, customer) }, { choices: [cardChoice(turn, customer)] });
}

/** Someone has proven a number that another customer has. */
async function doubleNotice({ core, shop, t }: NoticeContext, one: string, other: string) {
  const [first, second] = [await getCustomer(core, shop._id, one), await getCustomer(core, shop._id, other)];
  const pair = `${one}.${other}`;
  return {
    text: t('merge.proven', { name: customerLabel(t, first), other: customerLabel(t, second) }),
    choices: [choice(t('merge.look'), 'merge.two', pair), choice(t('merge.notSame'), 'merge.notSame', pair)],
  };
}

/** Who looks like one person, who is told apart, and what was merged wrongly. */
export const duplicatesFlow: Flow = {
  commands: [
    { name: 'duplicates', run: showDoubles },
    { name: 'undoMerge', run: chooseUndo },
  ],
  actions: {
    'merge.doubles': showDoubles,
    'merge.notSame': notSame,
    'merge.undo': undo,
    'customer.confirm': confirmNew,
  },
  notices: { 'customer.double': (context, { first, second }) => doubleNotice(context, first, second) },
};
