import { type Choice, type Customer, getCustomer, KadeError } from '../../core/index.ts';
import { choice, type Turn } from '../flow.ts';

/** Keeps what was read back until a button answers; no step waits, so a command typed meanwhile is a command. */
export const READ_BACK = 'customer.readBack';

/** The way out of a question. */
export function cancelChoice(turn: Turn): Choice {
  return choice(turn.t('cancel'), 'cancel');
}

export function cardChoice(turn: Turn, customer: Customer): Choice {
  return choice(turn.t('customer.button.card'), 'customer.show', customer._id.toHexString());
}

/** The customer that the open dialogue is about; an old button has lost it. */
export async function customerOf(turn: Turn): Promise<Customer> {
  const { customerId } = turn.data;
  if (typeof customerId !== 'string') throw new KadeError('choice_expired');
  return getCustomer(turn.core, turn.shop._id, customerId);
}

/** Buttons carry the mark of the question they belong to. */
export function checkMark(turn: Turn, mark: string): void {
  if (!mark || turn.data.mark !== mark) throw new KadeError('choice_expired');
}
