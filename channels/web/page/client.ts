import type { WireAccepted, WireError, WireHistory, WirePhone, WirePhoneThread, WireSession } from '../wire.ts';

/** The API refused; `code` is one of docs/web-channel.md, or `network` when nothing answered. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function call<T>(path: string, body?: object): Promise<T> {
  const init = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(`/api/${path}`, init).catch((error: unknown) => {
    throw new Refused('network', String(error));
  });
  const answer = await response.json().catch(() => ({ code: 'network', message: response.statusText }));
  if (response.ok) return answer as T;
  const { code, message } = answer as WireError;
  throw new Refused(code, message);
}

export const client = {
  session: () => call<WireSession>('session'),
  signIn: (code: string) => call<{ role: string }>('sign-in', { code }),
  history: (before?: string) => call<WireHistory>(`messages${before ? `?before=${before}` : ''}`),
  send: (message: { id: string; text: string } | { id: string; choiceId: string }) =>
    call<WireAccepted>('messages', message),
  phones: async (limit: number) => (await call<{ phones: WirePhone[] }>(`phones?limit=${limit}`)).phones,
  phone: (address: string) => call<WirePhoneThread>(`phones/${encodeURIComponent(address)}`),
  answer: (address: string, text: string) =>
    call<WireAccepted>(`phones/${encodeURIComponent(address)}/messages`, { text }),
};

/** Sends a file with progress from 0 to 1; `abort` stops it. Rejects with Refused. */
export function upload(
  id: string,
  file: File,
  onProgress: (share: number) => void,
): { done: Promise<WireAccepted>; abort(): void } {
  const request = new XMLHttpRequest();
  const done = new Promise<WireAccepted>((resolve, reject) => {
    request.open('POST', `/api/files?id=${id}&name=${encodeURIComponent(file.name.slice(0, 255))}`);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = (event) => onProgress(event.loaded / Math.max(1, event.total));
    request.onload = () => {
      if (request.status === 202) return resolve(request.response as WireAccepted);
      const refused = (request.response ?? {}) as Partial<WireError>;
      reject(new Refused(refused.code ?? 'network', refused.message ?? request.statusText));
    };
    request.onerror = () => reject(new Refused('interrupted', 'The connection broke.'));
    request.onabort = () => reject(new Refused('aborted', ''));
    request.send(file);
  });
  return { done, abort: () => request.abort() };
}
