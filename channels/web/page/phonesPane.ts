import type { WireMessage, WirePhone, WirePhoneThread } from '../wire.ts';
import { client } from './client.ts';
import { Composer } from './composer.ts';
import { el, hasKeyboard, type IconName, icon, sync } from './dom.ts';
import { shortTime, t } from './texts.ts';
import { ThreadView } from './threadView.ts';

const PAGE = 50;

/** The customers' phones: the list, and the open one as its owner sees it. */
export class PhonesPane extends HTMLElement {
  #limit = PAGE;
  #phones: WirePhone[] = [];
  #open: WirePhoneThread | null = null;
  #shop = '';
  #view: ThreadView | undefined;
  #refreshing = false;
  #stale = false;
  readonly #rows = new Map<string, HTMLLIElement>();
  readonly #list = el('ul', { class: 'phone-list', 'aria-label': t('phoneList') });
  readonly #more = el('button', { type: 'button', class: 'more', onclick: () => this.#showMore() }, t('more'));
  readonly #stage = el('div', { class: 'stage' });

  connectedCallback(): void {
    this.replaceChildren(el('div', { class: 'phone-menu' }, this.#list, this.#more), this.#stage);
    this.#renderStage();
    this.#renderList();
  }

  set shop(name: string) {
    this.#shop = name;
  }

  /** Fetches the list, and the open phone when it is among the changed ones. Calls while one runs are joined to one more. */
  async refresh(changed: readonly string[] | 'all' = 'all'): Promise<void> {
    if (this.#refreshing) {
      this.#stale = true;
      return;
    }
    this.#refreshing = true;
    const address = this.#open?.phone.address;
    try {
      this.#phones = await client.phones(this.#limit);
      this.#renderList();
      if (address && (changed === 'all' || changed.includes(address))) await this.#fetchOpen(address);
    } finally {
      this.#refreshing = false;
    }
    if (!this.#stale) return;
    this.#stale = false;
    await this.refresh();
  }

  async #openPhone(address: string): Promise<void> {
    this.#open = await client.phone(address);
    this.classList.add('open');
    this.#renderStage();
    this.#renderList();
  }

  #close(): void {
    const address = this.#open?.phone.address ?? '';
    this.#open = null;
    this.classList.remove('open');
    this.#renderStage();
    this.#renderList();
    this.#rows.get(address)?.querySelector('button')?.focus();
  }

  async #fetchOpen(address: string): Promise<void> {
    const thread = await client.phone(address);
    if (this.#open?.phone.address !== address) return;
    this.#open = thread;
    this.#showMessages();
  }

  #showMore(): void {
    this.#limit += PAGE;
    void this.refresh();
  }

  #renderList(): void {
    const now = new Date();
    sync(
      this.#list,
      this.#phones.map((phone) => this.#row(phone, now)),
    );
    this.#more.hidden = this.#phones.length < this.#limit;
    this.classList.toggle('none', this.#phones.length === 0);
    if (!this.#open) this.#renderStage();
  }

  #row(phone: WirePhone, now: Date): HTMLLIElement {
    const { address, channel, value, name, last } = phone;
    const row = this.#rows.get(address) ?? el('li');
    const selected = this.#open?.phone.address === address;
    const key = JSON.stringify([phone, selected, shortTime(last.at, now)]);
    if (row.dataset.key === key) return row;
    const focused = row.contains(document.activeElement);
    const button = el(
      'button',
      { type: 'button', class: 'phone-row', 'aria-current': selected, onclick: () => void this.#openPhone(address) },
      el('span', { class: `face ${channel}` }, icon(channel as IconName)),
      el('span', { class: 'who' }, name ?? value),
      el('time', { datetime: last.at }, shortTime(last.at, now)),
      el('span', { class: 'last', dir: 'auto' }, last.text),
      name && el('span', { class: 'visually-hidden' }, value),
    );
    row.replaceChildren(button);
    row.dataset.key = key;
    this.#rows.set(address, row);
    if (focused) button.focus();
    return row;
  }

  #renderStage(): void {
    if (!this.#open) {
      const none = this.#phones.length === 0;
      this.#stage.replaceChildren(
        el(
          'div',
          { class: 'empty' },
          el('span', { class: 'empty-icon' }, icon('phone')),
          el('h2', {}, t(none ? 'phonesEmptyTitle' : 'phonePick')),
          el('p', {}, t(none ? 'phonesEmptyText' : 'phonePickText')),
        ),
      );
      return;
    }
    const { address, channel, value, name } = this.#open.phone;
    const who = name ?? value;
    this.#view = new ThreadView({
      label: t('asSeenBy', { name: who }),
      speakers: { in: t('personSays'), out: t('shopSays') },
      showStatus: true,
      onChoice: (_message, _id, label) => void this.#answer(address, label),
    });
    const composer = new Composer({
      id: 'phone-composer',
      placeholder: t('answerAs', { name: who }),
      onText: (text) => void this.#answer(address, text),
    });
    const back = el(
      'button',
      { type: 'button', class: 'quiet back', 'aria-label': t('back'), onclick: () => this.#close() },
      icon('back'),
    );
    this.#stage.replaceChildren(
      el('div', { class: 'caption' }, back, el('p', {}, el('strong', {}, who), el('span', {}, name ? value : ''))),
      el(
        'div',
        { class: `handset ${channel}` },
        el(
          'div',
          { class: 'handset-top' },
          el('span', { class: `face ${channel}` }, icon(channel as IconName)),
          el('p', {}, el('strong', {}, this.#shop || t('shop')), el('span', {}, CHANNEL_NAMES[channel] ?? channel)),
        ),
        this.#view.element,
        composer.element,
      ),
    );
    this.#showMessages();
    if (hasKeyboard()) composer.focus();
    else back.focus();
  }

  #showMessages(): void {
    this.#view?.show(this.#open?.messages ?? [], new Map(), new Date());
  }

  async #answer(address: string, text: string): Promise<void> {
    if (!this.#open) return;
    const id = `own-${this.#open.messages.length}`;
    const own: WireMessage = { id, direction: 'in', at: new Date().toISOString(), text, choices: [] };
    this.#open = { ...this.#open, messages: [...this.#open.messages, own] };
    this.#showMessages();
    this.#view?.toEnd();
    await client.answer(address, text).finally(() => this.#fetchOpen(address));
  }
}

const CHANNEL_NAMES: Readonly<Record<string, string>> = { sms: 'SMS', whatsapp: 'WhatsApp', email: 'Email' };
