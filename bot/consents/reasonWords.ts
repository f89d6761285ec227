import type { ConsentReason } from '../../core/index.ts';
import { formatDay } from '../days.ts';
import type { Translate } from '../flow.ts';
import { oneLine } from '../oneLine.ts';

/** Since when, and by what, a consent stands as it does: said to the person (`because`) or to a member (`sinceThey`). */
export function reasonWords(
  t: Translate,
  to: 'because' | 'sinceThey',
  { since, fileName }: ConsentReason,
  timeZone: string,
): string {
  if (!since) return t('consent.nothing');
  return t(`consent.${to}.${since.source}`, {
    date: formatDay(t, since.at, timeZone),
    words: oneLine(since.words, 200),
    file: oneLine(fileName ?? '', 60),
  });
}
