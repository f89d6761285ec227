import { type Incident, toLocalTime } from '../core/index.ts';
import { formatClock } from './days.ts';
import type { Translate } from './flow.ts';
import { oneLine } from './oneLine.ts';

/** An open incident with its cure; a solved one with the time, on the clocks of a time zone. */
export function incidentText(t: Translate, incident: Incident, timeZone: string): string {
  const what = incidentLine(t, incident);
  if (incident.open) return t('incident.open', { what, cure: t(`incident.${incident.kind}.cure`) });
  return t('incident.solved', { what, time: formatClock(toLocalTime(incident.solvedAt ?? incident.since, timeZone)) });
}

/** `Telegram: the service does not answer (502 Bad Gateway)`. */
function incidentLine(t: Translate, { kind, channel, subject = '', detail }: Incident): string {
  const told = oneLine(detail);
  const what = t(`incident.${kind}.what`, { subject: oneLine(subject), detail: told });
  const whole = what.includes(told) ? what : `${what} (${told})`;
  return channel ? t('incident.ofChannel', { channel: t(`channel.${channel}`), what: whole }) : whole;
}
