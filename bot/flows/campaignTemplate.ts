import {
  checkCampaignText,
  KadeError,
  listTemplates,
  type MessageTemplate,
  TEMPLATE_FIELDS,
  type TemplateField,
} from '../../core/index.ts';
import { askText, type DraftData, draftData, fieldList, saveDraft } from '../campaigns/campaignDraft.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

const OFFERED = 20;
const BODY_LETTERS = 300;

/** A template on its way to a draft: values by variable. */
interface FillingData extends DraftData {
  readonly templateId: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Asks for the words of a draft: a template where WhatsApp may need one, else a text. */
export async function askWords(turn: Turn, data: DraftData): Promise<void> {
  const { core, t } = turn;
  const needed = data.channel === 'whatsapp' || data.channel === 'auto';
  if (!needed || !core.channels.get('whatsapp')?.templates) return askText(turn, data);
  const approved = (await listApproved(turn)).slice(0, OFFERED);
  await turn.ask('campaign.template', { ...data });
  await turn.say(
    approved.length > 0 ? 'campaign.askTemplate' : 'campaign.noTemplate',
    {},
    {
      choices: [
        ...approved.map(({ id, name, language }) =>
          choice(`${oneLine(name, 40)} (${language})`, 'campaign.template', id),
        ),
        choice(t('campaign.button.freeText'), 'campaign.freeText'),
        choice(t('cancel'), 'cancel'),
      ],
    },
  );
}

async function listApproved({ core }: Turn): Promise<MessageTemplate[]> {
  return (await listTemplates(core)).filter(({ status }) => status === 'approved');
}

async function takeTemplate(turn: Turn, wanted: string): Promise<void> {
  turn.require('manager');
  const data = draftData(turn);
  const typed = wanted.trim().toLowerCase();
  const found = (await listApproved(turn)).find(({ id, name }) => id === wanted || name.toLowerCase() === typed);
  if (!found) throw new KadeError('template_not_approved');
  await askNextValue(turn, { ...data, templateId: found.id, values: {} }, found);
}

/** One variable after another; with the last one the draft is written. */
async function askNextValue(turn: Turn, data: FillingData, template: MessageTemplate): Promise<void> {
  const { t } = turn;
  const { templateId: id, values, ...draft } = data;
  const next = nextVariable(template, values);
  if (next === undefined) return saveDraft(turn, draft, { template: { id, variables: values } });
  const index = template.variables.indexOf(next);
  await turn.ask('campaign.value', { ...data });
  const params = { body: oneLine(template.body, BODY_LETTERS), variable: next, fields: fieldList() };
  await turn.say('campaign.askValue', params, {
    choices: [
      ...TEMPLATE_FIELDS.map((field) => choice(fieldText(turn, field), 'campaign.value', `${index}.${field}`)),
      choice(t('cancel'), 'cancel'),
    ],
  });
}

/** A first name has a word for those without one. */
function fieldText({ t }: Turn, field: TemplateField): string {
  return field === 'first_name' ? t('campaign.example') : `{${field}}`;
}

function nextVariable({ variables }: MessageTemplate, values: FillingData['values']): string | undefined {
  return variables.find((name) => values[name] === undefined);
}

/** The template being filled, as it is now; `choice_expired` where none is. */
async function readFilling(turn: Turn): Promise<{ data: FillingData; template: MessageTemplate }> {
  turn.require('manager');
  const { templateId, values, ...draft } = turn.data as Partial<FillingData>;
  if (!templateId || !values) throw new KadeError('choice_expired');
  const template = (await listApproved(turn)).find(({ id }) => id === templateId);
  if (!template) throw new KadeError('template_not_approved');
  return { data: { ...draft, templateId, values }, template };
}

async function takeValue(turn: Turn, typed: string): Promise<void> {
  const { data, template } = await readFilling(turn);
  const next = nextVariable(template, data.values) ?? '';
  const value = checkCampaignText(oneLine(typed, BODY_LETTERS));
  await askNextValue(turn, { ...data, values: { ...data.values, [next]: value } }, template);
}

/** `<which variable>.<field>`: the second of two taps is about one that is filled already, and changes nothing. */
async function tapValue(turn: Turn, arg: string): Promise<void> {
  const [index, name] = arg.split('.');
  const field = TEMPLATE_FIELDS.find((one) => one === name);
  if (!field) throw new KadeError('choice_expired');
  const { data, template } = await readFilling(turn);
  const next = nextVariable(template, data.values);
  if (next === undefined || template.variables[Number(index)] !== next) return askNextValue(turn, data, template);
  await takeValue(turn, fieldText(turn, field));
}

/** `templates`: every one, with how far WhatsApp is with it. */
async function showTemplates(turn: Turn): Promise<void> {
  const { core, t } = turn;
  const templates = await listTemplates(core);
  if (templates.length === 0) return void (await turn.say('template.none'));
  const lines = templates.map(({ name, language, status, reason, body }) =>
    t(reason ? 'template.lineWhy' : 'template.line', {
      name: oneLine(name, 60),
      language,
      status: t(`template.status.${status}`),
      reason: oneLine(reason ?? '', 200),
      body: oneLine(body, BODY_LETTERS),
    }),
  );
  await turn.sayText([t('template.head', { count: templates.length }), ...lines].join('\n\n'), {
    choices: [choice(t('campaign.button.new'), 'campaign.new')],
  });
}

/** WhatsApp's templates: which there are, and one for a campaign with its variables filled. */
export const campaignTemplateFlow: Flow = {
  commands: [{ name: 'templates', run: showTemplates }],
  actions: {
    'template.list': showTemplates,
    'campaign.template': takeTemplate,
    'campaign.freeText': (turn) => askText(turn, draftData(turn)),
    'campaign.value': tapValue,
  },
  steps: {
    'campaign.template': (turn) => takeTemplate(turn, turn.text),
    'campaign.value': (turn) => takeValue(turn, turn.text),
  },
};
