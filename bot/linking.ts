import { type Core, type Inbound, type Member, reply, type Shop, spendCode } from '../core/index.ts';
import { showMemberCommands } from './commandMenu.ts';
import { translator } from './translate.ts';

/** As core/members makes them: 8 letters and digits. */
const CODE = /^[a-z2-9]{8}$/i;

/** Whether an unlinked address has sent a member's code, typed or behind a link: then it is that member's from now on. */
export async function takeCode(core: Core, shop: Shop, inbound: Inbound): Promise<boolean> {
  const { signal, from } = inbound;
  const code = (signal?.kind === 'opened' ? signal.token : signal ? '' : inbound.text)?.trim() ?? '';
  if (!CODE.test(code)) return false;
  const member = await spendCode(core, code, from);
  if (member) await tellOthers(core, member);
  // A word of eight letters is no wrong code; behind a link it is nothing else.
  else if (signal)
    await reply(core, { shopId: shop._id, to: from }, { text: translator(shop.language)('error.code_wrong') });
  return member !== null || signal !== undefined;
}

/** An address that joins is told to the member at the one before it, so that a stranger's does not stay unseen. */
async function tellOthers(core: Core, member: Member): Promise<void> {
  const [added, before] = member.addresses;
  if (added && before) await core.notifier.notify(before, { kind: 'member.linked', address: added });
  await showMemberCommands(core, member);
}
