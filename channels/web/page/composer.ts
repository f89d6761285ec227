import { el, hidden, icon } from './dom.ts';
import { t } from './texts.ts';

interface ComposerOptions {
  readonly id: string;
  readonly placeholder: string;
  readonly onText: (text: string) => void;
  /** without it, no files can be sent */
  readonly onFiles?: (files: readonly File[]) => void;
}

/** The box to write in: Enter sends, Shift+Enter makes a line; files by picker or paste. */
export class Composer {
  readonly element: HTMLFormElement;
  readonly #box: HTMLTextAreaElement;
  readonly #options: ComposerOptions;

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#box = el('textarea', {
      id: options.id,
      rows: 1,
      placeholder: options.placeholder,
      'aria-label': options.placeholder.replace('…', ''),
      autocomplete: 'off',
      enterkeyhint: 'send',
      oninput: () => this.#grow(),
      onkeydown: (event) => this.#key(event as KeyboardEvent),
      onpaste: (event) => this.#paste(event as ClipboardEvent),
    });
    this.element = el(
      'form',
      {
        class: 'composer',
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      options.onFiles && this.#picker(options.onFiles),
      this.#box,
      el('button', { type: 'submit', class: 'send', 'aria-label': t('send') }, icon('send')),
    );
  }

  focus(): void {
    this.#box.focus();
  }

  #picker(onFiles: (files: readonly File[]) => void): HTMLElement {
    const input = el('input', {
      type: 'file',
      class: 'visually-hidden',
      multiple: true,
      onchange: () => {
        onFiles([...(input.files ?? [])]);
        input.value = '';
      },
    });
    return el('label', { class: 'attach', title: t('attach') }, input, icon('clip'), hidden(t('attach')));
  }

  #submit(): void {
    const text = this.#box.value.trim();
    if (!text) return;
    this.#options.onText(text);
    this.#box.value = '';
    this.#grow();
    this.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || !this.#options.onFiles) return;
    event.preventDefault();
    this.#options.onFiles(files);
  }

  #grow(): void {
    this.#box.style.height = 'auto';
    this.#box.style.height = `${this.#box.scrollHeight}px`;
  }
}
