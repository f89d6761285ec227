import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import sendgrid from '@sendgrid/mail';
import type { Logger, SendOutcome } from '../../core/index.ts';
import type { SendGridAccount } from './email.ts';
import { filesOf, frameOf, type Letter } from './letter.ts';
import { describeError, isAbsent, refusalOf } from './outcome.ts';
import { requestOf, type Sender } from './request.ts';

/** Letters in one request, at most. */
export const MAX_LETTERS = 1_000;
/** Most that letters carry, bytes: a request holds 30 MB, and files grow by a third in it. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** How long letters of a campaign wait for others of their frame, ms. */
const GATHER_MS = 25;
const OFFICIAL = 'https://api.sendgrid.com';

/** Letters out: each is settled once, by what became of the request that it was in. Never throws. */
export interface Post {
  send(letter: Letter, bulk: boolean): Promise<SendOutcome>;
  /** Deletes something at SendGrid; what is not there, or cannot be asked now, stays as it is. */
  remove(url: string): Promise<void>;
}

interface PostOptions extends Sender {
  readonly account: Pick<SendGridAccount, 'apiKey' | 'apiRoot'>;
  readonly answerWithinMs: number;
  readonly log: Pick<Logger, 'warn'>;
}

interface Waiting {
  readonly letter: Letter;
  readonly settle: (outcome: SendOutcome) => void;
}

export function createPost(options: PostOptions): Post {
  const service = openService(options);
  const gathered = new Map<string, Waiting[]>();
  let timer: NodeJS.Timeout | undefined;
  /** SendGrid asked for rest until then. */
  let restUntil = 0;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const groups = [...gathered.values()];
    gathered.clear();
    for (const group of groups) void post(group);
  }

  function gather(waiting: Waiting): void {
    const frame = frameOf(waiting.letter);
    const group = gathered.get(frame) ?? [];
    gathered.set(frame, group);
    if (group.push(waiting) === MAX_LETTERS) {
      gathered.delete(frame);
      void post(group);
    } else timer ??= setTimeout(flush, GATHER_MS);
  }

  /** What finds no room, or was not at fault when others were, goes in a request of its own: of a refused one nothing was sent. */
  async function post(group: readonly Waiting[]): Promise<void> {
    let rest = group;
    while (rest.length > 0) {
      const afterMs = Math.ceil(restUntil - performance.now());
      if (afterMs > 0) return settle(rest, () => ({ status: 'retry', afterMs, reason: 'too_many' }));
      try {
        rest = await postOnce(rest);
      } catch (error) {
        options.log.warn('email.request', { letters: rest.length, error: String((error as Error).message) });
        return settle(rest, () => ({ status: 'failed', reason: 'file_not_found' }));
      }
    }
  }

  /** Sends one request; resolves to the letters that are to be sent still. */
  async function postOnce(group: readonly Waiting[]): Promise<readonly Waiting[]> {
    const { mail, letters, left } = await requestOf(
      group.map(({ letter }) => letter),
      options,
    );
    const ours = new Set(letters);
    const sending = group.filter(({ letter }) => ours.has(letter));
    const later = left.length > 0 ? group.filter(({ letter }) => !ours.has(letter)) : [];
    try {
      await service.send(mail);
      settle(sending, ({ messageId }) => ({ status: 'sent', providerId: messageId }));
      return later;
    } catch (error) {
      return [...refused(sending, error), ...later];
    }
  }

  function refused(sending: readonly Waiting[], error: unknown): readonly Waiting[] {
    const refusal = refusalOf(error);
    options.log.warn('email.refused', { letters: sending.length, error: describeError(error) });
    if (refusal.kind === 'some') {
      const wrong = sending.filter((_, at) => refusal.places.has(at));
      settle(wrong, () => ({ status: 'failed', reason: 'invalid_address' }));
      return wrong.length > 0 ? sending.filter((_, at) => !refusal.places.has(at)) : fail(sending, 'carrier');
    }
    if (refusal.kind === 'too_large') {
      if (sending.length === 1) return fail(sending, 'file_too_large');
      const half = Math.ceil(sending.length / 2);
      void post(sending.slice(half));
      return sending.slice(0, half);
    }
    const { outcome } = refusal;
    if (outcome.status === 'retry' && outcome.reason === 'too_many')
      restUntil = Math.max(restUntil, performance.now() + outcome.afterMs);
    settle(sending, () => outcome);
    return [];
  }

  return {
    send(letter, bulk) {
      const bytes = filesOf(letter.message).reduce((sum, { file }) => sum + file.size, 0);
      if (bytes > MAX_FILE_BYTES) return Promise.resolve({ status: 'failed', reason: 'file_too_large' });
      return new Promise((settle) => {
        if (bulk) gather({ letter, settle });
        else void post([{ letter, settle }]);
      });
    },
    async remove(url) {
      try {
        await service.client.request({ method: 'DELETE', url });
      } catch (error) {
        if (!isAbsent(error)) options.log.warn('email.remove', { error: describeError(error) });
      }
    },
  };
}

function settle(group: readonly Waiting[], outcome: (letter: Letter) => SendOutcome): void {
  for (const waiting of group) waiting.settle(outcome(waiting.letter));
}

function fail(group: readonly Waiting[], reason: string): readonly Waiting[] {
  settle(group, () => ({ status: 'failed', reason }));
  return [];
}

/** What the SDK has, and its types leave out. */
interface Client {
  setApiKey(key: string): void;
  setDefaultRequest(settings: Record<string, unknown>): void;
  request(asked: { method: 'DELETE'; url: string }): Promise<unknown>;
}
const { MailService } = sendgrid as unknown as {
  MailService: new () => Pick<typeof sendgrid, 'send'> & { readonly client: Client };
};

/**
 * A service with a client of its own: the SDK's default one is shared by all. The key first, it resets the address. No
 * redirect is followed and no line kept open: either could send letters twice, or lose them unheard.
 */
function openService({ account, answerWithinMs }: PostOptions): InstanceType<typeof MailService> {
  const service = new MailService();
  const { client } = service;
  client.setApiKey(account.apiKey);
  client.setDefaultRequest({
    baseUrl: `${account.apiRoot ?? OFFICIAL}/`,
    timeout: answerWithinMs,
    maxRedirects: 0,
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  });
  return service;
}
