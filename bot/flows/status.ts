import { type ChannelStatus, listIncidents, readStatus, type Shop, toLocalTime } from '../../core/index.ts';
import { formatClock, formatDayMonth } from '../days.ts';
import { choice, type Flow, type Translate, type Turn } from '../flow.ts';
import { incidentText } from '../incidentText.ts';

const GB = 1024 ** 3;

/** Every channel, what is wrong with it and its cure, and what Kade itself stands on. */
async function showStatus(turn: Turn): Promise<void> {
  turn.require('manager');
  const { core, shop, t } = turn;
  const { channels, incidents, jobs, databaseMs, freeBytes } = await readStatus(core, shop);
  const lines = [
    ...channels.map((one) => channelLine(turn, one)),
    '',
    t('status.system', {
      ms: Math.max(1, Math.round(databaseMs)),
      running: jobs.running,
      waiting: jobs.waiting,
      gb: (freeBytes / GB).toFixed(1),
    }),
    '',
    ...(incidents.length === 0 ? [t('status.fine')] : incidents.map((one) => incidentText(t, one, shop.timeZone))),
  ];
  await turn.sayText(lines.join('\n'), {
    choices: [choice(t('status.again'), 'status.show'), choice(t('menu.button'), 'menu')],
  });
}

function channelLine({ t, shop, core }: Turn, status: ChannelStatus): string {
  const { name, channel, downSince, lastIn, lastOut, sentToday, failedToday } = status;
  const called = t(`channel.${name}`);
  if (!channel) return t('status.off', { channel: called });
  const when = (at: Date | null): string => (at ? formatWhen(t, at, core.clock.now(), shop) : t('status.never'));
  const perSecond = channel.bulkPerSecond?.();
  const facts = [
    ...(channel.intake ? [t(`status.intake.${channel.intake}`)] : []),
    t('status.last', { in: when(lastIn), out: when(lastOut) }),
    t('status.today', { sent: sentToday, failed: failedToday }),
    ...(perSecond ? [t('status.pace', { perSecond: Number(perSecond.toFixed(1)) })] : []),
  ];
  const head = downSince
    ? t('status.down', { channel: called, when: when(downSince) })
    : t('status.on', { channel: called });
  return `${head}\n   ${facts.join(' · ')}`;
}

/** The clock's time today, else the day too. */
function formatWhen(t: Translate, at: Date, now: Date, { timeZone }: Pick<Shop, 'timeZone'>): string {
  const clock = formatClock(toLocalTime(at, timeZone));
  const [day, today] = [at, now].map((one) => formatDayMonth(t, one, timeZone));
  return day === today ? clock : `${day} ${clock}`;
}

/** How Kade and its channels are, and what the owners are told of it by itself. */
export const statusFlow: Flow = {
  commands: [{ name: 'status', run: showStatus }],
  actions: { 'status.show': showStatus },
  notices: {
    incidents: async ({ core, shop, t }, { incidentIds }) => ({
      text: (await listIncidents(core, shop._id, incidentIds))
        .map((incident) => incidentText(t, incident, shop.timeZone))
        .join('\n\n'),
      choices: [choice(t('status.button'), 'status.show'), choice(t('menu.button'), 'menu')],
    }),
  },
};
