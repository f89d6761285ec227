import { type Chart, KadeError } from '../core/index.ts';
import type { Attachments, Turn } from './flow.ts';

/** A picture to send, `alt` its words; none where it cannot be drawn or kept: then the text alone is sent and the log knows. */
export async function drawPicture(
  { core, shop }: Pick<Turn, 'core' | 'shop'>,
  chart: Chart,
  alt: string,
): Promise<Pick<Attachments, 'picture'>> {
  try {
    const png = await core.charts.render(chart);
    const stored = await core.files.save(shop._id, `${chart.kind}.png`, 'image/png', png);
    return { picture: { ...stored, alt } };
  } catch (error) {
    if (error instanceof KadeError && error.code === 'disk_full') throw error;
    core.log.error('picture', { kind: chart.kind, error });
    return {};
  }
}
