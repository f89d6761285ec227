import { type BusinessHours, KadeError, LANGUAGES, languageOf, setUpShop } from '../../core/index.ts';
import { cancelChoice } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { awayText, hoursText } from '../inbox/hoursText.ts';
import { readHours } from '../inbox/readHours.ts';

const LONGEST_AWAY = 600;
const week = (days: readonly number[], from: number, to: number): BusinessHours =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => (days.includes(day) ? { from: from * 60, to: to * 60 } : null));
const USUAL: Readonly<Record<string, BusinessHours>> = {
  weekdays: week([1, 2, 3, 4, 5], 9, 18),
  sixDays: week([1, 2, 3, 4, 5, 6], 9, 18),
  everyDay: week([1, 2, 3, 4, 5, 6, 7], 8, 20),
};

/** `hours`: when people answer; `hours mon-fri 9-18, sat 9-13` sets them. */
async function showHours(turn: Turn, rest = ''): Promise<void> {
  if (rest) return takeHours(turn, rest);
  const { shop, t, member } = turn;
  const usual = Object.entries(USUAL).map(([name, hours]) => choice(oneLineOf(t, hours), 'hours.set', name));
  const isManager = member.role === 'owner' || member.role === 'manager';
  await turn.say(
    'hours.now',
    { hours: hoursText(t, shop.businessHours) },
    {
      choices: [
        ...(isManager
          ? [...usual, choice(t('hours.always'), 'hours.set', 'always'), choice(t('hours.other'), 'hours.ask')]
          : []),
        choice(t('hours.awayButton'), 'hours.away'),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

function oneLineOf(t: Turn['t'], hours: BusinessHours): string {
  return hoursText(t, hours).split('\n')[0] ?? '';
}

async function askHours(turn: Turn): Promise<void> {
  turn.require('manager');
  await turn.ask('hours.text', {});
  await turn.say('hours.ask', {}, { choices: [cancelChoice(turn)] });
}

async function takeHours(turn: Turn, said: string): Promise<void> {
  const hours = readHours(said);
  if (!hours) throw new KadeError('hours_unreadable', { text: said.slice(0, 60) });
  await set(turn, hours);
}

async function setUsual(turn: Turn, name: string): Promise<void> {
  const hours = Object.hasOwn(USUAL, name) ? USUAL[name] : undefined;
  if (!hours && name !== 'always') throw new KadeError('choice_expired');
  await set(turn, hours ?? null);
}

async function set(turn: Turn, businessHours: BusinessHours | null): Promise<void> {
  turn.require('manager');
  const { core, shop, t } = turn;
  const after = await setUpShop(core, shop._id, { businessHours });
  await turn.end();
  const params = { hours: hoursText(t, after.businessHours) };
  await turn.say('hours.kept', params, {
    choices: [choice(t('hours.awayButton'), 'hours.away'), choice(t('menu.button'), 'menu')],
  });
}

/** `away`: what customers are told outside the hours; `away We are closed …` sets it for the language it is written in. */
async function showAway(turn: Turn, rest = ''): Promise<void> {
  if (rest) return takeAway(turn, turn.text.slice(turn.text.indexOf(rest.split(/\s/, 1)[0] ?? '')));
  const { core, shop, t, member } = turn;
  const texts = LANGUAGES.map(
    (language) => `${t(`customer.card.language.${language}`)}: ${awayText(language, shop, core.clock.now())}`,
  );
  const own = LANGUAGES.filter((language) => shop.awayTexts?.[language]);
  const isManager = member.role === 'owner' || member.role === 'manager';
  await turn.say(
    'hours.away',
    { texts: texts.join('\n\n') },
    {
      choices: [
        ...(isManager ? [choice(t('hours.awayChange'), 'hours.awayAsk')] : []),
        ...own.map((language) =>
          choice(
            t('hours.awayRemove', { language: t(`customer.card.language.${language}`) }),
            'hours.awayRemove',
            language,
          ),
        ),
        choice(t('hours.button'), 'hours.show'),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

async function askAway(turn: Turn): Promise<void> {
  turn.require('manager');
  await turn.ask('hours.awayText', {});
  await turn.say('hours.awayAsk', {}, { choices: [cancelChoice(turn)] });
}

async function takeAway(turn: Turn, text: string): Promise<void> {
  if (text.length > LONGEST_AWAY) throw new KadeError('text_too_long', { limit: LONGEST_AWAY });
  await setAway(turn, { ...turn.shop.awayTexts, [languageOf(text)]: text });
}

async function removeAway(turn: Turn, wanted: string): Promise<void> {
  const left = Object.entries(turn.shop.awayTexts ?? {}).filter(([language]) => language !== wanted);
  await setAway(turn, Object.fromEntries(left));
}

async function setAway(turn: Turn, awayTexts: NonNullable<Turn['shop']['awayTexts']>): Promise<void> {
  turn.require('manager');
  await setUpShop(turn.core, turn.shop._id, { awayTexts });
  await turn.end();
  await turn.say(
    'hours.awayKept',
    {},
    { choices: [choice(turn.t('hours.awayButton'), 'hours.away'), choice(turn.t('menu.button'), 'menu')] },
  );
}

/** When people of the shop answer, and what is said when they do not. */
export const hoursFlow: Flow = {
  commands: [
    { name: 'hours', run: showHours },
    { name: 'away', run: showAway },
  ],
  actions: {
    'hours.show': (turn) => showHours(turn),
    'hours.ask': askHours,
    'hours.set': setUsual,
    'hours.away': (turn) => showAway(turn),
    'hours.awayAsk': askAway,
    'hours.awayRemove': removeAway,
  },
  steps: {
    'hours.text': (turn) => takeHours(turn, turn.text),
    'hours.awayText': (turn) => takeAway(turn, turn.text),
  },
};
