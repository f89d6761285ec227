import {
  type AddressKey,
  type Core,
  endConversation,
  KadeError,
  type Member,
  type OutboundMessage,
  type Role,
  reply,
  type Shop,
  type StoredFile,
  saveConversation,
} from '../core/index.ts';
import type { Attachments, Params, Turn } from './flow.ts';
import { translator } from './translate.ts';

const RANK: Record<Role, number> = { viewer: 0, agent: 1, manager: 2, owner: 3 };

/** What a turn is made of. */
interface TurnInput {
  core: Core;
  shop: Shop;
  member: Member;
  address: AddressKey;
  text: string;
  file?: StoredFile;
  replyTo?: string;
  data: Record<string, unknown>;
}

/** A member's message with the ways to answer it. */
export function createTurn(input: TurnInput): Turn {
  const { core, shop, member, address } = input;
  const t = translator(member.language);
  const send = async (message: OutboundMessage): Promise<string> =>
    (await reply(core, { shopId: shop._id, to: address }, message))._id.toHexString();
  return {
    ...input,
    language: member.language,
    t,
    say: (key: string, params?: Params, attachments?: Attachments) => send({ text: t(key, params), ...attachments }),
    sayText: (text: string, attachments?: Attachments) => send({ text, ...attachments }),
    ask: (step, data) => saveConversation(core, shop._id, address, step, data),
    end: () => endConversation(core, shop._id, address),
    require(role: Role) {
      if (RANK[member.role] < RANK[role]) throw new KadeError('forbidden', { role: t(`role.${role}`) });
    },
  };
}
