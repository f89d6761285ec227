import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmail } from '../../../channels/email/email.ts';
import { FakeSendGrid } from '../../fakes/sendgrid.ts';
import { noBrowser, openBrowser } from '../web/openBrowser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WORDS = `Hi <Nimal> & "co",\n\nhttps://shop.lk/${'a-long-address/'.repeat(12)}\n\nඅලුත් බතික් කමිස ඇවිත්.`;

describe.skipIf(noBrowser)('a mail in a browser', () => {
  let browser: Browser;
  let html = '';
  beforeAll(async () => {
    browser = await openBrowser();
    const sendgrid = await FakeSendGrid.open();
    const { channel } = createEmail({
      account: sendgrid.account,
      optOutUrl: (id) => `https://kade.test/o/${id}`,
      filePath: () => import.meta.filename,
      log: { warn: () => undefined },
    });
    const picture = { id: 'x', name: 'x.png', mimeType: 'image/png', size: 1, alt: 'Shirts' };
    const choices = [
      { id: 'a', label: 'Yes' },
      { id: 'b', label: 'වාර්තාව '.repeat(12) },
    ];
    const optOut = { sender: 'Test Shop\n12 Galle Road, Colombo 3', words: 'No more offers by email' };
    await channel.send('n@example.com', { text: WORDS, subject: 'Sale', picture, choices, optOut }, 'a'.repeat(24));
    html = sendgrid.box('n@example.com')[0]?.html ?? '';
    await sendgrid.close();
  });
  afterAll(() => browser.close());

  test.each([
    ['light', 700],
    ['light', 390],
    ['dark', 390],
  ] as const)('fits, reads as it was written, and axe-core finds nothing: %s, %i', async (colorScheme, width) => {
    const page = await browser.newPage({ viewport: { width, height: 640 }, colorScheme });
    await page.setContent(html);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.textContent('.card')).toContain('Hi <Nimal> & "co",');
    expect(await page.evaluate('document.documentElement.lang')).toBe('si');
    await page.evaluate(AXE);
    const found = await page.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    );
    // A mail is a message, not a page with landmarks and headings of its own.
    expect(
      (found as string[]).filter((line) => !/^(?:region|landmark-one-main|page-has-heading-one):/.test(line)),
    ).toEqual([]);
    await page.close();
  });
});
