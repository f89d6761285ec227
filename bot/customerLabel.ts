import type { Customer } from '../core/index.ts';
import type { Translate } from './flow.ts';
import { oneLine } from './oneLine.ts';

/** What a customer is called in a list: the name, else the file's number, else an address. Never a template or a pattern. */
export function customerLabel(
  t: Translate,
  customer: Pick<Customer, 'name' | 'externalId'> & Partial<Pick<Customer, 'addresses'>>,
): string {
  const name = oneLine(customer.name ?? '');
  if (name) return name;
  if (customer.externalId) return t('customer.numbered', { id: oneLine(customer.externalId) });
  const [address] = customer.addresses ?? [];
  return address ? oneLine(address.value) : t('customer.unnamed');
}
