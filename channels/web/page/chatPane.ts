import type { WireAccepted, WireMessage } from '../wire.ts';
import type { Sending } from './bubble.ts';
import { client, Refused, upload } from './client.ts';
import { Composer } from './composer.ts';
import { el, hidden } from './dom.ts';
import { Outbox } from './outbox.ts';
import { t } from './texts.ts';
import { Thread } from './thread.ts';
import { ThreadView } from './threadView.ts';

const MAX_FILE_BYTES = 200 * 1024 * 1024;

/** Your chat with Kade. */
export class ChatPane extends HTMLElement {
  readonly #thread = new Thread();
  readonly #sending = new Map<string, Sending>();
  readonly #outbox = new Outbox({
    onWaiting: (id) => this.#mark(id, { state: 'waiting' }),
    onSent: (accepted) => this.#accepted(accepted),
    onRefused: (id, error) => this.#mark(id, { state: 'failed', reason: error.message }),
  });
  readonly #working = el('p', { class: 'working', hidden: true }, el('i'), el('i'), el('i'), hidden(t('working')));
  #view!: ThreadView;
  #composer!: Composer;
  #fetched = false;
  #loadingOlder = false;
  /** the number of the last idle event, and the one that the last accepted message waits to see passed */
  #lastIdle = 0;
  #busyAfter = Number.POSITIVE_INFINITY;

  connectedCallback(): void {
    this.#view = new ThreadView({
      label: t('chat'),
      speakers: { in: t('youSay'), out: t('kadeSays') },
      showStatus: false,
      onChoice: (_message, choiceId, label) => this.#tap(choiceId, label),
      onTop: () => void this.#loadOlder(),
    });
    this.#composer = new Composer({
      id: 'composer',
      placeholder: t('placeholder'),
      onText: (text) => this.#write(text),
      onFiles: (files) => {
        for (const file of files) this.#upload(file);
      },
    });
    this.replaceChildren(this.#view.element, this.#composer.element, el('div', { class: 'drop' }, t('drop')));
    this.#acceptDrops();
  }

  focusComposer(): void {
    this.#composer.focus();
  }

  /** Fetches the latest messages: at the start, and after a break that the stream could not bridge. */
  async refresh(): Promise<void> {
    this.#view.setBusy(true);
    this.#thread.beginFetch();
    this.#thread.reset(await client.history());
    this.#fetched = true;
    this.#lastIdle = 0;
    this.#idle();
    this.#view.setBusy(false);
  }

  connected(): void {
    this.#outbox.retryNow();
  }

  receive(message: WireMessage): void {
    const label = message.choiceId && !message.text ? this.#labelOf(message.choiceId) : message.text;
    this.#sending.delete(message.id);
    this.#thread.put({ ...message, text: label });
    this.#show();
  }

  /** The stream says that Kade is idle on us. */
  idle(number: number): void {
    this.#lastIdle = number;
    if (number > this.#busyAfter) this.#idle();
  }

  #idle(): void {
    this.#busyAfter = Number.POSITIVE_INFINITY;
    this.#working.hidden = true;
    this.#show();
  }

  #accepted({ id, after }: WireAccepted): void {
    this.#busyAfter = after;
    this.#sending.delete(id);
    if (this.#lastIdle > after) this.#idle();
    else this.#show();
  }

  #write(text: string): void {
    const id = this.#put({ text });
    this.#outbox.add({ id, post: () => client.send({ id, text }) });
  }

  #tap(choiceId: string, label: string): void {
    const id = this.#put({ text: label });
    this.#outbox.add({ id, post: () => client.send({ id, choiceId }) });
  }

  /** Shows what was written at once; the server's echo replaces it. */
  #put(content: Pick<WireMessage, 'text' | 'file'>): string {
    const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.#thread.putLocal({ id, direction: 'in', at: new Date().toISOString(), choices: [], ...content });
    this.#working.hidden = false;
    this.#show();
    this.#view.toEnd();
    return id;
  }

  #upload(file: File): void {
    const id = this.#put({
      text: '',
      file: { id: '', name: file.name, mimeType: file.type, size: file.size, url: '' },
    });
    if (file.size > MAX_FILE_BYTES) {
      this.#mark(id, { state: 'failed', reason: t('tooLarge') });
      return;
    }
    const { done, abort } = upload(id, file, (share) => this.#mark(id, { state: 'uploading', share, cancel: abort }));
    this.#mark(id, { state: 'uploading', share: 0, cancel: abort });
    done.then(
      (accepted) => this.#accepted(accepted),
      (error: unknown) => this.#uploadFailed(id, error),
    );
  }

  #uploadFailed(id: string, error: unknown): void {
    const { code, message } = error instanceof Refused ? error : new Refused('unexpected', String(error));
    if (code === 'aborted') {
      this.#thread.remove(id);
      this.#sending.delete(id);
      this.#idle();
      return;
    }
    const words = { file_too_large: t('tooLarge'), interrupted: t('interrupted'), network: t('interrupted') };
    this.#mark(id, { state: 'failed', reason: words[code as keyof typeof words] ?? message });
  }

  #mark(id: string, sending: Sending): void {
    this.#sending.set(id, sending);
    if (sending.state !== 'uploading') this.#working.hidden = true;
    this.#show();
  }

  #labelOf(choiceId: string): string {
    const choices = this.#thread.messages.flatMap((message) => message.choices);
    return choices.findLast(({ id }) => id === choiceId)?.label ?? '';
  }

  async #loadOlder(): Promise<void> {
    if (this.#loadingOlder || !this.#thread.older) return;
    this.#loadingOlder = true;
    this.#view.setBusy(true);
    try {
      this.#thread.prepend(await client.history(this.#thread.older));
      this.#show();
    } catch {
      // Without a connection; the next scroll asks again.
    } finally {
      this.#loadingOlder = false;
      this.#view.setBusy(false);
    }
  }

  #show(): void {
    const { messages } = this.#thread;
    const empty = this.#fetched && messages.length === 0;
    this.#view.show(messages, this.#sending, new Date(), empty ? renderWelcome() : this.#working);
  }

  #acceptDrops(): void {
    const isFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    this.addEventListener('dragover', (event) => {
      if (!isFile(event)) return;
      event.preventDefault();
      this.classList.add('dropping');
    });
    this.addEventListener('dragleave', (event) => {
      if (!this.contains(event.relatedTarget as Node | null)) this.classList.remove('dropping');
    });
    this.addEventListener('drop', (event) => {
      event.preventDefault();
      this.classList.remove('dropping');
      for (const file of event.dataTransfer?.files ?? []) this.#upload(file);
    });
  }
}

function renderWelcome(): HTMLElement {
  return el(
    'div',
    { class: 'empty' },
    el('img', { src: '/icon.svg', alt: '', width: 56, height: 56 }),
    el('h2', {}, t('welcomeTitle')),
    el('p', {}, t('welcomeText')),
  );
}
