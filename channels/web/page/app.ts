import type { WireSession } from '../wire.ts';
import { ChatPane } from './chatPane.ts';
import { client, Refused } from './client.ts';
import { el, hasKeyboard } from './dom.ts';
import { PhonesPane } from './phonesPane.ts';
import { SignInView } from './signInView.ts';
import { Stream } from './stream.ts';
import { setLanguage, type TextKey, t } from './texts.ts';

const TABS = ['chat', 'phones'] as const;
type Tab = (typeof TABS)[number];
const RETRY_MS = 1500;

/** The page: signs in with the code in the address if there is one, then shows both panes, or one of them on a narrow screen. */
export class App extends HTMLElement {
  readonly #narrow = window.matchMedia('(max-width: 899px)');
  readonly #shop = el('span', { class: 'shop' });
  readonly #status = el('p', { class: 'status', role: 'status' });
  readonly #tabs = new Map<Tab, { button: HTMLButtonElement; panel: HTMLElement }>();
  #active: Tab = 'chat';

  connectedCallback(): void {
    void this.#start(takeCode());
  }

  async #start(code: string): Promise<void> {
    try {
      this.#showHouse(await client.session());
    } catch (error) {
      if (error instanceof Refused && error.code === 'not_signed_in') {
        await this.#askCode(code);
        return;
      }
      this.replaceChildren(el('main', { class: 'plain' }, el('p', { role: 'alert' }, t('error_network'))));
      window.setTimeout(() => void this.#start(code), RETRY_MS);
    }
  }

  async #askCode(code: string): Promise<void> {
    const view = new SignInView();
    view.addEventListener('signed-in', () => void this.#start(''));
    if (code) {
      const reason = await view.spend(code);
      if (!reason) return;
      this.replaceChildren(view);
      view.tell(reason);
    } else this.replaceChildren(view);
  }

  #showHouse(session: WireSession): void {
    setLanguage(session.language);
    const chat = new ChatPane();
    const phones = new PhonesPane();
    this.replaceChildren(this.#header(), el('main', {}, this.#panel('chat', chat), this.#panel('phones', phones)));
    this.#nameShop(session, phones);
    this.#arrange();
    this.#narrow.addEventListener('change', () => this.#arrange());
    if (hasKeyboard()) chat.focusComposer();
    const stream = new Stream(
      {
        ready: ({ resumed }) => {
          chat.connected();
          if (resumed) return;
          void chat.refresh();
          void phones.refresh();
        },
        message: (message) => chat.receive(message),
        idle: ({ address }, number) => {
          if (address !== session.address) return;
          chat.idle(number);
          void this.#followSettings(session.language, phones);
        },
        phone: ({ addresses, more }) => void phones.refresh(more ? 'all' : addresses),
      },
      (connected) => {
        this.#status.textContent = connected ? '' : t('reconnecting');
      },
    );
    stream.open();
  }

  #header(): HTMLElement {
    const tablist = el('div', {
      class: 'tabs',
      role: 'tablist',
      onkeydown: (event) => this.#arrow(event as KeyboardEvent),
    });
    for (const tab of TABS) {
      const button = el(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${tab}`,
          'aria-controls': `panel-${tab}`,
          onclick: () => this.#select(tab),
        },
        t(tab as TextKey),
      );
      this.#tabs.set(tab, { button, panel: el('section', { id: `panel-${tab}`, class: `panel ${tab}` }) });
      tablist.append(button);
    }
    return el(
      'header',
      {},
      el('a', { class: 'skip', href: '#composer' }, t('skip')),
      el(
        'h1',
        { class: 'brand' },
        el('img', { src: '/icon.svg', alt: '', width: 28, height: 28 }),
        el('span', { class: 'wordmark' }, 'Kade'),
        this.#shop,
      ),
      this.#status,
      tablist,
    );
  }

  /** A turn may have changed the shop's name, or the language: that needs the page anew. */
  async #followSettings(language: WireSession['language'], phones: PhonesPane): Promise<void> {
    const session = await client.session();
    if (session.language === language) this.#nameShop(session, phones);
    else location.reload();
  }

  #nameShop({ shop }: WireSession, phones: PhonesPane): void {
    this.#shop.textContent = shop;
    this.#shop.hidden = !shop;
    phones.shop = shop ?? '';
  }

  #panel(tab: Tab, content: HTMLElement): HTMLElement {
    const { panel } = this.#tabs.get(tab) ?? { panel: el('section') };
    panel.append(el('h2', { class: 'panel-title', id: `title-${tab}` }, t(tab as TextKey)), content);
    return panel;
  }

  #select(tab: Tab): void {
    this.#active = tab;
    this.#arrange();
  }

  #arrow(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    this.#select(this.#active === 'chat' ? 'phones' : 'chat');
    this.#tabs.get(this.#active)?.button.focus();
  }

  /** Tabs on a narrow screen, both panes side by side on a wide one. */
  #arrange(): void {
    const narrow = this.#narrow.matches;
    for (const [tab, { button, panel }] of this.#tabs) {
      const active = tab === this.#active;
      button.setAttribute('aria-selected', String(active));
      button.tabIndex = active ? 0 : -1;
      panel.hidden = narrow && !active;
      panel.setAttribute('role', narrow ? 'tabpanel' : 'region');
      panel.setAttribute('aria-labelledby', narrow ? `tab-${tab}` : `title-${tab}`);
    }
  }
}

/** The code behind `#` in the address, which no server and no referrer sees; it is taken out at once. */
function takeCode(): string {
  const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? '';
  if (code) history.replaceState(null, '', location.pathname);
  return code;
}
