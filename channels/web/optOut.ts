import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import {
  type AddressKey,
  type Core,
  type Delivery,
  findOptOut,
  getShop,
  type Language,
  languageOf,
  optOutByLink,
  type Shop,
} from '../../core/index.ts';
import { escapeHtml } from '../html.ts';

interface Words {
  readonly title: string;
  readonly ask: string;
  readonly button: string;
  readonly done: string;
  readonly back: string;
  /** the same where nobody can answer */
  readonly tell: string;
  readonly wrong: string;
}

/** What the page says; no member's chat and no sign-in lead here, so it stands beside the page. */
const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'No more offers',
    ask: 'Shall {shop} send no more offers to {address}?',
    button: 'Yes, no more offers',
    done: 'Done. {shop} sends no more offers to {address}.',
    back: 'If this was a mistake, answer one of the shop’s messages with START.',
    tell: 'If this was a mistake, tell the shop.',
    wrong:
      'This link does not work. Open it as it stands in the message; or answer the message with STOP, or tell the shop.',
  },
  si: {
    title: 'තවත් දීමනා එපා',
    ask: '{shop} වෙතින් {address} වෙත තවත් දීමනා එවීම නවත්වන්නද?',
    button: 'ඔව්, තවත් දීමනා එපා',
    done: 'හරි. {shop} තවත් {address} වෙත දීමනා එවන්නේ නැත.',
    back: 'මෙය වැරදීමක් නම්, සාප්පුවේ පණිවිඩයකට START ලෙස පිළිතුරු දෙන්න.',
    tell: 'මෙය වැරදීමක් නම්, සාප්පුවට කියන්න.',
    wrong: 'මෙම සබැඳිය ක්‍රියා නොකරයි. පණිවිඩයේ ඇති ලෙසම එය විවෘත කරන්න; නැතිනම් පණිවිඩයට STOP ලෙස පිළිතුරු දෙන්න, නැතිනම් සාප්පුවට කියන්න.',
  },
  ta: {
    title: 'இனி சலுகைகள் வேண்டாம்',
    ask: '{shop} இனி {address} க்கு சலுகைகள் அனுப்ப வேண்டாமா?',
    button: 'ஆம், இனி வேண்டாம்',
    done: 'சரி. {shop} இனி {address} க்கு சலுகைகள் அனுப்பாது.',
    back: 'இது தவறுதலாக நடந்திருந்தால், கடையின் செய்திக்கு START என்று பதிலளிக்கவும்.',
    tell: 'இது தவறுதலாக நடந்திருந்தால், கடையிடம் சொல்லுங்கள்.',
    wrong:
      'இந்த இணைப்பு வேலை செய்யவில்லை. செய்தியில் உள்ளபடியே திறக்கவும்; அல்லது செய்திக்கு STOP என்று பதிலளிக்கவும், அல்லது கடையிடம் சொல்லவும்.',
  },
};

const STYLE =
  ':root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f4f6;color:#202124;' +
  "font:1.125rem/1.6 'Noto Sans','Noto Sans Sinhala','Noto Sans Tamil',system-ui,sans-serif}" +
  'main{max-width:28rem;margin:1rem;padding:2rem;background:#fff;border-radius:1rem;overflow-wrap:anywhere}h1{font-size:1.375rem;margin:0 0 1rem}' +
  'button{font:inherit;font-weight:600;width:100%;min-height:3rem;padding:.75rem 1rem;border:0;border-radius:.5rem;background:#0b57d0;color:#fff;cursor:pointer}' +
  'button:focus-visible{outline:3px solid #202124;outline-offset:2px}' +
  '@media (prefers-color-scheme:dark){body{background:#14171a;color:#eceff1}main{background:#1f2428}' +
  'button{background:#8ab4f8;color:#10202f}button:focus-visible{outline-color:#fff}}';
const HEADERS = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
  'Cache-Control': 'no-store',
};

/** Where a person leaves the list, without a sign-in: GET asks, for scanners follow links; POST does it at once, a mail app's one click (RFC 8058) as the button. */
export function createOptOutRoutes(core: Core, shopId: Shop['_id']): Router {
  const routes = Router();
  const answer = (isDone: boolean) => async (request: Request, response: Response) => {
    const shop = await getShop(core.db, shopId);
    const delivery = await findOptOut(core, shop, String(request.params.token));
    response.set(HEADERS);
    if (!delivery) return void response.status(404).send(page(shop.language, [WORDS[shop.language].wrong]));
    if (isDone) await optOutByLink(core, delivery);
    const language = languageOf(delivery.message.text);
    const { ask, button, done, back, tell } = WORDS[language];
    const name = { shop: shop.name ?? '', address: masked(delivery.to) };
    const lines = isDone ? [done, isOneWay(core, delivery) ? tell : back] : [ask];
    response.send(
      page(
        language,
        lines.map((line) => fill(line, name)),
        isDone ? '' : button,
      ),
    );
  };
  routes.route('/:token').get(answer(false)).post(answer(true));
  return routes;
}

function isOneWay(core: Core, { channel }: Pick<Delivery, 'channel'>): boolean {
  return core.channels.get(channel)?.twoWay === false;
}

function page(language: Language, lines: readonly string[], button = ''): string {
  const { title } = WORDS[language];
  const form = button ? `<form method="post"><button>${escapeHtml(button)}</button></form>` : '';
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>` +
    `${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}${form}</main></body></html>`
  );
}

function fill(words: string, params: Readonly<Record<string, string>>): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}

/** Enough of an address to know it by: a link may have been passed on. */
function masked(address: AddressKey): string {
  const value = address.slice(address.indexOf(':') + 1);
  const at = value.lastIndexOf('@');
  return at > 0 ? `${value.slice(0, 2)}…${value.slice(at)}` : `…${value.slice(-4)}`;
}
