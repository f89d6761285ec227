import {
  beginsQuery,
  type FieldSpec,
  fieldsOf,
  KadeError,
  leavesOf,
  NO_CUSTOM,
  parseQuery,
  parseRule,
  previewRule,
  printQuery,
  type Rule,
  type Segment,
  saveSegment,
  segmentReference,
  suggestValues,
} from '../../core/index.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';
import { JOINS, type Join, joined, without } from '../rules/joinRule.ts';
import { previewLines } from '../rules/previewLines.ts';
import { type Answers, fieldGroups, nextQuestion, offersOf, type Question, toQuery } from '../rules/questions.ts';
import { fieldButton, offerButton } from '../rules/ruleNames.ts';
import { sayLeaf, sayRule } from '../ruleWords.ts';

const OFFERED = 8;
const LONGEST_BUTTON = 40;

/** What the open dialogue knows: the rule so far, and the condition being put together. */
interface Draft {
  readonly rule: Rule | null;
  readonly join: Join;
  readonly answers: Answers | null;
  /** what the buttons of the question stand for */
  readonly offers: readonly string[];
  /** the key of the kept segment whose rule it is to become; undefined: a new one */
  readonly segment?: string;
}

const NEW: Draft = { rule: null, join: 'and', answers: null, offers: [] };

function draftOf(turn: Turn): Draft {
  const { rule, join, answers, offers, segment } = turn.data as Record<string, string | undefined>;
  return {
    rule: rule ? parseRule(JSON.parse(rule), turn.shop.customFields) : null,
    join: JOINS.find((one) => one === join) ?? 'and',
    answers: answers ? (JSON.parse(answers) as Answers) : null,
    offers: offers ? (JSON.parse(offers) as string[]) : [],
    ...(segment ? { segment } : {}),
  };
}

function keep(turn: Turn, step: string, { rule, join, answers, offers, segment }: Draft): Promise<void> {
  return turn.ask(step, {
    ...(rule ? { rule: JSON.stringify(rule) } : {}),
    join,
    ...(answers ? { answers: JSON.stringify(answers) } : {}),
    offers: JSON.stringify(offers),
    ...(segment ? { segment } : {}),
  });
}

/** `who` alone begins with the buttons, `who city = Kandy` with what is typed. */
export async function openQuery(turn: Turn, rest: string): Promise<void> {
  turn.require('agent');
  if (rest) return show(turn, parseQuery(rest, turn.shop));
  await askGroup(turn, NEW);
}

/** Reads a kept segment's rule back, to be changed. */
export function openRule(turn: Turn, rule: Rule, segment: string): Promise<void> {
  return show(turn, rule, segment);
}

async function askGroup(turn: Turn, draft: Draft): Promise<void> {
  const { t, shop } = turn;
  await keep(turn, 'rule.open', { ...draft, answers: null, offers: [] });
  await turn.say(
    draft.rule ? `builder.ask.${draft.join}` : 'builder.ask.first',
    { example: t('builder.example') },
    {
      choices: [
        ...Object.keys(fieldGroups(shop)).map((group) => choice(t(`builder.group.${group}`), 'rule.group', group)),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function askField(turn: Turn, group: string): Promise<void> {
  const names = fieldGroups(turn.shop)[group];
  if (!names?.length) throw new KadeError('choice_expired');
  await turn.say(
    'builder.ask.field',
    {},
    {
      choices: [
        ...names.map((name) => choice(fieldButton(turn.t, specOf(turn, name)), 'rule.field', name)),
        choice(turn.t('builder.button.otherGroup'), 'rule.join', draftOf(turn).join),
        choice(turn.t('cancel'), 'cancel'),
      ],
    },
  );
}

async function startField(turn: Turn, name: string): Promise<void> {
  await goOn(turn, { ...draftOf(turn), answers: { field: specOf(turn, name).name } });
}

/** What a rule is said in: the member's language and the shop's money. */
function wordsOf({ t, shop }: Turn) {
  return { ...shop, t };
}

function specOf({ shop }: Turn, name: string): FieldSpec {
  const spec = fieldsOf(shop.customFields ?? NO_CUSTOM).get(name);
  if (!spec) throw new KadeError('choice_expired');
  return spec;
}

/** Asks what the condition still needs; a whole one joins the rule. */
async function goOn(turn: Turn, draft: Draft): Promise<void> {
  const { core, shop, t } = turn;
  if (!draft.answers) throw new KadeError('choice_expired');
  const spec = specOf(turn, draft.answers.field);
  const question = nextQuestion(spec, draft.answers);
  if (!question) {
    const condition = parseQuery(toQuery(spec, draft.answers), shop);
    return show(turn, joined(draft.rule, draft.join, condition), draft.segment);
  }
  const own = question === 'value' ? await suggestValues(core, shop, spec.name, OFFERED) : [];
  const offers = offersOf(spec, question, draft.answers, own);
  await keep(turn, question === 'op' ? 'rule.open' : 'rule.answer', { ...draft, offers });
  await turn.say(
    `builder.ask.${askedAs(spec, question, draft.answers)}`,
    { field: fieldButton(t, spec) },
    {
      choices: [
        ...offers.map((offer, index) =>
          choice(oneLine(offerButton(t, spec, question, offer), LONGEST_BUTTON), 'rule.pick', `${question}.${index}`),
        ),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

/** Which sentence asks: by what can be typed. */
function askedAs(spec: FieldSpec, question: Question, { op }: Answers): string {
  if (question !== 'value') return question;
  if (op === 'between') return 'between';
  return spec.kind === 'date' && op === 'in' ? 'period' : spec.kind;
}

async function pick(turn: Turn, arg: string): Promise<void> {
  const [question, index] = arg.split('.');
  const draft = draftOf(turn);
  const offer = draft.offers[Number(index)];
  const asked = draft.answers && nextQuestion(specOf(turn, draft.answers.field), draft.answers);
  if (!draft.answers || offer === undefined || asked !== question) throw new KadeError('choice_expired');
  await goOn(turn, { ...draft, answers: { ...draft.answers, [question as Question]: offer } });
}

/** What is typed to a question is a query's words, or a whole line; what cannot be read is told and asked again. */
async function takeAnswer(turn: Turn): Promise<void> {
  const draft = draftOf(turn);
  const question = draft.answers && nextQuestion(specOf(turn, draft.answers.field), draft.answers);
  if (!draft.answers || !question) throw new KadeError('choice_expired');
  try {
    await goOn(turn, { ...draft, answers: { ...draft.answers, [question]: turn.text } });
  } catch (error) {
    if (!(error instanceof KadeError) || !(await takeText(turn))) throw error;
  }
}

/** A line that begins as a query does is one; with an open rule it takes its place. */
async function takeText(turn: Turn): Promise<boolean> {
  if (!beginsQuery(turn.text, turn.shop.customFields)) return false;
  await openQuery(turn, turn.text);
  return true;
}

/** Reads the rule back with whom it means, and what can be done next. */
async function show(turn: Turn, rule: Rule, segment = draftOf(turn).segment): Promise<void> {
  const { core, shop, t } = turn;
  await keep(turn, 'rule.open', { ...NEW, rule, segment });
  const preview = await previewRule(core, shop, rule);
  const button = (name: string, action: string, arg = '') => choice(t(`builder.button.${name}`), action, arg);
  await turn.sayText([sayRule(wordsOf(turn), rule), '', ...previewLines(turn, rule, preview)].join('\n'), {
    choices: [
      ...(segment
        ? [button('update', 'kept.update')]
        : [button('save', 'rule.save', 'saved'), button('list', 'rule.save', 'list')]),
      ...JOINS.map((join) => button(join, 'rule.join', join)).slice(0, leavesOf(rule).length > 1 ? 3 : 2),
      button('remove', 'rule.remove'),
      button('others', 'rule.others'),
      button('text', 'rule.text'),
      choice(t('menu.button'), 'menu'),
    ],
  });
}

function ruleOf(turn: Turn): Rule {
  const { rule } = draftOf(turn);
  if (!rule) throw new KadeError('choice_expired');
  return rule;
}

async function askRemoval(turn: Turn): Promise<void> {
  const rule = ruleOf(turn);
  const leaves = leavesOf(rule);
  if (leaves.length < 2) return openQuery(turn, '');
  await turn.say(
    'builder.ask.remove',
    {},
    {
      choices: [
        ...leaves.map((leaf, index) =>
          choice(oneLine(sayLeaf(wordsOf(turn), leaf), LONGEST_BUTTON), 'rule.drop', String(index)),
        ),
        choice(turn.t('cancel'), 'cancel'),
      ],
    },
  );
}

async function askName(turn: Turn, kind: string): Promise<void> {
  turn.require('manager');
  const draft = draftOf(turn);
  if (!draft.rule) throw new KadeError('choice_expired');
  await keep(turn, kind === 'list' ? 'rule.listName' : 'rule.name', draft);
  await turn.say(
    `builder.ask.${kind === 'list' ? 'listName' : 'name'}`,
    {},
    { choices: [choice(turn.t('cancel'), 'cancel')] },
  );
}

async function save(turn: Turn, kind: 'saved' | 'list'): Promise<void> {
  turn.require('manager');
  const { core, shop, address, text } = turn;
  const segment = await saveSegment(core, shop, { kind, name: text, rule: ruleOf(turn), createdBy: address });
  await turn.end();
  await tellSaved(turn, segment);
}

/** A segment is kept: what is in it, and the ways from there to a campaign. */
export async function tellSaved({ t, say }: Turn, segment: Segment): Promise<void> {
  const own = segmentReference(segment);
  await say(
    'builder.saved',
    { name: segment.label, count: segment.size },
    {
      choices: [
        ...(segment.size > 0 ? [choice(t('builder.button.campaign'), 'campaign.segment', own)] : []),
        choice(t('builder.button.open'), 'segment.show', own),
        choice(t('segment.button.kept'), 'kept.list'),
        choice(t('menu.button'), 'menu'),
      ],
    },
  );
}

/** Any question about customers, by buttons or as a line of text: read back, counted, kept. */
export const ruleFlow: Flow = {
  commands: [{ name: 'who', run: openQuery }],
  actions: {
    'rule.new': (turn) => openQuery(turn, ''),
    'rule.group': askField,
    'rule.field': startField,
    'rule.pick': pick,
    'rule.join': (turn, join) => askGroup(turn, { ...draftOf(turn), join: JOINS.find((one) => one === join) ?? 'and' }),
    'rule.remove': askRemoval,
    'rule.drop': (turn, index) => show(turn, without(ruleOf(turn), Number(index))),
    'rule.others': (turn) => {
      const rule = ruleOf(turn);
      return show(turn, 'not' in rule ? rule.not : { not: rule });
    },
    'rule.text': async (turn) => void (await turn.say('builder.text', { line: printQuery(ruleOf(turn), turn.shop) })),
    'rule.save': askName,
  },
  onText: takeText,
  steps: {
    'rule.answer': takeAnswer,
    'rule.name': (turn) => save(turn, 'saved'),
    'rule.listName': (turn) => save(turn, 'list'),
  },
};
