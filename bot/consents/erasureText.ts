import type { Erasure } from '../../core/index.ts';
import type { Translate } from '../flow.ts';

/** What an erasure did, what stays, and what is not Kade's to erase. */
export function erasureText(t: Translate, { messages, notes, files, traces, orders, channels }: Erasure): string {
  return [
    t('erasure.gone', { messages, notes, files, traces }),
    orders > 0 ? t('erasure.orders', { count: orders }) : '',
    t('erasure.stays'),
    channels.length > 0
      ? t('erasure.elsewhere', { channels: channels.map((one) => t(`channel.${one}`)).join(', ') })
      : '',
  ]
    .filter(Boolean)
    .join('\n');
}
