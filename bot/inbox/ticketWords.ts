import {
  type AddressKey,
  type Choice,
  type Customer,
  type Member,
  parseAddress,
  type Shop,
  type TicketLine,
  toLocalTime,
} from '../../core/index.ts';
import { customerLabel } from '../customerLabel.ts';
import { formatDayMonth } from '../days.ts';
import { choice, type Translate } from '../flow.ts';
import { manyLines, oneLine } from '../oneLine.ts';

const LONGEST_LINE = 1000;

/** `Nimal (WhatsApp +94771234567)`. */
export function whoWrote(t: Translate, customer: Customer, address: AddressKey): string {
  return t('inbox.who', { name: customerLabel(t, customer), place: placeName(t, address) });
}

/** `WhatsApp +94771234567`. */
export function placeName(t: Translate, address: AddressKey): string {
  const { channel = 'web', value = address } = parseAddress(address) ?? {};
  return `${t(`channel.${channel}`)} ${oneLine(value, 40)}`;
}

/** `21 Nov 09:30`. */
export function shortMoment(t: Translate, at: Date, timeZone: string): string {
  const { hour, minute } = toLocalTime(at, timeZone);
  return `${formatDayMonth(t, at, timeZone)} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** What was said, a file by its name. */
export function saidText({ text, file }: Pick<TicketLine, 'text' | 'file'>): string {
  const named = file ? `📎 ${oneLine(file.name)}` : '';
  return [manyLines(text === file?.name ? '' : text, LONGEST_LINE), named].filter(Boolean).join('\n');
}

/** A member's name, as others are told of them. */
export function memberName(t: Translate, member: Pick<Member, 'name' | 'role'> | null | undefined): string {
  return member ? oneLine(member.name, 40) || t(`role.${member.role}`) : t('inbox.somebody');
}

/** A line of the conversation: `21 Nov 09:30 · Nimal: Do you have tea?` */
export function lineText(
  { t, shop }: { t: Translate; shop: Shop },
  customer: Customer,
  members: readonly Member[],
  line: TicketLine,
): string {
  const by = line.memberId && members.find(({ _id }) => line.memberId?.equals(_id));
  const speaker = {
    customer: () => customerLabel(t, customer),
    shop: () => (line.memberId ? memberName(t, by) : (shop.name ?? '')),
    note: () => `📝 ${line.memberId ? memberName(t, by) : (shop.name ?? '')}`,
  };
  const failed = line.status === 'failed' ? ` (${t('inbox.notArrived')})` : '';
  return `${shortMoment(t, line.at, shop.timeZone)} · ${oneLine(speaker[line.from](), 40)}: ${saidText(line)}${failed}`;
}

/** What a member may do with what a customer wrote. */
export function ticketChoices(t: Translate, customerId: string, mine: boolean): Choice[] {
  return [
    choice(t('inbox.button.answer'), 'inbox.answer', customerId),
    ...(mine ? [] : [choice(t('inbox.button.take'), 'inbox.take', customerId)]),
    choice(t('inbox.button.canned'), 'canned.choose', customerId),
    choice(t('inbox.button.note'), 'customer.note', customerId),
    choice(t('inbox.button.snooze'), 'inbox.snooze', customerId),
    choice(t('inbox.button.close'), 'inbox.close', customerId),
  ];
}
