import { countryOf, createSignInCode, LANGUAGES, type Role, setUpShop } from '../../core/index.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { translator } from '../translate.ts';

const INVITED: readonly Role[] = ['owner', 'manager', 'agent', 'viewer'];
const MAX_NAME = 60;
const LONGEST_POSTAL = 200;

async function showSettings(turn: Turn): Promise<void> {
  const { shop, t } = turn;
  const members = await turn.core.db.members.countDocuments({ shopId: shop._id });
  await turn.say(
    'settings.text',
    {
      shop: shop.name ?? '',
      country: countryOf(shop.country)?.name ?? shop.country,
      currency: shop.currency,
      timeZone: shop.timeZone,
      from: shop.sendingHours.from,
      to: shop.sendingHours.to,
      members,
    },
    {
      choices: [
        choice(t('settings.rename'), 'settings.rename'),
        choice(t('settings.postal'), 'settings.postal'),
        choice(t('settings.language'), 'settings.language'),
        choice(t('settings.invite'), 'settings.invite'),
        choice(t('settings.prices'), 'prices.show'),
        choice(t('settings.fields'), 'fields.list'),
        choice(t('settings.sending'), 'sending.rules'),
        choice(t('settings.link'), 'link.own'),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

async function askName(turn: Turn): Promise<void> {
  turn.require('owner');
  await turn.ask('settings.name', {});
  await turn.say('onboarding.askName', {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takeName(turn: Turn): Promise<void> {
  turn.require('owner');
  const name = turn.text.replace(/\s+/g, ' ').slice(0, MAX_NAME);
  if (!name) return askName(turn);
  await setUpShop(turn.core, turn.shop._id, { name });
  await turn.end();
  await turn.say('settings.renamed', { shop: name }, { choices: [choice(turn.t('menu.button'), 'menu')] });
}

async function askPostal(turn: Turn): Promise<void> {
  turn.require('owner');
  await turn.ask('settings.postal', {});
  await turn.say('campaign.askPostal', {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takePostal(turn: Turn): Promise<void> {
  turn.require('owner');
  const postalAddress = oneLine(turn.text, LONGEST_POSTAL);
  if (!postalAddress) return askPostal(turn);
  await setUpShop(turn.core, turn.shop._id, { postalAddress });
  await turn.end();
  await turn.say('settings.postalKept', { postalAddress }, { choices: [choice(turn.t('menu.button'), 'menu')] });
}

async function askLanguage(turn: Turn): Promise<void> {
  await turn.say(
    'onboarding.askLanguage',
    {},
    {
      choices: LANGUAGES.map((language) =>
        choice(translator(language)('language.name'), 'onboarding.language', language),
      ),
    },
  );
}

async function askRole(turn: Turn): Promise<void> {
  turn.require('owner');
  await turn.say(
    'settings.askRole',
    {},
    {
      choices: INVITED.map((role) => choice(turn.t(`role.${role}`), 'settings.code', role)),
    },
  );
}

async function giveCode(turn: Turn, wanted: string): Promise<void> {
  turn.require('owner');
  const role = INVITED.find((one) => one === wanted);
  if (!role) return askRole(turn);
  const code = await createSignInCode(turn.core, turn.shop._id, role);
  await turn.say(
    'settings.code',
    { code, role: turn.t(`role.${role}`) },
    { choices: [choice(turn.t('menu.button'), 'menu')] },
  );
}

/** The shop's settings, and codes for new members. */
export const settingsFlow: Flow = {
  commands: [
    { name: 'settings', run: showSettings },
    { name: 'invite', run: askRole },
    { name: 'language', run: askLanguage },
  ],
  actions: {
    'settings.show': showSettings,
    'settings.rename': askName,
    'settings.postal': askPostal,
    'settings.language': askLanguage,
    'settings.invite': askRole,
    'settings.code': giveCode,
  },
  steps: { 'settings.name': takeName, 'settings.postal': takePostal },
};
