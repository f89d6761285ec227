import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSignInCode, reply } from '../../../core/index.ts';
import { buildPage, noBrowser, openBrowser } from './openBrowser.ts';
import { openWebServer, type WebServer } from './webServer.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const PHONE = 'whatsapp:+94771234567';

describe.skipIf(noBrowser)('the page', () => {
  let server: WebServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    buildPage();
    [server, browser] = await Promise.all([openWebServer(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    problems = [];
    context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', reducedMotion: 'reduce' });
    page = await newPage();
  });
  afterEach(() => context.close());

  const newPage = async (): Promise<Page> => {
    const opened = await context.newPage();
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (line) => {
      if (/Content.Security.Policy/i.test(line.text())) problems.push(line.text());
    });
    return opened;
  };
  const signIn = async (): Promise<void> => {
    await page.goto(`${server.url}/#code=${await createSignInCode(server.core, server.shop._id, 'owner')}`);
    await page.waitForSelector('#composer');
  };
  const write = async (text: string): Promise<void> => {
    await page.fill('#composer', text);
    await page.press('#composer', 'Enter');
  };
  const said = (text: string, on: Page = page) =>
    on.locator('kade-chat .message.out .text').getByText(text, { exact: true });
  const texts = (on: Page = page): Promise<string[]> => on.locator('kade-chat .text').allTextContents();

  test('is small', () => {
    const folder = new URL('../../../dist/channels/web/page/', import.meta.url);
    const bytes = (name: string): number => gzipSync(readFileSync(new URL(name, folder))).length;
    expect(bytes('main.js') + bytes('style.css')).toBeLessThan(30_000);
  });

  describe('signing in', () => {
    test('takes the code out of the address and out of sight', async () => {
      await signIn();
      expect(page.url()).toBe(`${server.url}/`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
      expect(await page.evaluate('document.cookie')).toBe('');
      expect(problems).toEqual([]);
    });

    test('asks for a code, and says when it is wrong', async () => {
      await page.goto(server.url);
      await page.getByLabel('Sign-in code').fill('WRONG234');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('This code is wrong').waitFor();
      await page.getByLabel('Sign-in code').fill(await createSignInCode(server.core, server.shop._id, 'agent'));
      await page.keyboard.press('Enter');
      await page.waitForSelector('#composer');
    });

    test('speaks the reader’s language', async () => {
      const sinhala = await browser.newContext({ locale: 'si-LK' });
      const opened = await sinhala.newPage();
      await opened.goto(server.url);
      await opened.getByText('ඔබේ කඩය, සංවාදයකින්.').waitFor();
      await sinhala.close();
    });
  });

  describe('the chat', () => {
    beforeEach(signIn);

    test('shows what was written and answered, as text only', async () => {
      await write('<b onclick="x">hi</b>');
      await said('you said: <b onclick="x">hi</b>').waitFor();
      expect(await texts()).toEqual(['<b onclick="x">hi</b>', 'you said: <b onclick="x">hi</b>']);
      expect(await page.locator('.bubble b').count()).toBe(0);
      expect(await page.locator('.working').isVisible()).toBe(false);
    });

    test('choices are buttons, and an edited message stays one', async () => {
      await write('menu');
      await page.getByRole('button', { name: 'Second' }).click();
      await said('tapped b').waitFor();
      await write('work');
      await said('100 rows').waitFor();
      expect(await texts()).toEqual(['menu', 'What now?', 'Second', 'tapped b', 'work', '100 rows']);
    });

    test('pictures have a description, files can be fetched', async () => {
      await write('chart');
      const picture = page.getByAltText('A chart of sales');
      await picture.waitFor();
      expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(
        1,
      );
      await write('export');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download customers.csv' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('customers.csv');
    });

    test('a dropped file is sent', async () => {
      const transfer = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(['a,b\n1,2\n'], 'sales.csv', { type: 'text/csv' }));
        return data;
      });
      await page.dispatchEvent('kade-chat', 'dragover', { dataTransfer: transfer });
      await page.getByText('Drop the file to send it').waitFor();
      await page.dispatchEvent('kade-chat', 'drop', { dataTransfer: transfer });
      await said('got sales.csv, 8 bytes').waitFor();
      await page.getByRole('link', { name: 'Download sales.csv' }).waitFor();
      expect(await page.locator('.message').count()).toBe(2);
    });

    test('a chosen file is sent', async () => {
      await page.setInputFiles('input[type=file]', { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a') });
      await said('got x.csv, 1 bytes').waitFor();
    });

    test('history is there after a reload, older pages come by scrolling up', async () => {
      const { address } = (await page.evaluate(async () => (await fetch('/api/session')).json())) as { address: never };
      for (let count = 0; count < 120; count += 1) {
        await reply(server.core, { shopId: server.shop._id, to: address }, { text: `line ${count}` });
      }
      await page.reload();
      await said('line 119').waitFor();
      expect((await texts())[0]).toBe('line 70');
      for (const oldest of ['line 20', 'line 0']) {
        await page.locator('kade-chat .log').evaluate((log) => log.scrollTo(0, 0));
        await said(oldest).waitFor();
      }
      expect(await texts()).toEqual(Array.from({ length: 120 }, (_, index) => `line ${index}`));
    });

    test('the page open twice shows the same, each message once', async () => {
      const second = await newPage();
      await second.goto(server.url);
      await second.waitForSelector('#composer');
      await write('menu');
      await said('What now?', second).waitFor();
      await second.getByRole('button', { name: 'First' }).click();
      await said('tapped a').waitFor();
      await said('tapped a', second).waitFor();
      expect(await texts()).toEqual(['menu', 'What now?', 'First', 'tapped a']);
      expect(await texts(second)).toEqual(await texts());
    });

    test('says when the connection is gone, and loses and doubles nothing', async () => {
      await write('before');
      await said('you said: before').waitFor();
      await server.stopListening();
      await page.getByText('Reconnecting…').waitFor();
      await write('meanwhile');
      await page.getByText('Waiting for the connection').waitFor();
      const { address } = await memberOf(server);
      await reply(server.core, { shopId: server.shop._id, to: address }, { text: 'missed' });
      await server.listenAgain();
      await said('you said: meanwhile').waitFor();
      await said('missed').waitFor();
      await page.getByText('Reconnecting…').waitFor({ state: 'hidden' });
      expect([...(await texts())].sort()).toEqual(
        ['before', 'meanwhile', 'missed', 'you said: before', 'you said: meanwhile'].sort(),
      );
      await page.reload();
      await said('you said: meanwhile').waitFor();
      expect(await texts()).toHaveLength(5);
    });

    test('works by keyboard alone', async () => {
      expect(await page.evaluate('document.activeElement.id')).toBe('composer');
      await page.keyboard.type('menu');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Enter');
      await said('What now?').waitFor();
      for (let count = 0; count < 9; count += 1) {
        if ((await page.evaluate('document.activeElement.textContent')) === 'Second') break;
        await page.keyboard.press('Shift+Tab');
      }
      await page.keyboard.press('Enter');
      await said('tapped b').waitFor();
    });

    test('a long word does not widen the page', async () => {
      await page.setViewportSize(NARROW);
      await write('x'.repeat(3000));
      await said(`you said: ${'x'.repeat(3000)}`).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(NARROW.width);
    });
  });

  describe('the phones', () => {
    beforeEach(signIn);

    test('show what the customer sees, and answer as the customer', async () => {
      await write(`write ${PHONE}`);
      await page
        .getByRole('list', { name: /Phones/ })
        .getByText('Big sale today')
        .click();
      const handset = page.locator('.handset');
      await handset.getByText('Big sale today').waitFor();
      await page.keyboard.type('STOP');
      await page.keyboard.press('Enter');
      await handset.getByText('you said: STOP').waitFor();
      const last = (await handset.locator('.text').allTextContents()).slice(-3);
      expect(last).toEqual(['Big sale today', 'STOP', 'you said: STOP']);
    });

    test('are a tab of their own on a narrow screen, reached by arrow key', async () => {
      await page.setViewportSize(NARROW);
      await write(`write ${PHONE}`);
      await page.getByRole('tab', { name: 'Your chat' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('kade-chat').isVisible()).toBe(false);
      await page.locator('.phone-row').first().focus();
      await page.keyboard.press('Enter');
      await page.locator('.handset').getByText('Big sale today').first().waitFor();
      await page.getByRole('button', { name: 'All phones' }).press('Enter');
      expect(
        await page
          .locator('.phone-row')
          .first()
          .evaluate((row) => row === document.activeElement),
      ).toBe(true);
    });
  });

  describe.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', NARROW],
    ['dark', NARROW],
  ] as const)('axe-core finds nothing, %s, %j', (colorScheme, size) => {
    const findings = async (): Promise<unknown> => {
      await page.evaluate(AXE);
      return page.evaluate(`axe.run().then(({ violations }) =>
        violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]))`);
    };
    beforeEach(async () => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    });

    test('on signing in', async () => {
      await page.goto(server.url);
      await page.waitForSelector('#code');
      expect(await findings()).toEqual([]);
    });

    test('on the chat, the list and a phone', async () => {
      await signIn();
      for (const line of ['menu', 'chart', 'export', 'menu', `write ${PHONE}`]) await write(line);
      await page.setInputFiles('input[type=file]', { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a') });
      await said('got x.csv, 1 bytes').waitFor();
      expect(await findings()).toEqual([]);
      if (size === NARROW) await page.getByRole('tab', { name: 'Customers’ phones' }).click();
      await page.locator('.phone-row').first().waitFor();
      expect(await findings()).toEqual([]);
      await page.locator('.phone-row').first().click();
      await page.locator('.handset .message').first().waitFor();
      expect(await findings()).toEqual([]);
    });
  });
});

/** The address of the member who signed in last. */
async function memberOf(server: WebServer) {
  const [member] = await server.core.db.members.find({}).sort({ _id: -1 }).limit(1).toArray();
  const [address] = member?.addresses ?? [];
  if (!address) throw new Error('nobody has signed in');
  return { address };
}
