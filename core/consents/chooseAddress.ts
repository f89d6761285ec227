import type { Customer, Topic } from '../customers/customer.model.ts';
import type { AddressKey, ChannelName } from '../message.ts';
import { canMessage, type GateContext, LATER, type Refusal } from './canMessage.ts';

/**
 * Where on a channel a customer may be sent something, or why nowhere: the first address that the gate lets through, else
 * what it says to the first. Quiet hours and holidays leave nobody out: they are asked again before each send.
 */
export function chooseAddress(
  customer: Pick<Customer, 'addresses' | 'blocked'>,
  channel: ChannelName,
  topic: Topic,
  now: Date,
  context: GateContext,
): { address: AddressKey; refusal: Refusal | null } {
  const answers = customer.addresses
    .filter((address) => address.channel === channel)
    .map(({ key }) => {
      const answer = canMessage(customer, key, topic, now, context);
      return { address: key, refusal: answer.ok || LATER.has(answer.reason) ? null : answer.reason };
    });
  const chosen = answers.find(({ refusal }) => !refusal) ?? answers[0];
  return chosen ?? { address: `${channel}:`, refusal: customer.blocked ? 'blocked' : 'no_address' };
}
