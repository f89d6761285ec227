import type { WireMessage } from '../wire.ts';
import { type BubbleOptions, renderBubble, type Sending } from './bubble.ts';
import { el, icon, sync } from './dom.ts';
import { dayName, t } from './texts.ts';

interface ThreadViewOptions {
  readonly label: string;
  readonly speakers: { readonly in: string; readonly out: string };
  readonly showStatus: boolean;
  readonly onChoice: NonNullable<BubbleOptions['onChoice']>;
  /** the reader came to the top */
  readonly onTop?: () => void;
}

const NEAR_PX = 80;
const TOGETHER_MS = 5 * 60_000;

/** A scrolling log of messages with days between them. Stays at the end when it is there, and where it is otherwise. */
export class ThreadView {
  readonly element: HTMLElement;
  readonly #log: HTMLElement;
  readonly #jump: HTMLButtonElement;
  readonly #options: ThreadViewOptions;
  readonly #bubbles = new Map<string, { key: string; node: HTMLElement }>();
  readonly #days = new Map<string, HTMLElement>();
  #atEnd = true;
  /** where the last scrolling ended */
  #top = 0;

  constructor(options: ThreadViewOptions) {
    this.#options = options;
    this.#log = el('div', {
      class: 'log',
      role: 'log',
      'aria-label': options.label,
      tabindex: 0,
      onscroll: () => this.#scrolled(),
    });
    this.#jump = el(
      'button',
      { type: 'button', class: 'jump', hidden: true, onclick: () => this.toEnd(), 'aria-label': t('newMessages') },
      icon('down'),
    );
    this.element = el('div', { class: 'thread' }, this.#log, this.#jump);
    new ResizeObserver(() => this.#follow()).observe(this.#log);
  }

  /** Shows these messages, the last at the end; `tail` (a working sign, an empty state) after them. */
  show(messages: readonly WireMessage[], sending: ReadonlyMap<string, Sending>, now: Date, tail?: HTMLElement): void {
    const before = this.#log.scrollHeight - this.#log.scrollTop;
    const head = this.#log.querySelector('.message')?.getAttribute('data-id');
    const nodes: HTMLElement[] = [];
    messages.forEach((message, index) => {
      const previous = messages[index - 1];
      const day = dayName(message.at, now);
      if (!previous || dayName(previous.at, now) !== day) nodes.push(this.#day(message.id, day));
      const node = this.#bubble(message, sending.get(message.id));
      node.classList.toggle('follows', previous !== undefined && together(previous, message));
      node.classList.toggle('latest', index === messages.length - 1);
      nodes.push(node);
    });
    sync(this.#log, tail ? [...nodes, tail] : nodes);
    this.#forget(new Set(messages.map(({ id }) => id)));
    const grewAbove = head !== undefined && head !== messages[0]?.id && !this.#atEnd;
    if (grewAbove) this.#log.scrollTop = this.#log.scrollHeight - before;
    this.#follow();
    this.#jump.hidden = this.#atEnd;
  }

  /** While `busy`, screen readers do not read out what is added. */
  setBusy(busy: boolean): void {
    this.#log.setAttribute('aria-busy', String(busy));
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#follow();
    this.#jump.hidden = true;
  }

  #follow(): void {
    if (this.#atEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    // A picture that comes in below does not lead away from the end; only scrolling up does.
    this.#atEnd = near || (this.#atEnd && scrollTop >= this.#top);
    this.#top = scrollTop;
    if (this.#atEnd) this.#jump.hidden = true;
    if (scrollTop < NEAR_PX && scrollHeight > clientHeight) this.#options.onTop?.();
  }

  #bubble(message: WireMessage, sending: Sending | undefined): HTMLElement {
    const key = JSON.stringify([message, sending]);
    const known = this.#bubbles.get(message.id);
    if (known?.key === key) return known.node;
    const fresh = renderBubble(message, {
      speaker: this.#options.speakers[message.direction],
      sending,
      showStatus: this.#options.showStatus,
      onChoice: this.#options.onChoice,
      onMediaLoad: () => this.#follow(),
    });
    if (!known) {
      this.#bubbles.set(message.id, { key, node: fresh });
      return fresh;
    }
    const focused = known.node.contains(document.activeElement) ? document.activeElement?.textContent : null;
    known.node.replaceChildren(...fresh.childNodes);
    known.node.className = fresh.className;
    known.key = key;
    if (focused) [...known.node.querySelectorAll('button')].find((one) => one.textContent === focused)?.focus();
    return known.node;
  }

  #day(id: string, name: string): HTMLElement {
    const known = this.#days.get(id) ?? el('p', { class: 'day' });
    if (known.textContent !== name) known.replaceChildren(el('span', {}, name));
    this.#days.set(id, known);
    return known;
  }

  #forget(shown: ReadonlySet<string>): void {
    for (const id of this.#bubbles.keys()) if (!shown.has(id)) this.#bubbles.delete(id);
    for (const id of this.#days.keys()) if (!shown.has(id)) this.#days.delete(id);
  }
}

function together(previous: WireMessage, message: WireMessage): boolean {
  const gap = new Date(message.at).getTime() - new Date(previous.at).getTime();
  return previous.direction === message.direction && gap < TOGETHER_MS;
}
