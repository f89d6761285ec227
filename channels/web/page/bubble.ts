import type { WireFile, WireMessage } from '../wire.ts';
import { el, hidden, icon } from './dom.ts';
import { clockTime, sizeName, t } from './texts.ts';

/** What may still befall a message of this page on its way. */
export interface Sending {
  readonly state: 'waiting' | 'uploading' | 'failed';
  /** uploading: 0 to 1 */
  readonly share?: number;
  /** failed: why, in words */
  readonly reason?: string;
  readonly cancel?: () => void;
}

export interface BubbleOptions {
  readonly speaker: string;
  readonly sending?: Sending | undefined;
  /** phones show how far the carrier came */
  readonly showStatus: boolean;
  readonly onChoice?: (message: WireMessage, choiceId: string, label: string) => void;
  readonly onMediaLoad: () => void;
}

/** One message. Text is only ever text. */
export function renderBubble(message: WireMessage, options: BubbleOptions): HTMLElement {
  const { text, subject, picture, file, choices, direction, at } = message;
  const failed = message.status === 'failed' || options.sending?.state === 'failed';
  return el(
    'div',
    { class: `message ${direction}${failed ? ' failed' : ''}`, 'data-id': message.id },
    el(
      'div',
      { class: 'bubble' },
      hidden(`${options.speaker} `),
      subject && el('p', { class: 'subject' }, subject),
      text && el('p', { class: 'text', dir: 'auto' }, text),
      picture && renderPicture(picture, options.onMediaLoad),
      file && renderFile(file, options.sending === undefined),
      options.sending && renderSending(options.sending, file?.name ?? ''),
    ),
    options.onChoice && choices.length > 0 && renderChoices(message, options.onChoice),
    el(
      'p',
      { class: 'meta' },
      el('time', { datetime: at }, clockTime(at)),
      options.showStatus && direction === 'out' && message.status ? ` · ${t(`status_${message.status}`)}` : null,
    ),
  );
}

function renderPicture(picture: WireFile & { alt: string }, onLoad: () => void): HTMLElement {
  const onload = (): void => {
    image.classList.toggle('tall', image.naturalHeight > image.naturalWidth);
    onLoad();
  };
  const image = el('img', { src: picture.url, alt: picture.alt, decoding: 'async', onload });
  return el('a', { class: 'picture', href: picture.url, target: '_blank', rel: 'noopener', title: t('image') }, image);
}

function renderFile(file: WireFile, ready: boolean): HTMLElement {
  const inner = [
    el('span', { class: 'file-icon' }, icon('file')),
    el('span', { class: 'file-name' }, file.name),
    el('span', { class: 'file-size' }, sizeName(file.size)),
  ];
  if (!ready) return el('div', { class: 'file' }, ...inner);
  return el('a', { class: 'file', href: file.url, download: file.name }, hidden(`${t('download')} `), ...inner);
}

function renderSending(sending: Sending, name: string): HTMLElement {
  if (sending.state === 'failed')
    return el('p', { class: 'trouble' }, `${t('notSent')} ${sending.reason ?? ''}`.trim());
  if (sending.state === 'waiting') return el('p', { class: 'waiting' }, t('waiting'));
  return el(
    'div',
    { class: 'upload' },
    el('progress', { max: 1, value: sending.share ?? 0, 'aria-label': t('uploading', { name }) }),
    sending.cancel &&
      el(
        'button',
        { type: 'button', class: 'quiet', onclick: sending.cancel, 'aria-label': t('cancel') },
        icon('close'),
      ),
  );
}

function renderChoices(message: WireMessage, onChoice: NonNullable<BubbleOptions['onChoice']>): HTMLElement {
  return el(
    'div',
    { class: 'choices' },
    ...message.choices.map(({ id, label }) =>
      el('button', { type: 'button', class: 'choice', onclick: () => onChoice(message, id, label) }, label),
    ),
  );
}
