import {
  type AddressKey,
  type Channel,
  type Core,
  LANGUAGES,
  type Language,
  type Member,
  parseAddress,
  type Shop,
} from '../core/index.ts';
import { translator } from './translate.ts';

const MEMBERS = [
  'menu',
  'inbox',
  'report',
  'segments',
  'customers',
  'campaign',
  'campaigns',
  'imports',
  'settings',
  'status',
  'help',
  'cancel',
];
const CUSTOMERS = ['stop', 'help'];

/** Puts the commands into the menus of the apps that have one: everyone's in each language, each member's in their own. Never rejects. */
export async function showCommands(core: Core, shopId: Shop['_id']): Promise<void> {
  for (const channel of core.channels.values())
    for (const language of LANGUAGES) await show(core, channel, null, language, CUSTOMERS);
  const menus = [...core.channels.values()].filter(({ showCommands }) => showCommands).map(({ name }) => name);
  if (menus.length === 0) return;
  for await (const member of core.db.members.find({ shopId, addresses: { $regex: `^(?:${menus.join('|')}):` } }))
    await showMemberCommands(core, member);
}

/** Puts a member's commands into the menus of their own apps. Never rejects. */
export async function showMemberCommands(core: Core, { addresses, language }: Member): Promise<void> {
  for (const address of addresses) {
    const { channel = 'web', value = '' } = parseAddress(address) ?? {};
    await show(core, core.channels.get(channel), value, language, MEMBERS);
  }
}

/** Puts a customer's commands into the menu of an address that was a member's. Never rejects. */
export async function showCustomerCommands(core: Core, address: AddressKey, language: Language): Promise<void> {
  const { channel = 'web', value = '' } = parseAddress(address) ?? {};
  await show(core, core.channels.get(channel), value, language, CUSTOMERS);
}

async function show(
  core: Core,
  channel: Channel | undefined,
  to: string | null,
  language: Language,
  names: readonly string[],
): Promise<void> {
  const t = translator(language);
  const group = names === MEMBERS ? 'member' : 'customer';
  const commands = names.map((name) => ({ name, does: t(`commandMenu.${group}.${name}`) }));
  try {
    await channel?.showCommands?.(to, language, commands);
  } catch (error) {
    core.log.warn('commands', { channel: channel?.name, error });
  }
}
