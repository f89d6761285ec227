import { createJoinLink, createLinkCode, getCustomer, KadeError } from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

/** The links that open Kade's chat in the connected apps, with this token. */
function openingLinks({ core }: Turn, token: string): string[] {
  return [...core.channels.values()].flatMap((channel) => channel.openingLink?.(token) ?? []);
}

/** A code, and links that carry it, by which the member's own phone joins their addresses. */
async function linkOwn(turn: Turn): Promise<void> {
  const code = await createLinkCode(turn.core, turn.member);
  const menu = choice(turn.t('menu.button'), 'menu');
  await turn.sayText([turn.t('link.own', { code }), ...openingLinks(turn, code)].join('\n'), { choices: [menu] });
}

/** A link for one customer to opt in by: this one, or whoever stands at the counter. */
async function inviteCustomer(turn: Turn, id: string): Promise<void> {
  turn.require('agent');
  const { core, shop, address: createdBy, t } = turn;
  const customer = id ? await getCustomer(core, shop._id, id) : null;
  const token = await createJoinLink(core, shop._id, { createdBy, ...(customer ? { customerId: customer._id } : {}) });
  const links = openingLinks(turn, token);
  if (links.length === 0) throw new KadeError('channel_off', { channel: 'telegram' });
  const words = customer
    ? t('link.customer', { name: oneLine(customerLabel(t, customer), 40) })
    : t('link.counter', { shop: shop.name ?? '' });
  await turn.sayText([words, ...links].join('\n'), {
    choices: [choice(t('link.another'), 'link.customer'), choice(t('menu.button'), 'menu')],
  });
}

/** Links into the apps that have them: a member's own phone, a customer's. */
export const linkFlow: Flow = {
  commands: [
    { name: 'link', run: linkOwn },
    { name: 'joinLink', run: (turn) => inviteCustomer(turn, '') },
  ],
  actions: { 'link.own': linkOwn, 'link.customer': inviteCustomer },
  notices: {
    'member.linked': async ({ t }, { address }) => ({
      text: t('link.linked', { channel: t(`channel.${address.split(':')[0]}`) }),
      choices: [choice(t('menu.button'), 'menu')],
    }),
  },
};
