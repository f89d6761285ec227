import { randomUUID } from 'node:crypto';
import {
  addCustomField,
  CUSTOM_TYPES,
  type CustomField,
  type CustomType,
  countRule,
  KadeError,
  readFieldLine,
  removeCustomField,
  renameCustomField,
} from '../../core/index.ts';
import { checkMark } from '../customers/dialogue.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { people } from '../segmentWords.ts';

const LONGEST_BUTTON = 40;

/** The shop's own fields, and the way to a new one. */
async function showFields(turn: Turn): Promise<void> {
  turn.require('manager');
  await turn.end();
  const { t, shop } = turn;
  const own = shop.customFields ?? [];
  const lines = own.map((field) => t('fields.line', { name: oneLine(field.name), type: typeText(turn, field) }));
  await turn.sayText([t(own.length > 0 ? 'fields.list' : 'fields.none'), ...lines].join('\n'), {
    choices: [
      ...own.map(({ name }, place) => choice(oneLine(name, LONGEST_BUTTON), 'fields.show', String(place))),
      choice(t('fields.button.new'), 'fields.new'),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

function typeText({ t }: Turn, { type, choices = [] }: Pick<CustomField, 'type' | 'choices'>): string {
  const kind = t(`fields.type.${type}`);
  return choices.length > 0 ? `${kind}: ${choices.map((one) => oneLine(one, LONGEST_BUTTON)).join(', ')}` : kind;
}

async function showField(turn: Turn, place: string): Promise<void> {
  turn.require('manager');
  const { t } = turn;
  const field = turn.shop.customFields?.[Number(place)];
  if (!field) throw new KadeError('choice_expired');
  const mark = randomUUID().slice(0, 8);
  await turn.ask('fields.open', { key: field.key, mark });
  await turn.say(
    'fields.one',
    { name: oneLine(field.name), type: typeText(turn, field), key: `custom.${field.key}` },
    {
      choices: [
        choice(t('segment.button.rename'), 'fields.rename', mark),
        choice(t('fields.button.remove'), 'fields.remove', mark),
        choice(t('fields.button.all'), 'fields.list'),
      ],
    },
  );
}

async function askName(turn: Turn): Promise<void> {
  turn.require('manager');
  await turn.ask('fields.name', {});
  await turn.say('fields.askName', {}, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takeName(turn: Turn): Promise<void> {
  const { t } = turn;
  const name = readFieldLine(turn.text);
  await turn.ask('fields.type', { name });
  await turn.say(
    'fields.askType',
    { name },
    {
      choices: [
        ...CUSTOM_TYPES.map((type) => choice(t(`fields.type.${type}`), 'fields.type', type)),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function takeType(turn: Turn, wanted: string): Promise<void> {
  turn.require('manager');
  const { t, data } = turn;
  const folded = wanted.trim().toLowerCase();
  const type = CUSTOM_TYPES.find((one) => one === folded || t(`fields.type.${one}`).toLowerCase() === folded);
  if (typeof data.name !== 'string' || !type) throw new KadeError('choice_expired');
  if (type !== 'choice') return keep(turn, data.name, type, []);
  await turn.ask('fields.choices', { name: data.name });
  await turn.say('fields.askChoices', {}, { choices: [choice(t('cancel'), 'cancel')] });
}

async function takeChoices(turn: Turn): Promise<void> {
  const choices = turn.text.split(/[,;\n]/).filter((one) => one.trim() !== '');
  await keep(turn, String(turn.data.name), 'choice', choices);
}

async function keep(turn: Turn, name: string, type: CustomType, choices: readonly string[]): Promise<void> {
  turn.require('manager');
  const field = await addCustomField(turn.core, turn.shop._id, { name, type, choices }).catch(
    async (error: unknown) => {
      // Another name is what comes next.
      if (error instanceof KadeError && error.code === 'field_name_taken') await turn.ask('fields.name', {});
      throw error;
    },
  );
  await turn.end();
  await tellDone(turn, 'fields.added', { name: field.name, type: typeText(turn, field), key: `custom.${field.key}` });
}

async function askNewName(turn: Turn, mark: string): Promise<void> {
  turn.require('manager');
  checkMark(turn, mark);
  const field = openField(turn);
  await turn.ask('fields.newName', { key: field.key });
  await turn.say('segment.ask.rename', { name: field.name }, { choices: [choice(turn.t('cancel'), 'cancel')] });
}

async function takeNewName(turn: Turn): Promise<void> {
  turn.require('manager');
  const name = await renameCustomField(turn.core, turn.shop._id, openField(turn).key, turn.text);
  await turn.end();
  await tellDone(turn, 'segment.renamed', { name });
}

/** Says whose values would go before anything goes. */
async function askRemoval(turn: Turn, mark: string): Promise<void> {
  turn.require('manager');
  checkMark(turn, mark);
  const { core, shop, t, language } = turn;
  const field = openField(turn);
  const count = await countRule(core, shop, { field: `custom.${field.key}`, op: 'exists' });
  const sure = randomUUID().slice(0, 8);
  await turn.ask('fields.open', { key: field.key, mark: sure, sure: true });
  await turn.say(
    'fields.askRemove',
    { name: field.name, people: people(t, language, count) },
    { choices: [choice(t('fields.button.confirm'), 'fields.confirm', sure), choice(t('cancel'), 'cancel')] },
  );
}

async function remove(turn: Turn, mark: string): Promise<void> {
  turn.require('manager');
  checkMark(turn, mark);
  if (turn.data.sure !== true) throw new KadeError('choice_expired');
  const { name } = await removeCustomField(turn.core, turn.shop._id, openField(turn).key);
  await turn.end();
  await tellDone(turn, 'fields.removed', { name });
}

function openField({ shop, data }: Turn): CustomField {
  const field = shop.customFields?.find(({ key }) => key === data.key);
  if (!field) throw new KadeError('choice_expired');
  return field;
}

function tellDone(turn: Turn, key: string, params: Record<string, string>): Promise<string> {
  const { t } = turn;
  return turn.say(key, params, {
    choices: [choice(t('fields.button.all'), 'fields.list'), choice(t('menu.button'), 'menu')],
  });
}

/** What the shop notes of its customers besides: declared, renamed, taken away. */
export const customFieldsFlow: Flow = {
  commands: [{ name: 'fields', run: showFields }],
  actions: {
    'fields.list': showFields,
    'fields.show': showField,
    'fields.new': askName,
    'fields.type': takeType,
    'fields.rename': askNewName,
    'fields.remove': askRemoval,
    'fields.confirm': remove,
  },
  steps: {
    'fields.name': takeName,
    'fields.type': (turn) => takeType(turn, turn.text),
    'fields.choices': takeChoices,
    'fields.newName': takeNewName,
  },
};
