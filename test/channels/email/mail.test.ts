import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAddress, readSender } from '../../../channels/email/address.ts';
import { isAutomatic, isProven } from '../../../channels/email/authenticity.ts';
import { collect, readForm } from '../../../channels/email/form.ts';
import { htmlText, ownWords, saidIn } from '../../../channels/email/words.ts';

describe('a sender', () => {
  test.each([
    ['n@shop.lk', 'n@shop.lk'],
    ['Nimal <N@Shop.LK>', 'n@shop.lk'],
    ['"Perera, Nimal" <n@shop.lk>', 'n@shop.lk'],
    ['"owner@shop.lk" <evil@x.com>', 'evil@x.com'],
    ['=?UTF-8?B?4La04La7?= <n@shop.lk>', 'n@shop.lk'],
  ])('is read from %s', (line, email) => {
    expect(readSender(line)?.email).toBe(email);
  });

  test.each(['', 'Nimal', 'owner@shop.lk, evil@x.com', 'a@b.lk <c@d.lk> <e@f.lk>', '<a@b.lk>, <c@d.lk>', 'a b@c.lk'])(
    'is none in %j',
    (line) => expect(readSender(line)).toBeNull(),
  );

  test('has no address that could break a header or a list', () => {
    for (const text of ['a@b', '@b.lk', 'a@-b.lk', 'a@b.lk\r\nBcc: c@d.lk', 'a@b.lk,c@d.lk', `${'a'.repeat(65)}@b.lk`])
      expect([text, readAddress(text)]).toEqual([text, null]);
    expect(readAddress(' Nimal+x@Example.COM ')).toBe('nimal+x@example.com');
  });
});

describe('DKIM', () => {
  const proven = (dkim: string, headers = 'From: n@shop.lk\nTo: x@y.lk') => isProven('n@mail.shop.lk', dkim, headers);

  test.each(['{@mail.shop.lk : pass}', '{@sendgrid.net : fail, @shop.lk : pass}', '@mail.shop.lk : pass'])(
    'vouches by %s',
    (dkim) => expect(proven(dkim)).toBe(true),
  );

  test.each([
    'none',
    '',
    '{@mail.shop.lk : fail}',
    '{@evil.com : pass}',
    '{@evilshop.lk : pass}',
    // below the domain others may sign
    '{@x.mail.shop.lk : pass}',
    '{@lk : pass}',
    // a name with a quote in it, made to look like two results
    '{"x@mail.shop.lk : pass, "@evil.com : pass}',
    '{@evil.com : pass} {@mail.shop.lk : pass}',
  ])('does not vouch by %j', (dkim) => expect(proven(dkim)).toBe(false));

  test('does not vouch where two From lines stand', () => {
    expect(proven('{@mail.shop.lk : pass}', 'From: a@mail.shop.lk\nfrom: b@mail.shop.lk')).toBe(false);
  });

  test('is read at once, however it is written', () => {
    expect(isProven('n@shop.lk', '@a:b'.repeat(50_000), '')).toBe(false);
  });
});

test.each([
  ['a bounce', 'mailer-daemon@example.com', '', '', 'n@x.lk'],
  ['an empty envelope', 'n@example.com', '', '', ''],
  ['an absence note', 'n@example.com', 'Auto-Submitted: auto-replied', '', 'n@x.lk'],
  ['an old absence note', 'n@example.com', 'X-Autoreply: yes', '', 'n@x.lk'],
  ['a list', 'n@example.com', 'List-Id: <all.example.com>', '', 'n@x.lk'],
  ['bulk', 'n@example.com', 'Subject: Hi\nPrecedence: bulk', '', 'n@x.lk'],
  ['a subject', 'n@example.com', '', 'Automatic reply: Offers', 'n@x.lk'],
])('%s is written by a program', (_, email, headers, subject, envelope) => {
  expect(isAutomatic(email, headers, subject, envelope)).toBe(true);
});

test('a person is no program', () => {
  expect(isAutomatic('n@example.com', 'Auto-Submitted: no\nSubject: Hi', 'Out of sugar?', 'n@example.com')).toBe(false);
  expect(isAutomatic('n@example.com', '', '', null)).toBe(false);
});

describe('what a person wrote', () => {
  const quoted = '> Sale today!\n> Reply STOP to opt out';
  test.each([
    ['Yes please', 'Yes please'],
    [`Yes please\n\nOn Sat, 21 Nov 2026 at 10:00, Test Shop <chat@mail.shop.lk> wrote:\n${quoted}`, 'Yes please'],
    [`Yes\n\nOn Sat, 21 Nov 2026 at 10:00 Test Shop\n<chat@mail.shop.lk>\nwrote:\n\n${quoted}`, 'Yes'],
    ['Yes\n\n-----Original Message-----\nFrom: Shop', 'Yes'],
    ['Yes\n________________________________\nFrom: Shop <a@b.lk>\nSent: today', 'Yes'],
    ['Two\nlines\n\nand a third\n-- \nNimal\nCEO', 'Two\nlines\n\nand a third'],
    ['Send two.\n\nSent from my iPhone', 'Send two.'],
    [`${quoted}\n\nBelow, please.`, 'Below, please.'],
    ['I saw this:\nit was nice', 'I saw this:\nit was nice'],
    ['ඔව්, එවන්න\n\nOn 2026-11-21 Shop <a@b.lk> wrote:\n> x', 'ඔව්, එවන්න'],
  ])('is found in %j', (text, own) => expect(ownWords(text)).toBe(own));

  test('never grows, and quotes never remain', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const own = ownWords(`${text}\n> quoted`);
        expect(own.length).toBeLessThanOrEqual(text.length + 9);
        expect(own.split('\n')).not.toContain('> quoted');
      }),
    );
  });

  test.each([
    ['<p>Hi &amp; bye</p><p>two</p>', 'Hi & bye\ntwo\n'],
    ['<style>p{}</style><div>STOP</div><blockquote>Sale</blockquote>', 'STOP\n'],
    ['Hi<br>there<!-- <p>no</p> --><div class="gmail_quote">On …</div>', 'Hi\nthere'],
    ['a &lt;b&gt; &#3461; &#xD83D; &unknown;', 'a <b> අ \ud83d &unknown;'],
    ['<script>alert(1)</script >x', 'x'],
  ])('is read from HTML %j', (html, text) => expect(htmlText(html)).toBe(text));

  test('is read at once from HTML that never ends', () => {
    for (const piece of ['<!--', '<style>', '<a ', '&#', '<', '<div><']) htmlText(piece.repeat(50_000));
    expect(htmlText('<'.repeat(50_000))).toHaveLength(50_000);
  });

  test('is a STOP in the subject or in the first line, else the words, else the subject', () => {
    expect(saidIn('STOP', 'It is too much.')).toBe('STOP');
    expect(saidIn('Re: Sale', 'Unsubscribe\n\nNimal Perera')).toBe('Unsubscribe');
    expect(saidIn('Re: Sale', 'I stop by tomorrow')).toBe('I stop by tomorrow');
    expect(saidIn('Two of the blue ones', '')).toBe('Two of the blue ones');
    expect(saidIn('START', 'Hello')).toBe('Hello');
  });
});

describe('a form', () => {
  const TYPE = 'multipart/form-data; boundary=xYzZY';
  const formOf = (parts: readonly (readonly [string, Buffer])[]): Buffer =>
    Buffer.concat([
      ...parts.flatMap(([name, content]) => [
        Buffer.from(`--xYzZY\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
        content,
        Buffer.from('\r\n'),
      ]),
      Buffer.from('--xYzZY--\r\n'),
    ]);
  async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  test('is the same however it is cut, whatever the parts hold', async () => {
    const content = fc.array(fc.constantFrom('\r\n', '--', '--xYzZ', '\r\n--xYzZ', 'Y', '\0', 'ක', 'a'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), async (contents, size) => {
        const texts = contents.map((pieces) => pieces.join(''));
        fc.pre(texts.every((text) => !text.includes('--xYzZY')));
        const parts = texts.map((text, index) => [`p${index}`, Buffer.from(text)] as const);
        const bytes = formOf(parts);
        if (parts.length === 0) return;
        const read: [string, Buffer][] = [];
        for await (const part of readForm(inChunks(bytes, size), TYPE))
          read.push([part.name, Buffer.concat(await collect(part.content, Number.POSITIVE_INFINITY))]);
        expect(read).toEqual(parts);
      }),
    );
  });

  test('goes on behind a part that is read in part, or not at all', async () => {
    const bytes = formOf([
      ['a', Buffer.alloc(100_000, 'x')],
      ['b', Buffer.alloc(10, 'y')],
      ['c', Buffer.from('end')],
    ]);
    const names: string[] = [];
    for await (const part of readForm(inChunks(bytes, 1000), TYPE)) {
      names.push(part.name);
      if (part.name === 'a') for await (const _ of part.content) break;
      if (part.name === 'c') expect(Buffer.concat(await collect(part.content, 2)).toString()).toBe('en');
    }
    expect(names).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['no boundary', '', 'multipart/form-data'],
    ['no form', '{}', 'application/json'],
    ['an end that is missing', '--xYzZY\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', TYPE],
    ['a part without a name', '--xYzZY\r\nX: y\r\n\r\nx\r\n--xYzZY--', TYPE],
  ])('with %s is malformed', async (_, body, type) => {
    const reading = (async () => {
      for await (const part of readForm(inChunks(Buffer.from(body), 10), type)) await collect(part.content, 100);
    })();
    await expect(reading).rejects.toMatchObject({ name: 'MalformedWebhook' });
  });
});
