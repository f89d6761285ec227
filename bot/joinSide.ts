import { acceptJoinLink, findJoinLink, KadeError, linkPhone, parsePhone, type Signal } from '../core/index.ts';
import type { Heard } from './customerSide.ts';
import { choice } from './flow.ts';

const YES = 'join.yes';
const NO = 'join.no';

/** Someone opened the chat: by a link that is theirs they are asked once for their consent. */
export async function answerOpened(
  { core, shop, inbound, t, answer }: Heard,
  token: string | undefined,
): Promise<void> {
  if (token === undefined) return answer('opened');
  if (!(await findJoinLink(core, shop._id, token, inbound.from))) return answer('linkUsed');
  await answer('joinAsk', {
    choices: [choice(t('customer.joinYes'), YES, token), choice(t('customer.joinNo'), NO)],
  });
}

/** Takes the answer to that question; false: the choice is another one's. */
export async function answerJoinChoice(heard: Heard, choiceId: string): Promise<boolean> {
  const { core, inbound, t, words, answer } = heard;
  if (choiceId === NO) await answer('notJoined');
  if (!choiceId.startsWith(`${YES}:`)) return choiceId === NO;
  const said = `${words('joinAsk')} ${t('customer.joinYes')}`;
  const customer = await acceptJoinLink(core, inbound, choiceId.slice(YES.length + 1), {
    asked: words('joinAsk'),
    words: said,
  });
  const address = customer?.addresses.find(({ key }) => key === inbound.from);
  if (!customer) await answer('linkUsed');
  else if (address?.marketing !== 'granted') await answer('startRefused');
  else await answer('joined', { phoneButton: words('sharePhone') });
  return true;
}

/** Someone shared their own number. */
export async function answerPhone(
  { core, shop, inbound, answer }: Heard,
  signal: Signal & { kind: 'phone' },
): Promise<void> {
  const phone = parsePhone(signal.phone, shop.country);
  if (!phone) throw new KadeError('value_unreadable', { text: signal.phone });
  await linkPhone(core, shop._id, inbound.from, phone);
  await answer('phoneLinked');
}
