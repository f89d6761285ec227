import {
  countryOf,
  findCountry,
  KadeError,
  LANGUAGES,
  type Language,
  type Shop,
  setMemberLanguage,
  setUpShop,
} from '../../core/index.ts';
import { showMemberCommands } from '../commandMenu.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { translator } from '../translate.ts';

const MAX_NAME = 60;

async function takeName(turn: Turn): Promise<void> {
  const name = turn.text.replace(/\s+/g, ' ').slice(0, MAX_NAME);
  if (!name) return void (await turn.say('onboarding.askName'));
  await setUpShop(turn.core, turn.shop._id, { name });
  await askCountry(turn, name);
}

async function askCountry(turn: Turn, name: string): Promise<void> {
  await turn.ask('onboarding.country', {});
  const lanka = countryOf('LK');
  await turn.say(
    'onboarding.askCountry',
    { shop: name },
    {
      choices: lanka ? [choice(`🇱🇰 ${lanka.name}`, 'onboarding.country', 'LK')] : [],
    },
  );
}

async function takeCountry(turn: Turn, words: string): Promise<void> {
  const country = findCountry(words);
  if (!country) throw new KadeError('country_unknown', { text: words.slice(0, 40) });
  const shop = await setUpShop(turn.core, turn.shop._id, { country });
  await turn.say('onboarding.countrySet', {
    country: country.name,
    currency: country.currency,
    prefix: country.phonePrefix,
    timeZone: shop.timeZone,
  });
  if (country.timeZones.length > 1) return askTimeZone(turn, country.timeZones);
  await askLanguage(turn);
}

/** Most that are offered as buttons; any other is typed. */
const MAX_ZONES = 30;

async function askTimeZone(turn: Turn, zones: readonly string[]): Promise<void> {
  await turn.ask('onboarding.timeZone', {});
  await turn.say(
    'onboarding.askTimeZone',
    {},
    { choices: zones.slice(0, MAX_ZONES).map((zone) => choice(zone, 'onboarding.timeZone', zone)) },
  );
}

/** A zone by its IANA name or its city. */
async function takeTimeZone(turn: Turn, words: string): Promise<void> {
  const zones = countryOf(turn.shop.country)?.timeZones ?? [];
  const wanted = words.trim().toLowerCase().replace(/\s+/g, '_');
  const timeZone = zones.find((zone) => zone.toLowerCase() === wanted || zone.toLowerCase().endsWith(`/${wanted}`));
  if (!timeZone) return askTimeZone(turn, zones);
  await setUpShop(turn.core, turn.shop._id, { timeZone });
  await askLanguage(turn);
}

async function askLanguage(turn: Turn): Promise<void> {
  await turn.ask('onboarding.language', {});
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

async function takeLanguage(turn: Turn, words: string): Promise<void> {
  const language = readLanguage(words);
  if (!language) return askLanguage(turn);
  await setMemberLanguage(turn.core, turn.shop._id, turn.member._id, language);
  await showMemberCommands(turn.core, { ...turn.member, language });
  await turn.end();
  const t = translator(language);
  if (turn.shop.ready)
    return void (await turn.sayText(t('settings.languageSet'), { choices: [choice(t('menu.button'), 'menu')] }));
  const shop = await setUpShop(turn.core, turn.shop._id, { language, ready: true });
  await turn.sayText(t('onboarding.ready', { shop: shop.name ?? '' }), { choices: firstChoices(t) });
}

/** The language a word names: its code, or its name in any of the languages. */
export function readLanguage(words: string): Language | null {
  const wanted = words.trim().toLowerCase();
  const names = (language: Language): string[] => [
    language,
    translator(language)('language.name').toLowerCase(),
    new Intl.DisplayNames(['en'], { type: 'language' }).of(language)?.toLowerCase() ?? '',
  ];
  return LANGUAGES.find((language) => names(language).includes(wanted)) ?? null;
}

/** The three ways to begin, and the menu. */
function firstChoices(t: Turn['t']) {
  return [
    choice(t('onboarding.sendFile'), 'import.how'),
    choice(t('onboarding.demo'), 'demo.load'),
    choice(t('onboarding.look'), 'menu'),
  ];
}

async function welcome(context: { shop: Shop; t: Turn['t'] }) {
  const { shop, t } = context;
  if (shop.ready)
    return {
      text: t('onboarding.welcomeBack', { shop: shop.name ?? '' }),
      choices: [choice(t('menu.button'), 'menu')],
    };
  return { text: LANGUAGES.map((language) => translator(language)('onboarding.welcome')).join('\n\n') };
}

/** What a shop without settings does with anything: takes its name, else asks the next open question. */
export async function continueOnboarding(turn: Turn): Promise<void> {
  if (turn.file) throw new KadeError('shop_not_ready');
  if (!turn.shop.name) {
    if (turn.text) return takeName(turn);
    await turn.ask('onboarding.name', {});
    return void (await turn.say('onboarding.askName'));
  }
  await askCountry(turn, turn.shop.name);
}

/** The shop's name, country and language, asked of the owner at the first visit. */
export const onboardingFlow: Flow = {
  steps: {
    'onboarding.name': takeName,
    'onboarding.country': (turn) => takeCountry(turn, turn.text),
    'onboarding.timeZone': (turn) => takeTimeZone(turn, turn.text),
    'onboarding.language': (turn) => takeLanguage(turn, turn.text),
  },
  actions: {
    'onboarding.country': takeCountry,
    'onboarding.timeZone': takeTimeZone,
    'onboarding.language': takeLanguage,
  },
  notices: { 'member.welcome': welcome },
};
