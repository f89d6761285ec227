import {
  formatMoney,
  getImport,
  type Import,
  type ImportCounts,
  type Notice,
  type OutboundMessage,
} from '../../core/index.ts';
import { choice, type NoticeContext } from '../flow.ts';
import { count, fileName } from './importWords.ts';

type Of<K extends Notice['kind']> = Extract<Notice, { kind: K }>;

/** How far an import is, with its way out; at the end without. */
export async function progressMessage({ t }: NoticeContext, notice: Of<'import.progress'>): Promise<OutboundMessage> {
  const { importId, rows, totalRows, rowsPerSecond, secondsLeft } = notice;
  const file = fileName(notice);
  if (rows > 0 && secondsLeft === 0)
    return { text: t('import.progress.read', { file, count: rows, rows: count(rows) }) };
  const cancel = [choice(t('import.button.stop'), 'import.cancel', importId)];
  if (rows === 0) return { text: t('import.progress.begun', { file }), choices: cancel };
  const params = { file, rows: count(rows), total: count(totalRows ?? 0), speed: count(rowsPerSecond) };
  const lines = [t(totalRows === null ? 'import.progress.rows' : 'import.progress.rowsOf', params)];
  if (secondsLeft !== null) lines.push(t('import.progress.left', { time: timeLeft(t, secondsLeft) }));
  return { text: lines.join(' '), choices: cancel };
}

/** What an import did, as the database has it; or why it stopped, and what to do. */
export async function finishedMessage(
  context: NoticeContext,
  { importId }: Of<'import.finished'>,
): Promise<OutboundMessage> {
  const { core, shop, t } = context;
  const doc = await getImport(core, shop._id, importId);
  const undo = choice(t('import.button.undo'), 'import.undo', importId);
  if (doc.status === 'failed') {
    const why = t(`error.${doc.error ?? 'import_failed'}`, { file: fileName(doc), limitMb: 0, line: 0, found: '' });
    return {
      text: [t('import.failed', { file: fileName(doc) }), why].join(' '),
      choices: [choice(t('import.button.retry'), 'import.confirm', importId), undo],
    };
  }
  const bad = doc.badRowsFileId ? await core.files.get(shop._id, doc.badRowsFileId) : undefined;
  return {
    text: resultLines(context, doc).join('\n'),
    choices: [
      choice(t('menu.segments'), 'segment.list'),
      choice(t('menu.report'), 'report.show'),
      undo,
      ...(Number((doc.plan as { tables?: number } | null)?.tables) > 1
        ? [choice(t('import.button.tables'), 'import.tables', importId)]
        : []),
      choice(t('menu.button'), 'menu'),
    ],
    ...(bad ? { file: bad } : {}),
  };
}

/** What an undoing left. */
export async function undoneMessage(
  { core, shop, t }: NoticeContext,
  { importId }: Of<'import.undone'>,
): Promise<OutboundMessage> {
  const doc = await getImport(core, shop._id, importId);
  const lines = [t(doc.status === 'cancelled' ? 'import.cancelledBack' : 'import.undone', { file: fileName(doc) })];
  if (doc.kept) lines.push(t('import.kept', { kept: count(doc.kept) }));
  return { text: lines.join(' '), choices: [choice(t('menu.button'), 'menu')] };
}

function resultLines({ t, shop }: NoticeContext, doc: Import): string[] {
  const { counts } = doc;
  const lines = [t('import.done.head', { file: fileName(doc), count: counts.rows, rows: count(counts.rows) })];
  for (const noun of ['orders', 'customers', 'products'] as const) {
    const { created, updated, unchanged } = counts[noun];
    if (created + updated + unchanged === 0) continue;
    const params = { created: count(created), updated: count(updated), unchanged: count(unchanged) };
    lines.push(t(`import.done.${noun}`, params));
  }
  const { amount, withoutCustomer, returns } = counts.sales;
  if (counts.orders.created + counts.orders.updated + counts.orders.unchanged > 0) {
    lines.push(t('import.done.sales', { amount: formatMoney(amount, shop.currency) }));
    if (withoutCustomer > 0)
      lines.push(t('import.done.withoutCustomer', { count: withoutCustomer, rows: count(withoutCustomer) }));
    if (returns > 0) lines.push(t('import.done.returns', { count: returns, rows: count(returns) }));
  }
  if (counts.created + counts.updated === 0) lines.push(t('import.done.nothing'));
  return [...lines, ...badLines(t, counts)];
}

function badLines(t: NoticeContext['t'], { skipped, failed, partly }: ImportCounts): string[] {
  if (skipped + failed + partly === 0) return [];
  return [t('import.done.bad', { skipped: count(skipped), failed: count(failed), partly: count(partly) })];
}

function timeLeft(t: NoticeContext['t'], seconds: number): string {
  return seconds < 90
    ? t('import.progress.seconds', { count: Math.max(1, seconds) })
    : t('import.progress.minutes', { count: Math.round(seconds / 60) });
}
