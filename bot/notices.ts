import { type Core, editReply, type Notice, type Notifier, reply, type Shop } from '../core/index.ts';
import type { Flow, NoticeContext, NoticeWriters } from './flow.ts';
import { translator } from './translate.ts';

/** Puts core's notices into the words of the member they go to. `core` is asked for late: it holds the notifier itself. */
export function createNotifier(core: () => Core, getShop: () => Promise<Shop>, flows: readonly Flow[]): Notifier {
  const writers: NoticeWriters = Object.assign({}, ...flows.map((flow) => flow.notices));
  return {
    async notify(to, notice, replace) {
      const shop = await getShop();
      const member = await core().db.members.findOne({ shopId: shop._id, addresses: to });
      const language = member?.language ?? shop.language;
      const message = await write(writers, { core: core(), shop, language, t: translator(language) }, notice);
      if (replace) return editReply(core(), shop._id, replace, message);
      return (await reply(core(), { shopId: shop._id, to }, message))._id.toHexString();
    },
  };
}

function write(writers: NoticeWriters, context: NoticeContext, notice: Notice): ReturnType<typeof troubleMessage> {
  const writer = writers[notice.kind] as
    | ((context: NoticeContext, notice: Notice) => ReturnType<typeof troubleMessage>)
    | undefined;
  if (writer) return writer(context, notice);
  if (notice.kind === 'trouble') return troubleMessage(context, notice);
  throw new Error(`No flow writes the notice ${notice.kind}`);
}

async function troubleMessage(context: NoticeContext, notice: Extract<Notice, { kind: 'trouble' }>) {
  return { text: context.t(`error.${notice.code}`, notice.params) };
}
