import { type FakeTwilio, type Form, type TakenMessage, TwilioRefusal } from './twilio.ts';

/** Words that Twilio itself obeys on SMS. */
const STOPS = /^(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)$/i;
const STARTS = /^(start|yes|unstop)$/i;

/** Someone with a phone. */
export class TwilioPerson {
  readonly address: string;
  readonly seen: TakenMessage[] = [];
  readonly #twilio: FakeTwilio;
  #stopped = false;

  constructor(twilio: FakeTwilio, address: string) {
    this.#twilio = twilio;
    this.address = address;
  }

  /** where the account sends what comes in */
  get #hook(): string {
    return this.address.startsWith('whatsapp:') ? '/hooks/whatsapp' : '/hooks/sms';
  }

  /** Writes; resolves to the status of the shop's answer. `id`: the same again is the same message. */
  write(text: string, id?: string, more: Form = {}): Promise<number> {
    const word = text.trim();
    if (!this.address.startsWith('whatsapp:')) {
      if (STOPS.test(word)) this.#stopped = true;
      if (STARTS.test(word)) this.#stopped = false;
    }
    return this.#twilio.postForm(this.#hook, { ...this.#twilio.formOf(this, text, id), ...more });
  }

  sendFile(name: string, type: string, content: Buffer, text = ''): Promise<number> {
    const { accountSid, media } = this.#twilio;
    const sid = this.#twilio.sid('MM');
    const path = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${this.#twilio.sid('ME')}`;
    media.set(path, { type, name, content });
    return this.write(text, undefined, {
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      NumMedia: '1',
      MediaUrl0: `https://api.twilio.com${path}`,
      MediaContentType0: type,
    });
  }

  /** Told STOP to the carrier, unknown to the shop: the next message is refused. */
  stopSilently(): void {
    this.#stopped = true;
  }

  /** Throws what Twilio says to a message that it does not take for them. */
  refuse(form: Readonly<Record<string, string[]>>): void {
    if (this.#stopped && !form.MessagingServiceSid)
      throw new TwilioRefusal(400, 21610, 'Attempt to send to unsubscribed recipient');
  }
}
