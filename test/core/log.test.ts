import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from '../../core/index.ts';

it('masks what looks like a secret, also within an error', () => {
  const stream = new PassThrough();
  const log = createLogger(stream, { now: () => new Date(0) });
  log.error('start', {
    token: 'geheim',
    error: new Error('no mongodb://kade:geheim@db.example:27017/?a=b'),
    uri: 'mongodb+srv://kade:geheim@db.example',
    url: 'http://127.0.0.1:3000/a@b',
  });
  const line = String(stream.read());
  expect(line).not.toContain('geheim');
  expect(line).toContain('mongodb://•••@db.example:27017/?a=b');
  expect(line).toContain('http://127.0.0.1:3000/a@b');
});
