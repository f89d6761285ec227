import { acceptAccountRisk, type LinkedAccount, refuseAccountRisk } from '../../core/index.ts';
import { drawPicture } from '../drawPicture.ts';
import { choice, type Flow, type NoticeContext, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

const LONGEST = 200;

/** How WhatsApp on the shop's phone is, and what can be done; before anything else, what it risks. */
async function showAccount(turn: Turn): Promise<void> {
  turn.require('owner');
  const { shop, t } = turn;
  const account = accountOf(turn);
  const menu = choice(t('menu.button'), 'menu');
  if (!account) return void (await turn.say('whatsapp.unset', {}, { choices: [menu] }));
  if (!shop.whatsappWeb) return warn(turn);
  const state = account.state();
  const unlink = choice(t('whatsapp.button.unlink'), 'whatsapp.unlink');
  if (state.is === 'off' || state.is === 'ended' || state.is === 'lost') return link(turn, account);
  const phone = state.is === 'ready' ? state.phone : '';
  await turn.say(`whatsapp.state.${state.is}`, { phone }, { choices: [unlink, menu] });
}

/** What the shop's number may lose, in plain words; an owner accepts it, or nothing starts. */
async function warn({ t, say }: Turn): Promise<void> {
  const choices = [
    choice(t('whatsapp.button.accept'), 'whatsapp.accept'),
    choice(t('whatsapp.button.leave'), 'cancel'),
  ];
  await say('whatsapp.risk', {}, { choices });
}

async function accept(turn: Turn): Promise<void> {
  turn.require('owner');
  const account = accountOf(turn);
  if (!account) return showAccount(turn);
  await acceptAccountRisk(turn.core, turn.shop._id, turn.address);
  await link(turn, account);
}

async function link({ say, t }: Turn, account: LinkedAccount): Promise<void> {
  await say('whatsapp.linking', {}, { choices: [choice(t('menu.button'), 'menu')] });
  await account.link();
}

async function unlink(turn: Turn): Promise<void> {
  turn.require('owner');
  await refuseAccountRisk(turn.core, turn.shop._id);
  await accountOf(turn)?.unlink();
  await turn.say('whatsapp.unlinked', {}, { choices: [choice(turn.t('menu.button'), 'menu')] });
}

function accountOf({ core }: Turn): LinkedAccount | undefined {
  return core.channels.get('whatsapp')?.account;
}

async function codeNotice(context: NoticeContext, code: string) {
  const { t, language, shop } = context;
  const figures = { language, title: t('whatsapp.code.title'), content: code, note: t('whatsapp.code.note') };
  const words = { shop: shop.name ?? '' };
  const drawn = await drawPicture(context, { kind: 'qr', figures }, t('whatsapp.code.alt'));
  return { text: t('whatsapp.code.text', words), ...drawn };
}

/** WhatsApp by the shop's own phone: the risk, the code to scan, and what becomes of it. */
export const whatsappFlow: Flow = {
  commands: [{ name: 'whatsapp', run: showAccount }],
  actions: { 'whatsapp.accept': accept, 'whatsapp.unlink': unlink },
  notices: {
    'account.code': (context, { code }) => codeNotice(context, code),
    'account.ready': async ({ t }, { phone }) => ({
      text: t('whatsapp.ready', { phone }),
      choices: [choice(t('settings.link'), 'link.own'), choice(t('menu.button'), 'menu')],
    }),
    'account.hidden': async ({ t }, { text }) => ({ text: t('whatsapp.hidden', { text: oneLine(text, LONGEST) }) }),
  },
};
