import type { Channel } from '../../core/index.ts';

/** One way by which WhatsApp messages leave; addresses are checked before. */
export type Way = Required<Pick<Channel, 'send' | 'edit'>>;
