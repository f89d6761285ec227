import type { Core } from '../core.ts';
import { KadeError } from '../errors.ts';
import type { MessageTemplate } from '../message.ts';

/**
 * WhatsApp's templates as the provider has them now, the approved first. `templates_off`: WhatsApp needs none here;
 * `templates_unreadable`: the provider does not answer, or refuses.
 */
export async function listTemplates(core: Core): Promise<readonly MessageTemplate[]> {
  const source = core.channels.get('whatsapp')?.templates;
  if (!source) throw new KadeError('templates_off');
  try {
    const listed = await source.list();
    return [...listed].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  } catch (error) {
    core.log.warn('templates', { error });
    throw new KadeError('templates_unreadable', {}, { cause: error });
  }
}

function rank({ status }: MessageTemplate): number {
  return status === 'approved' ? 0 : 1;
}

/** Whether a template may be sent: what cannot be asked now is left to the provider, who refuses it itself. */
export async function isApproved(core: Core, id: string): Promise<boolean> {
  try {
    return (await listTemplates(core)).some((one) => one.id === id && one.status === 'approved');
  } catch (error) {
    if (error instanceof KadeError) return error.code === 'templates_unreadable';
    throw error;
  }
}
