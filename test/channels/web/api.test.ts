import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWebChannel, ListenError } from '../../../channels/web/webChannel.ts';
import { createSignInCode } from '../../../core/index.ts';
import { openEvents } from './eventReader.ts';
import { openWebServer, type WebServer } from './webServer.ts';

let server: WebServer;
let token: string;
beforeAll(async () => {
  server = await openWebServer();
  token = await server.signIn();
});
afterAll(() => server.close());

const own = async (): Promise<string> => (await server.call('GET', '/api/session', { token })).body.address;
const post = (body: object) => server.call('POST', '/api/messages', { token, body });

describe('sign-in', () => {
  test('a code works once', async () => {
    const code = await createSignInCode(server.core, server.shop._id, 'agent');
    const first = await server.call('POST', '/api/sign-in', { body: { code: code.toLowerCase() } });
    expect(first.status).toBe(200);
    expect(first.body.role).toBe('agent');
    expect(first.headers.get('set-cookie')).toMatch(/^kade-\d+=[\w-]+; .*HttpOnly; SameSite=Strict$/);
    const second = await server.call('POST', '/api/sign-in', { body: { code } });
    expect([second.status, second.body.code]).toEqual([401, 'code_wrong']);
  });

  test('the cookie is as good as the token', async () => {
    const port = new URL(server.url).port;
    const answer = await server.call('GET', '/api/session', { headers: { Cookie: `x=1; kade-${port}=${token}` } });
    expect(answer.body).toMatchObject({ role: 'owner', language: 'en', shop: null });
  });

  test.each([
    ['GET', '/api/session'],
    ['GET', '/api/messages'],
    ['GET', '/api/events'],
    ['GET', '/api/phones'],
    ['GET', '/api/files/0123456789abcdef01234567'],
    ['POST', '/api/files?id=aaaaaaaa&name=x'],
  ])('%s %s is refused without it', async (method, path) => {
    const answer = await server.call(method, path);
    expect([answer.status, answer.body.code]).toEqual([401, 'not_signed_in']);
  });

  test('ten wrong codes in a minute are enough', async () => {
    const guess = () => server.call('POST', '/api/sign-in', { body: { code: 'AAAAAAAA' } });
    server.setNow(new Date('2066-11-21T04:30:00Z'));
    for (let count = 0; count < 10; count += 1) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    server.setNow(new Date('2066-11-21T04:31:00Z'));
    expect((await guess()).status).toBe(401);
    server.setNow(null);
  });

  test('health needs none', async () => {
    expect((await server.call('GET', '/api/health')).body).toEqual({ status: 'ok' });
  });
});

describe('guard', () => {
  test('a foreign host name is refused, addresses in figures are not', async () => {
    const { request } = await import('node:http');
    const ask = (host: string): Promise<number | undefined> =>
      new Promise((resolve) => {
        request(`${server.url}/api/health`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
    expect(await ask('evil.example:3000')).toBe(421);
    expect(await ask('localhost:3000')).toBe(200);
    expect(await ask('[::1]:3000')).toBe(200);
  });

  test('a write from another site is refused', async () => {
    const body = { id: 'foreign-1', text: 'hi' };
    const from = (headers: Record<string, string>) => server.call('POST', '/api/messages', { token, body, headers });
    expect((await from({ Origin: 'http://evil.example' })).body.code).toBe('origin_foreign');
    expect((await from({ Origin: 'null' })).status).toBe(403);
    expect((await from({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await from({ Origin: server.url })).status).toBe(202);
  });

  test('only JSON is read', async () => {
    const answer = await server.call('POST', '/api/messages', {
      token,
      body: { id: 'plain-01', text: 'hi' },
      headers: { 'Content-Type': 'text/plain' },
    });
    expect([answer.status, answer.body.code]).toEqual([415, 'json_only']);
  });

  test.each([
    [{ id: 'short', text: 'x' }],
    [{ id: 'aaaaaaaa' }],
    [{ id: 'aaaaaaaa', text: '' }],
    [{ id: 'aaaaaaaa', text: 'x', choiceId: 'y' }],
    [{ id: 'aaaaaaaa', text: { $ne: 1 } }],
    [[]],
    [null],
  ])('a body of another shape is refused: %j', async (body) => {
    const answer = await post(body as object);
    expect([answer.status, answer.body.code]).toEqual([400, 'bad_request']);
  });

  test('a body over 1 MB is refused', async () => {
    expect((await post({ id: 'aaaaaaaa', text: 'x'.repeat(1_100_000) })).status).toBe(413);
  });

  test('answers carry a strict policy', async () => {
    const { headers } = await server.call('GET', '/');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('an unknown path is a clear 404', async () => {
    expect((await server.call('GET', '/api/nothing', { token })).body.code).toBe('not_found');
  });
});

describe('messages', () => {
  test('a message is answered on the stream, and idle comes last', async () => {
    const address = await own();
    const events = await openEvents(server.url, token);
    const accepted = await post({ id: 'hello-001', text: 'hello' });
    expect(accepted.status).toBe(202);
    const isIdle = (event: { event: string; id: string; data: { address?: string } }) =>
      event.event === 'idle' && event.data.address === address && Number(event.id.split('-')[1]) > accepted.body.after;
    const seen = await events.until(isIdle);
    const texts = seen.filter(({ event }) => event === 'message').map(({ data }) => [data.direction, data.text]);
    expect(texts).toEqual([
      ['in', 'hello'],
      ['out', 'you said: hello'],
    ]);
    expect(isIdle(seen.at(-1) as never)).toBe(true);
    expect((await server.call('GET', `/api/idle?address=${address}`, { token })).body.idle).toBe(true);
    await events.close();
  });

  test('the same id twice is one message', async () => {
    const events = await openEvents(server.url, token);
    await Promise.all([post({ id: 'twice-001', text: 'twice' }), post({ id: 'twice-001', text: 'twice' })]);
    await events.until(({ event }) => event === 'idle');
    await events.close();
    expect(server.received.filter(({ id }) => id === 'twice-001')).toHaveLength(1);
    const history = await server.call('GET', '/api/messages', { token });
    expect(history.body.messages.filter(({ id }: { id: string }) => id === 'twice-001')).toHaveLength(1);
  });

  test('an edited message keeps its id, and every open page gets it', async () => {
    const pages = [await openEvents(server.url, token), await openEvents(server.url, token)];
    await post({ id: 'work-0001', text: 'work' });
    for (const page of pages) {
      const seen = await page.until(({ event }) => event === 'idle');
      const out = seen.filter(({ event, data }) => event === 'message' && data.direction === 'out');
      expect(out.map(({ data }) => data.text)).toEqual(['0 rows', '50 rows', '100 rows']);
      expect(new Set(out.map(({ data }) => data.id)).size).toBe(1);
      await page.close();
    }
  });

  test('a tap is kept with its label', async () => {
    const events = await openEvents(server.url, token);
    await post({ id: 'menu-0001', text: 'menu' });
    await events.until(({ event }) => event === 'idle');
    await post({ id: 'tap-00001', choiceId: 'b' });
    await events.until(({ data }) => data.text === 'tapped b');
    await events.close();
    const history = await server.call('GET', '/api/messages', { token });
    expect(history.body.messages.at(-2)).toMatchObject({ id: 'tap-00001', direction: 'in', text: 'Second' });
  });

  test('history is read backwards without gaps, also within one millisecond', async () => {
    const its = await server.signIn();
    server.setNow(new Date('2056-11-21T04:30:00Z'));
    const events = await openEvents(server.url, its);
    for (let count = 10; count < 20; count += 1) {
      await server.call('POST', '/api/messages', { token: its, body: { id: `line-00${count}`, text: `n${count}` } });
    }
    await events.until(({ data }) => data.text === 'you said: n19');
    await events.close();
    const all = await server.call('GET', '/api/messages?limit=50', { token: its });
    expect([all.body.messages.length, all.body.older]).toEqual([20, null]);
    const pages: string[] = [];
    for (let before = ''; ; ) {
      const { body } = await server.call('GET', `/api/messages?limit=3${before && `&before=${before}`}`, {
        token: its,
      });
      pages.unshift(...body.messages.map(({ id }: { id: string }) => id));
      if (!body.older) break;
      before = body.older;
    }
    expect(pages).toEqual(all.body.messages.map(({ id }: { id: string }) => id));
    server.setNow(null);
  });
});

describe('event stream', () => {
  test('goes on where it broke off, and says so when it cannot', async () => {
    const first = await openEvents(server.url, token);
    await post({ id: 'before-01', text: 'before' });
    const last = (await first.until(({ event }) => event === 'idle')).at(-1)?.id;
    await first.close();
    const turn = await openEvents(server.url, token);
    await post({ id: 'missed-01', text: 'missed' });
    await turn.until(({ event }) => event === 'idle');
    await turn.close();
    const second = await openEvents(server.url, token, last);
    const seen = await second.until(({ event }) => event === 'idle');
    expect(seen[0]).toMatchObject({ event: 'ready', data: { resumed: true } });
    expect(seen.filter(({ event }) => event === 'message').map(({ data }) => data.text)).toEqual([
      'missed',
      'you said: missed',
    ]);
    await second.close();
    const stranger = await openEvents(server.url, token, 'other-1');
    await stranger.until(({ event, data }) => event === 'ready' && data.resumed === false);
    await stranger.close();
  });

  test('another member’s messages do not come on it', async () => {
    const other = await server.signIn();
    const events = await openEvents(server.url, other);
    await post({ id: 'secret-01', text: 'secret' });
    await server.call('POST', '/api/messages', { token: other, body: { id: 'mine-0001', text: 'mine' } });
    const seen = await events.until(({ event }) => event === 'idle');
    expect(JSON.stringify(seen)).not.toContain('secret');
    await events.close();
  });
});

test('a taken port is told with its cure', async () => {
  const port = Number(new URL(server.url).port);
  const { core, shop, sandbox } = server;
  const parts = {
    core,
    shopId: shop._id,
    receive: async () => {},
    phones: sandbox.phones,
    webhooks: [],
    fileLinks: null,
    host: '127.0.0.1',
    port,
  };
  const listening = createWebChannel().listen(parts);
  await expect(listening).rejects.toThrow(ListenError);
  await expect(listening).rejects.toThrow(`PORT=${port + 1} npm start`);
});
