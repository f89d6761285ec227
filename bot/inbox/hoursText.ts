import { type BusinessHours, type DayHours, type Language, nextOpening, type Shop } from '../../core/index.ts';
import { weekdayName } from '../days.ts';
import type { Translate } from '../flow.ts';
import { manyLines, oneLine } from '../oneLine.ts';
import { translator } from '../translate.ts';
import { shortMoment } from './ticketWords.ts';

/** Business hours in words, equal days together: `Monday – Friday 09:00–18:00`, a line each. */
export function hoursText(t: Translate, hours: BusinessHours | undefined): string {
  if (!hours) return t('hours.always');
  const lines: string[] = [];
  for (let first = 0; first < hours.length; ) {
    let last = first;
    while (last + 1 < hours.length && timesText(t, hours[last + 1] ?? null) === timesText(t, hours[first] ?? null))
      last++;
    const days =
      first === last
        ? weekdayName(t, first + 1)
        : t('date.span', { from: weekdayName(t, first + 1), to: weekdayName(t, last + 1) });
    lines.push(`${days}: ${timesText(t, hours[first] ?? null)}`);
    first = last + 1;
  }
  return lines.join('\n');
}

function timesText(t: Translate, hours: DayHours): string {
  return hours ? `${clock(hours.from)}–${clock(hours.to)}` : t('hours.closed');
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What a customer is told outside the business hours: the shop's own words in their language, else ours with the next opening. */
export function awayText(language: Language, shop: Shop, now: Date): string {
  const own = shop.awayTexts?.[language];
  if (own) return manyLines(own, 1000);
  const t = translator(language);
  const name = oneLine(shop.name ?? '');
  const opening = nextOpening(shop, now);
  return opening
    ? t('customer.away', { shop: name, when: shortMoment(t, opening, shop.timeZone) })
    : t('customer.awayLong', { shop: name });
}
