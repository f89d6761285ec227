import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from '../../../core/index.ts';
import { openEvents } from './eventReader.ts';
import { openWebServer, type WebServer } from './webServer.ts';

let server: WebServer;
let token: string;
beforeAll(async () => {
  server = await openWebServer();
  token = await server.signIn();
});
afterAll(() => server.close());

const post = (body: object) => server.call('POST', '/api/messages', { token, body });

describe('files', () => {
  const upload = (name: string, id: string, body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/files?id=${id}&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, ...headers },
      body,
      duplex: 'half',
    } as RequestInit);

  test('an uploaded file arrives as a message and can be fetched', async () => {
    const events = await openEvents(server.url, token);
    const sent = await upload('විකුණුම්.csv', 'upload-01', 'a,b\n1,2\n', { 'Content-Type': 'text/csv; charset=utf-8' });
    expect(sent.status).toBe(202);
    const seen = await events.until(({ data }) => data.text === 'got විකුණුම්.csv, 8 bytes');
    const { file } = seen.find(({ data }) => data.id === 'upload-01')?.data ?? {};
    expect(file).toMatchObject({ name: 'විකුණුම්.csv', mimeType: 'text/csv', size: 8 });
    const fetched = await server.call('GET', file.url, { token });
    expect(fetched.body).toBe('a,b\n1,2\n');
    expect(fetched.headers.get('content-disposition')).toMatch(/^attachment; filename=/);
    await events.close();
  });

  test('a page in a file is never served as one', async () => {
    const file = await server.core.files.save(server.shop._id, 'x.html', 'text/html', '<script>alert(1)</script>');
    const { headers } = await server.call('GET', `/api/files/${file.id}`, { token });
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  });

  test('a file of another shop is not found', async () => {
    const { Types } = await import('mongoose');
    const file = await server.core.files.save(new Types.ObjectId(), 'a.csv', 'text/csv', 'x');
    const answer = await server.call('GET', `/api/files/${file.id}`, { token });
    expect([answer.status, answer.body.code]).toEqual([404, 'file_not_found']);
  });

  test('a file that says it is too large is refused at once', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const asked = request(`${server.url}/api/files?id=large-001&name=a.csv`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Length': MAX_FILE_BYTES + 1 },
      });
      asked.on('response', (response) => {
        resolve(response.statusCode);
        asked.destroy();
      });
      asked.on('error', () => {});
      asked.write('a');
    });
    expect(status).toBe(413);
  });

  test('a file that grows too large is refused and nothing is kept', async () => {
    const block = Buffer.alloc(1024 * 1024);
    const body = new ReadableStream({
      start(controller) {
        (this as { left?: number }).left = MAX_FILE_BYTES / block.length + 1;
        void controller;
      },
      pull(controller) {
        const self = this as { left?: number };
        self.left = (self.left ?? 0) - 1;
        if (self.left < 0) controller.close();
        else controller.enqueue(block);
      },
    });
    const before = await server.core.db.files.countDocuments({});
    const answer = await upload('big.csv', 'large-002', body);
    expect([answer.status, (await answer.json()).code]).toEqual([413, 'file_too_large']);
    expect(await server.core.db.files.countDocuments({})).toBe(before);
  });
});

describe('phones', () => {
  test('shows what was written to them and lets them answer', async () => {
    const phone = 'sms:+94771234567';
    const events = await openEvents(server.url, token);
    await post({ id: 'write-001', text: `write ${phone}` });
    await events.until(({ event, data }) => event === 'phone' && data.addresses.includes(phone));
    const { phones } = (await server.call('GET', '/api/phones', { token })).body;
    expect(phones[0]).toMatchObject({
      address: phone,
      channel: 'sms',
      value: '+94771234567',
      name: null,
      last: { text: 'Big sale today', direction: 'out' },
    });
    const path = `/api/phones/${encodeURIComponent(phone)}`;
    const answered = await server.call('POST', `${path}/messages`, { token, body: { text: 'STOP' } });
    expect(answered.status).toBe(202);
    await events.until(({ event, data }) => event === 'idle' && data.address === phone);
    const thread = (await server.call('GET', path, { token })).body.messages;
    expect(thread.map((one: { direction: string; text: string }) => [one.direction, one.text])).toEqual([
      ['out', 'Big sale today'],
      ['in', 'STOP'],
      ['out', 'you said: STOP'],
    ]);
    await events.close();
  });

  test.each(['sms:0771234567', 'web:abc', 'fax:1', 'email:nobody'])('%s is no phone', async (address) => {
    const answer = await server.call('GET', `/api/phones/${encodeURIComponent(address)}`, { token });
    expect([answer.status, answer.body.code]).toEqual([400, 'address_wrong']);
  });
});
