/** A moment as the clock and calendar of a time zone show it; weekday 1 is Monday (ISO 8601). */
export interface LocalTime {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
}

const DAY_MS = 24 * 3600_000;

/** Reads a moment in an IANA time zone. */
export function toLocalTime(at: Date, timeZone: string): LocalTime {
  const shifted = new Date(at.getTime() + offsetMs(at.getTime(), timeZone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    weekday: shifted.getUTCDay() || 7,
  };
}

/**
 * The moment when the clocks of a time zone show this. Days and months may overflow (day 0 is the last of the month
 * before); an hour skipped in spring gives the moment after the gap, one that comes twice the first of the two.
 */
export function fromLocalTime(
  local: { year: number; month: number; day: number; hour?: number; minute?: number },
  timeZone: string,
): Date {
  const wanted = Date.UTC(local.year, local.month - 1, local.day, local.hour ?? 0, local.minute ?? 0);
  const before = wanted - offsetMs(wanted - DAY_MS, timeZone);
  const after = wanted - offsetMs(wanted + DAY_MS, timeZone);
  const [earlier, later] = [Math.min(before, after), Math.max(before, after)];
  const shows = (time: number) => time + offsetMs(time, timeZone) === wanted;
  if (shows(earlier)) return new Date(earlier);
  return new Date(shows(later) ? later : before);
}

/** The day that a zone's calendar shows at a moment, as whole days since 1 January 1970. */
export function localDay(at: Date, timeZone: string): number {
  return Math.floor((at.getTime() + offsetMs(at.getTime(), timeZone)) / DAY_MS);
}

/** The moment when such a day begins by the zone's clocks. */
export function startOfLocalDay(day: number, timeZone: string): Date {
  const date = new Date(day * DAY_MS);
  return fromLocalTime(
    { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    timeZone,
  );
}

/**
 * What the zone's clocks show, as milliseconds since 1970 as if they showed UTC: whole days of it are the zone's days.
 * For many moments: the offset is looked up once a day, and each time only where the clocks change.
 */
export function wallClock(timeZone: string): (time: number) => number {
  const known = new Map<number, number>();
  const offsetAtMidnight = (day: number): number => {
    const offset = known.get(day) ?? offsetMs(day * DAY_MS, timeZone);
    known.set(day, offset);
    return offset;
  };
  return (time) => {
    const day = Math.floor(time / DAY_MS);
    const offset = offsetAtMidnight(day);
    return time + (offset === offsetAtMidnight(day + 1) ? offset : offsetMs(time, timeZone));
  };
}

/** How far the zone's clocks are ahead of UTC at a moment, milliseconds. */
function offsetMs(time: number, timeZone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatter(timeZone).formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const created = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, created);
  return created;
}
