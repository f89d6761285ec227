import { createHmac } from 'node:crypto';
import { Api } from 'grammy';
import { type Channel, incidentDesk } from '../../core/index.ts';
import type { ProviderChannel } from '../provider.ts';
import { isSecret, MalformedWebhook, type Webhook } from '../webhooks.ts';
import { abortable, type Line, pollUpdates, untilStopped } from './poll.ts';
import { UPDATES } from './readUpdate.ts';
import { createReceiver } from './receiver.ts';
import { createSender } from './sender.ts';
import { watchWebhook } from './watchWebhook.ts';

interface TelegramOptions {
  /** from BotFather */
  readonly token: string;
  /** another Bot API server, without a slash at its end */
  readonly apiRoot?: string | undefined;
  /** where our web server is reached from outside, https */
  readonly publicUrl?: string | undefined;
  readonly filePath: (id: string) => string;
  /** multiplies the rests between edits and after a broken line; 1 unless a test says otherwise */
  readonly pace?: number | undefined;
  /** ms that Telegram may take to answer a send */
  readonly answerWithinMs?: number;
}

/** Shorter than core's patience with a channel, so that what became of a message is known from here. */
const ANSWER_WITHIN_MS = 25_000;
const POLL_WITHIN_S = 60;
const OFFICIAL = 'https://api.telegram.org';

/** A Telegram bot as a channel; addresses are `telegram:<the person's id>`. Takes updates by webhook where there is a public URL, else by asking. */
export function createTelegram(options: TelegramOptions): ProviderChannel {
  const { token, apiRoot = OFFICIAL, filePath, pace = 1, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const botId = token.split(':')[0] ?? '';
  const api = new Api(token, { apiRoot, timeoutSeconds: answerWithinMs / 1000 });
  const sender = createSender({ api, botId, filePath, pace });
  let username: string | null = null;

  const channel: Channel = {
    name: 'telegram',
    intake: options.publicUrl ? 'webhook' : 'polling',
    twoWay: true,
    buttons: true,
    send: (to, message, _deliveryId, bulk = false) => sender.send(to, message, bulk),
    edit: (to, providerId, message) => sender.edit(to, providerId, message),
    bulkPerSecond: sender.bulkPerSecond,
    async showCommands(to, language, commands) {
      const scope =
        to === null ? ({ type: 'all_private_chats' } as const) : ({ type: 'chat', chat_id: Number(to) } as const);
      // A member's menu is in their language, whatever their app speaks; English is for apps that speak none of ours.
      const spoken = to === null && language !== 'en' ? { language_code: language } : {};
      const menu = commands.map(({ name, does }) => ({ command: name, description: does }));
      await api.setMyCommands(menu, { scope, ...spoken });
    },
    openingLink: (opening) => (username ? `https://t.me/${username}?start=${opening}` : null),
  };

  return {
    channel,
    listen({ core, shopId, receive, onReady }) {
      const take = createReceiver({ api, botId, fileRoot: `${apiRoot}/file/bot${token}`, pace, core, shopId, receive });
      const stopping = new AbortController();
      const secret = createHmac('sha256', token).update('webhook').digest('hex');
      const url = options.publicUrl && `${options.publicUrl}/hooks/telegram`;
      const desk = incidentDesk(() => core, shopId, 'telegram');
      const line: Line = { log: core.log, desk, stop: stopping.signal, pace };
      const running = untilStopped('start', line, async () => {
        username = (await api.getMe(abortable(stopping.signal))).username;
        if (url) await api.setWebhook(url, { secret_token: secret, allowed_updates: UPDATES });
        else await api.deleteWebhook();
        return true;
      }).then(async () => {
        if (stopping.signal.aborted) return;
        void onReady();
        const polling = new Api(token, { apiRoot, timeoutSeconds: POLL_WITHIN_S });
        await (url ? watchWebhook(api, core.clock, line) : pollUpdates(polling, take, line));
      });
      return {
        webhooks: url ? [webhookOf(secret, take)] : [],
        async stop() {
          stopping.abort();
          await running;
          await sender.stop();
        },
      };
    },
  };
}

function webhookOf(secret: string, take: (update: unknown) => Promise<void>): Webhook {
  return {
    name: 'telegram',
    isGenuine: ({ headers }) => isSecret(headers['x-telegram-bot-api-secret-token'], secret),
    take: ({ body }) => take(parseJson(body)),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedWebhook('no JSON', { cause: error });
  }
}
