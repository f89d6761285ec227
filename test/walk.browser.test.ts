import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignInCode } from '../core/index.ts';
import { buildPage, noBrowser, openBrowser } from './channels/web/openBrowser.ts';
import { type House, openHouse } from './house.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENSHOTS = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
/** `npm run screenshots` keeps the pictures that README shows; an ordinary run leaves them as they are. */
const KEEP = process.env.KADE_SCREENSHOTS === '1';

describe.skipIf(noBrowser)('the first walk, in the page', () => {
  let house: House;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    buildPage();
    [house, browser] = await Promise.all([openHouse({ ready: false }), openBrowser()]);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      timezoneId: 'Asia/Colombo',
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    const { core } = house.kade;
    const shop = await core.db.shops.findOne({});
    if (!shop) throw new Error('no shop');
    await page.goto(`${house.kade.url}/#code=${await createSignInCode(core, shop._id, 'owner')}`);
    await page.waitForSelector('#composer');
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const write = async (text: string): Promise<void> => {
    await page.fill('#composer', text);
    await page.press('#composer', 'Enter');
  };
  const answer = (text: string | RegExp): Promise<void> =>
    page.locator('kade-chat .message.out .text').getByText(text).last().waitFor({ timeout: 60_000 });
  const button = (name: string): Locator => page.locator('kade-chat').getByRole('button', { name }).last();
  const picture = async (alt: RegExp): Promise<void> => {
    const image = page.locator('kade-chat').getByAltText(alt).last();
    await image.waitFor({ timeout: 60_000 });
    await image.evaluate((element: HTMLImageElement) => element.decode());
  };
  const keep = async (name: string): Promise<void> => {
    if (!KEEP) return;
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
  };
  const audit = async (): Promise<unknown[]> => {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  };

  it('sets the shop up and loads the demo shop', async () => {
    await answer('What is your shop called?');
    await write("Amma's Sarees");
    await answer(/Which country/);
    await button('Sri Lanka').click();
    await button('English').click();
    await answer(/Sarees is ready/);
    await button('Load the demo shop').click();
    await answer(/demo-orders\.csv is in/);
    expect(await house.kade.core.db.customers.countDocuments()).toBe(160);
  }, 90_000);

  it('takes a dropped file, and shows what is wrong before anything is written', async () => {
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(
        new File(['Name,Mobile,City\nNimal Perera,077 123 4567,Kandy\nKamal,12,Galle\n'], 'people.csv', {
          type: 'text/csv',
        }),
      );
      return data;
    });
    await page.dispatchEvent('kade-chat', 'drop', { dataTransfer: transfer });
    await answer(/people\.csv/);
    await answer(/\+94771234567|077 123 4567|0771234567/);
    await button('Cancel').click();
    expect(await house.kade.core.db.customers.countDocuments()).toBe(160);
  }, 60_000);

  it('draws the segments and opens one', async () => {
    await write('segments');
    await picture(/How they buy/);
    const chart = await page.getByAltText(/How they buy/).boundingBox();
    expect(chart?.width, 'drawn for a phone, shown as wide as one').toBe(390);
    await keep('segments');
    await button('Champions').click();
    await answer(/They buy often/);
  }, 60_000);

  it('sends a campaign that a customer stops', async () => {
    await button('Message them').click();
    await button('SMS').click();
    await answer(/What should it say/);
    await write('Hi {first_name|friend}, our Avurudu sarees have arrived. 10% off for you until Sunday!');
    await answer(/They read/);
    await button('Launch now').click();
    await answer(/Confirm\?/);
    await button('Confirm').click();
    await picture(/Funnel/);
    const carrier = page.locator('kade-phones');
    const first = carrier.getByRole('button').first();
    await first.click();
    const box = carrier.getByRole('textbox');
    await box.fill('STOP');
    await box.press('Enter');
    await carrier
      .getByText(/no more/i)
      .last()
      .waitFor({ timeout: 30_000 });
    const stopped = await house.kade.core.db.customers.find({ 'addresses.stopped': true }).toArray();
    expect(stopped).toHaveLength(1);
    expect(
      await house.kade.core.db.consents.countDocuments({ source: 'keyword', state: 'denied', words: 'STOP' }),
    ).toBeGreaterThan(0);
    await keep('chat-wide');
  }, 90_000);

  it('reports in one picture', async () => {
    await write('report last 90 days');
    await picture(/Dashboard/);
    await keep('dashboard');
    expect(await audit()).toEqual([]);
  }, 60_000);

  it('keeps its history over a reload, and fits a phone, light and dark', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await page.waitForSelector('#composer');
    await picture(/Dashboard/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await audit()).toEqual([]);
    await keep('chat-phone');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await audit()).toEqual([]);
    await keep('chat-phone-dark');
  }, 60_000);
});
