import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { WireAccepted, WireError, WireHistory, WirePhoneThread, WireSession } from '../wire.ts';

/** Kade refused, or did not answer (`code` is `unreachable`). */
export class ApiRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The API of docs/web-channel.md, called with a token. */
export class TerminalApi {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const response = await this.fetch(path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
    });
    return (await response.json()) as T;
  }

  /** The answer, when it is a good one; ApiRefusal otherwise. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#token) headers.set('Authorization', `Bearer ${this.#token}`);
    const response = await fetch(this.#url + path, { ...init, headers }).catch((error: Error) => {
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      throw new ApiRefusal('unreachable', `Kade does not answer at ${this.#url} (${reason}). Start it with npm start.`);
    });
    if (response.ok) return response;
    const refused = (await response.json().catch(() => ({}))) as Partial<WireError>;
    throw new ApiRefusal(refused.code ?? 'unexpected', refused.message ?? `Kade answered ${response.status}.`);
  }

  signIn = (code: string): Promise<{ token: string }> => this.call('POST', '/api/sign-in', { code });
  session = (): Promise<WireSession> => this.call('GET', '/api/session');
  history = (): Promise<WireHistory> => this.call('GET', '/api/messages');
  idle = (address: string): Promise<{ idle: boolean; after: number }> =>
    this.call('GET', `/api/idle?address=${encodeURIComponent(address)}`);
  phone = (address: string): Promise<WirePhoneThread> => this.call('GET', `/api/phones/${encodeURIComponent(address)}`);
  answer = (address: string, text: string): Promise<WireAccepted> =>
    this.call('POST', `/api/phones/${encodeURIComponent(address)}/messages`, { text });
  send = (message: { id: string; text: string } | { id: string; choiceId: string }): Promise<WireAccepted> =>
    this.call('POST', '/api/messages', message);

  /** Streams a file of this machine to Kade. */
  async sendFile(id: string, path: string): Promise<WireAccepted> {
    const { size } = await stat(path).catch(() => {
      throw new ApiRefusal('file_not_found', `There is no file ${path} that can be read. Nothing was sent.`);
    });
    const response = await this.fetch(`/api/files?id=${id}&name=${encodeURIComponent(basename(path))}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) },
      body: Readable.toWeb(createReadStream(path)) as NonNullable<RequestInit['body']>,
      duplex: 'half',
    } as RequestInit);
    return (await response.json()) as WireAccepted;
  }
}
