import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';

/** An account at Twilio, as its console shows it. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** stands for every host of Twilio's, without a slash at its end */
  readonly apiRoot?: string | undefined;
  /** ms that Twilio may take to answer */
  readonly answerWithinMs?: number | undefined;
}
export type TwilioClient = ReturnType<typeof twilio>;

/** Shorter than core's patience with a channel, so that what became of a message is known from here. */
const ANSWER_WITHIN_MS = 25_000;
/** Lines to Twilio, kept open: as many as a campaign has messages under way. */
const LINES = 50;
const SHORTEST_REST_MS = 1_000;

/** Twilio asks for rest. The SDK's own exception leaves out how long. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`asked to wait ${afterMs} ms`);
    this.afterMs = afterMs;
  }
}

/** The SDK's client, which never asks twice by itself: a message whose answer is lost may have gone out. */
export function createTwilioClient(account: TwilioAccount): TwilioClient {
  const { accountSid, authToken, apiRoot, answerWithinMs = ANSWER_WITHIN_MS } = account;
  const lines = { timeout: answerWithinMs, maxSockets: LINES, maxFreeSockets: LINES, autoRetry: false };
  return twilio(accountSid, authToken, { httpClient: new Requests(lines, apiRoot) });
}

class Requests extends twilio.RequestClient {
  readonly #apiRoot: string | undefined;

  constructor(options: RequestClient.RequestClientOptions, apiRoot: string | undefined) {
    super(options);
    this.#apiRoot = apiRoot;
  }

  override async request<T>(
    options: RequestClient.RequestOptions<T>,
  ): ReturnType<typeof twilio.RequestClient.prototype.request<T>> {
    const uri = this.#apiRoot ? options.uri.replace(/^https:\/\/[^/]+/, this.#apiRoot) : options.uri;
    const response = await super.request<T>({ ...options, uri });
    if (response.statusCode === 429) throw new TooManyRequests(restMs(response.headers['retry-after']));
    return response;
  }
}

/** `Retry-After` comes in seconds, where it comes. */
function restMs(retryAfter: unknown): number {
  return Math.max(SHORTEST_REST_MS, (Number(retryAfter) || 0) * 1000);
}
