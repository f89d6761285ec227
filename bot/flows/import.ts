import {
  cancelImport,
  changePreview,
  FIELDS_OF,
  getImport,
  IMPORT_KINDS,
  KadeError,
  keepColumns,
  listImports,
  type Plan,
  previewImport,
  previewTable,
  showTables,
  startImport,
  undoImport,
} from '../../core/index.ts';
import { formatDay } from '../days.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { columnField, count, fileName, planWords } from '../imports/importWords.ts';
import { kindChoices, sayPreview } from '../imports/previewText.ts';
import { finishedMessage, progressMessage, undoneMessage } from '../imports/resultText.ts';
import { oneLine } from '../oneLine.ts';

const LISTED = 10;
const COLUMNS_A_PAGE = 15;

async function explainHow(turn: Turn): Promise<void> {
  turn.require('manager');
  await turn.say('import.how', {}, { choices: [choice(turn.t('menu.button'), 'menu')] });
}

async function takeFile(turn: Turn): Promise<void> {
  turn.require('manager');
  if (!turn.file) return;
  const { core, shop, file, address } = turn;
  await sayPreview(turn, await previewImport(core, shop, file, address));
}

async function offerTables(turn: Turn, importId: string): Promise<void> {
  turn.require('manager');
  await sayPreview(turn, await showTables(turn.core, turn.shop, importId));
}

async function chooseTable(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', place = ''] = arg.split('.');
  await sayPreview(turn, await previewTable(turn.core, turn.shop, id, Number(place)));
}

async function confirm(turn: Turn, importId: string): Promise<void> {
  turn.require('manager');
  const { core, shop, member, t } = turn;
  const { started, import: doc } = await startImport(core, shop._id, importId, planWords(t, member.name));
  // The progress message is the answer to the first tap.
  if (!started) await turn.say(`import.already.${doc.status}`, { file: fileName(doc) });
}

async function cancel(turn: Turn, importId: string): Promise<void> {
  turn.require('manager');
  const before = await cancelImport(turn.core, turn.shop._id, importId);
  const params = { file: fileName(before) };
  if (before.status === 'preview') await turn.say('import.dropped', params);
  else if (before.status === 'running') await turn.say('import.stopping', params);
  else await turn.say(`import.already.${before.status}`, params);
}

async function undo(turn: Turn, importId: string): Promise<void> {
  turn.require('manager');
  const { started, import: doc } = await undoImport(turn.core, turn.shop._id, importId);
  await turn.say(started ? 'import.undoing' : `import.already.${doc.status}`, { file: fileName(doc) });
}

/** `undo`: the latest import that changed something. */
async function undoLatest(turn: Turn): Promise<void> {
  const latest = (await listImports(turn.core, turn.shop._id, LISTED)).find(
    ({ status, counts }) => status === 'failed' || (status === 'done' && counts.created + counts.updated > 0),
  );
  if (latest) await undo(turn, latest._id.toHexString());
  else await turn.say('import.nothingToUndo');
}

async function showImports(turn: Turn): Promise<void> {
  turn.require('manager');
  const { core, shop, t } = turn;
  const imports = await listImports(core, shop._id, LISTED);
  if (imports.length === 0) {
    await turn.say('import.none', {}, { choices: [choice(t('menu.sendFile'), 'import.how')] });
    return;
  }
  const lines = imports.map((doc) =>
    t('import.line', {
      file: fileName(doc),
      day: formatDay(t, doc.createdAt, shop.timeZone),
      status: t(`import.status.${doc.status}`),
      rows: count(doc.counts.rows),
    }),
  );
  const undoable = imports.filter(({ status }) => status === 'done' || status === 'failed');
  const buttons = undoable.map((doc) =>
    choice(t('import.button.undoFile', { file: oneLine(doc.fileName, 30) }), 'import.undo', doc._id.toHexString()),
  );
  await turn.sayText([t('import.list'), ...lines].join('\n'), {
    choices: [...buttons, choice(t('menu.button'), 'menu')],
  });
}

async function showColumns(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', page = '0'] = arg.split('.');
  const { columns } = await planOf(turn, id);
  const from = Number(page) * COLUMNS_A_PAGE;
  const shown = columns.slice(from, from + COLUMNS_A_PAGE);
  const { t } = turn;
  const buttons = shown.map(({ index, name, field, own }) => {
    const label = field
      ? t('import.button.columnIs', { column: oneLine(name, 30), field: columnField(t, { field, own }) })
      : oneLine(name, 30);
    return choice(label, 'import.column', `${id}.${index}`);
  });
  if (from + COLUMNS_A_PAGE < columns.length)
    buttons.push(choice(t('import.button.more'), 'import.columns', `${id}.${Number(page) + 1}`));
  await turn.say('import.whichColumn', {}, { choices: buttons });
}

async function showFields(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', index = ''] = arg.split('.');
  const plan = await planOf(turn, id);
  const column = plan.columns.find((one) => String(one.index) === index);
  if (!column) throw new KadeError('choice_expired');
  const { t } = turn;
  const buttons = FIELDS_OF[plan.kind]
    .filter((field) => field !== 'custom')
    .map((field) => choice(t(`import.field.${field}`), 'import.field', `${id}.${index}.${field}`));
  if (plan.kind === 'customers') {
    const own = (turn.shop.customFields ?? []).map(({ name }, place) =>
      choice(t('import.button.ownField', { name: oneLine(name, 30) }), 'import.own', `${id}.${index}.${place}`),
    );
    buttons.push(...own, choice(t('import.button.newField'), 'import.keep', `${id}.${index}`));
  }
  buttons.push(choice(t('import.button.leaveOut'), 'import.field', `${id}.${index}.`));
  await turn.say('import.whichField', { column: oneLine(column.name, 40) }, { choices: buttons });
}

async function setField(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', index = '', name = ''] = arg.split('.');
  const { kind } = await planOf(turn, id);
  const field = FIELDS_OF[kind].find((known) => known === name) ?? null;
  if ((name !== '' && field === null) || field === 'custom') throw new KadeError('choice_expired');
  await sayPreview(turn, await changePreview(turn.core, turn.shop, id, { column: Number(index), field }));
}

/** A field of the shop's own, by its place in the list. */
async function setOwn(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', index = '', place = ''] = arg.split('.');
  const own = turn.shop.customFields?.[Number(place)];
  if (!own) throw new KadeError('choice_expired');
  await sayPreview(turn, await changePreview(turn.core, turn.shop, id, { column: Number(index), own: own.key }));
}

/** A new field of the shop's own for a column; without one, for each that is left out. */
async function keepOwn(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', index] = arg.split('.');
  const wanted = index === undefined ? 'rest' : Number(index);
  await sayPreview(turn, await keepColumns(turn.core, turn.shop, id, wanted));
}

async function planOf(turn: Turn, importId: string): Promise<Plan> {
  const doc = await getImport(turn.core, turn.shop._id, importId);
  if (doc.status !== 'preview' || !doc.plan) throw new KadeError('choice_expired');
  return doc.plan as Plan;
}

async function showKinds(turn: Turn, importId: string): Promise<void> {
  turn.require('manager');
  await turn.say('import.whichKind', {}, { choices: kindChoices(turn, importId) });
}

async function setKind(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', name] = arg.split('.');
  const kind = IMPORT_KINDS.find((known) => known === name);
  if (!kind) throw new KadeError('choice_expired');
  await sayPreview(turn, await changePreview(turn.core, turn.shop, id, { kind }));
}

async function setDates(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', order] = arg.split('.');
  if (order !== 'dmy' && order !== 'mdy') throw new KadeError('choice_expired');
  await sayPreview(turn, await changePreview(turn.core, turn.shop, id, { dateOrder: order }));
}

async function setAgreed(turn: Turn, arg: string): Promise<void> {
  turn.require('manager');
  const [id = '', answer] = arg.split('.');
  await sayPreview(turn, await changePreview(turn.core, turn.shop, id, { agreed: answer === 'yes' }));
}

/** A file's way into the shop: preview, corrections, import, undo. */
export const importFlow: Flow = {
  commands: [
    { name: 'imports', run: showImports },
    { name: 'undo', run: undoLatest },
  ],
  actions: {
    'import.how': explainHow,
    'import.tables': offerTables,
    'import.table': chooseTable,
    'import.confirm': confirm,
    'import.cancel': cancel,
    'import.undo': undo,
    'import.columns': showColumns,
    'import.column': showFields,
    'import.field': setField,
    'import.own': setOwn,
    'import.keep': keepOwn,
    'import.kinds': showKinds,
    'import.kind': setKind,
    'import.dates': setDates,
    'import.agreed': setAgreed,
  },
  onFile: takeFile,
  notices: {
    'import.progress': progressMessage,
    'import.finished': finishedMessage,
    'import.undone': undoneMessage,
  },
};
