import { client, Refused } from './client.ts';
import { el } from './dom.ts';
import { t } from './texts.ts';

/** Asks for the one-time code; fires `signed-in`. */
export class SignInView extends HTMLElement {
  connectedCallback(): void {
    const trouble = el('p', { class: 'trouble', role: 'alert', id: 'sign-in-trouble' });
    const code = el('input', {
      id: 'code',
      name: 'code',
      autocomplete: 'one-time-code',
      autocapitalize: 'characters',
      spellcheck: 'false',
      maxlength: 16,
      required: true,
      'aria-describedby': 'sign-in-hint sign-in-trouble',
    });
    const submit = el('button', { type: 'submit', class: 'primary' }, t('signIn'));
    const form = el(
      'form',
      {
        class: 'card',
        onsubmit: (event) => {
          event.preventDefault();
          submit.disabled = true;
          trouble.textContent = '';
          void this.spend(code.value).then((reason) => {
            submit.disabled = false;
            trouble.textContent = reason;
            if (reason) code.select();
          });
        },
      },
      el('h1', {}, el('span', { class: 'wordmark' }, 'Kade'), el('span', { class: 'claim' }, t('signInTitle'))),
      el('p', { id: 'sign-in-hint' }, t('signInText')),
      el('label', { for: 'code' }, t('code')),
      code,
      trouble,
      submit,
    );
    this.replaceChildren(el('main', {}, el('div', { class: 'shopfront' }, el('div', { class: 'awning' }), form)));
    code.focus();
  }

  /** Spends a code; resolves to '' or why not. */
  async spend(code: string): Promise<string> {
    try {
      await client.signIn(code.trim());
      this.dispatchEvent(new CustomEvent('signed-in'));
      return '';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const known = { code_wrong: true, too_many_attempts: true, network: true }[error.code];
      return known ? t(`error_${error.code}` as Parameters<typeof t>[0]) : error.message;
    }
  }

  tell(reason: string): void {
    const trouble = this.querySelector('.trouble');
    if (trouble) trouble.textContent = reason;
  }
}
