import { computeDashboard, type Dashboard, KadeError, type OutboundMessage, type Period } from '../../core/index.ts';
import { formatPeriod } from '../days.ts';
import type { NoticeContext } from '../flow.ts';
import { dashboardChart } from './dashboardChart.ts';
import { dashboardText } from './dashboardText.ts';

/** A period's dashboard as a message, picture and words, with its figures. */
export async function composeReport(
  context: NoticeContext,
  period: Period,
): Promise<{ dashboard: Dashboard; message: OutboundMessage }> {
  const { core, shop } = context;
  const dashboard = await computeDashboard(core, { shop, ...period });
  const text = dashboardText(context, dashboard);
  const picture = await drawPicture(context, dashboard);
  if (!picture) return { dashboard, message: { text: `${text}\n${context.t('report.noPicture')}` } };
  return { dashboard, message: { text, picture } };
}

/** The words alone are worth more than an apology: a picture that cannot be drawn or kept is logged and left out. */
async function drawPicture(context: NoticeContext, dashboard: Dashboard): Promise<OutboundMessage['picture'] | null> {
  const { core, shop, t } = context;
  try {
    const png = await core.charts.render({ kind: 'dashboard', figures: dashboardChart(context, dashboard) });
    const stored = await core.files.save(shop._id, 'report.png', 'image/png', png);
    return { ...stored, alt: t('report.alt', { period: formatPeriod(t, dashboard, shop.timeZone) }) };
  } catch (error) {
    if (error instanceof KadeError && error.code === 'disk_full') throw error;
    core.log.error('report.picture', { error });
    return null;
  }
}
