import {
  type AddressKey,
  createJoinLink,
  createLinkCode,
  getCustomer,
  KadeError,
  parseAddress,
  unlinkAddress,
} from '../../core/index.ts';
import { showCustomerCommands } from '../commandMenu.ts';
import { customerLabel } from '../customerLabel.ts';
import { drawPicture } from '../drawPicture.ts';
import { type Attachments, choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { translator } from '../translate.ts';

/** Letters of an address that a button's id has room for. */
const LONGEST = 50;

/** The links that open Kade's chat in the connected apps, with this token. */
function openingLinks({ core }: Turn, token: string): string[] {
  return [...core.channels.values()].flatMap((channel) => channel.openingLink?.(token) ?? []);
}

/** A code, and links that carry it, by which the member's own phone joins their addresses. */
async function linkOwn(turn: Turn): Promise<void> {
  const code = await createLinkCode(turn.core, turn.member);
  const { t, member, address } = turn;
  const others = member.addresses.filter((one) => one !== address && !one.startsWith('web:') && one.length <= LONGEST);
  await turn.sayText([t('link.own', { code }), ...openingLinks(turn, code)].join('\n'), {
    choices: [
      ...others.map((one) => choice(t('link.remove', { address: addressName(turn, one) }), 'link.remove', one)),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

async function removeOwn(turn: Turn, wanted: string): Promise<void> {
  const { core, member, t } = turn;
  const address = member.addresses.find((one) => one === wanted);
  if (!address) throw new KadeError('choice_expired');
  await unlinkAddress(core, member, address);
  await showCustomerCommands(core, address, member.language);
  await turn.say(
    'link.removed',
    { address: addressName(turn, address) },
    { choices: [choice(t('menu.button'), 'menu')] },
  );
}

/** `Telegram 1234567`. */
function addressName({ t }: Pick<Turn, 't'>, address: AddressKey): string {
  const { channel = 'web', value = '' } = parseAddress(address) ?? {};
  return `${t(`channel.${channel}`)} ${value}`;
}

/** A link for one customer to opt in by, and its code to be scanned: for this one, or whoever stands at the counter. */
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
  for (const link of links)
    await turn.sayText([words, link].join('\n'), {
      ...(await drawLink(turn, link)),
      choices: [choice(t('link.another'), 'link.customer'), choice(t('menu.button'), 'menu')],
    });
}

/** The link as a picture for the counter, in the language of the shop's people. */
function drawLink(turn: Turn, link: string): Promise<Pick<Attachments, 'picture'>> {
  const { language, name } = turn.shop;
  const figures = { language, title: name ?? '', content: link, note: translator(language)('link.scan') };
  return drawPicture(turn, { kind: 'qr', figures }, turn.t('link.qr'));
}

/** Links into the apps that have them: a member's own phone, a customer's. */
export const linkFlow: Flow = {
  commands: [
    { name: 'link', run: linkOwn },
    { name: 'joinLink', run: (turn) => inviteCustomer(turn, '') },
  ],
  actions: { 'link.own': linkOwn, 'link.remove': removeOwn, 'link.customer': inviteCustomer },
  notices: {
    'member.linked': async ({ t }, { address }) => ({
      text: t('link.linked', { address: addressName({ t }, address) }),
      choices: [
        choice(t('link.remove', { address: addressName({ t }, address) }), 'link.remove', address),
        choice(t('menu.button'), 'menu'),
      ],
    }),
  },
};
