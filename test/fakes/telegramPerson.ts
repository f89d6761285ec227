import { type FakeTelegram, type Fields, TelegramRefusal, type Upload, uploadsOf } from './telegram.ts';

/** A message of the bot as its person sees it. */
export interface SeenMessage {
  readonly id: number;
  text: string;
  buttons: { text: string; callback_data: string }[];
  /** label of the button that shares one's own number */
  readonly phoneButton?: string;
  readonly picture?: Upload;
  readonly file?: Upload;
  edits: number;
}

type Markup = {
  inline_keyboard?: SeenMessage['buttons'][];
  keyboard?: { text: string; request_contact?: boolean }[][];
};

/** Someone with Telegram on their phone. */
export class TelegramPerson {
  readonly id: number;
  readonly seen: SeenMessage[] = [];
  readonly #telegram: FakeTelegram;
  #status: 'strange' | 'member' | 'kicked' = 'strange';
  #heard = 0;

  constructor(telegram: FakeTelegram, id: number) {
    this.#telegram = telegram;
    this.id = id;
  }

  get #chat(): Fields {
    return { id: this.id, type: 'private', first_name: 'Nimal' };
  }
  get #from(): Fields {
    return { id: this.id, is_bot: false, first_name: 'Nimal', language_code: 'en' };
  }

  /** Has pressed Start some time ago. */
  join(): void {
    this.#status = 'member';
  }

  /** Presses Start, behind a link or without one. */
  start(token?: string): Promise<number> {
    this.#status = 'member';
    return this.write(token ? `/start ${token}` : '/start');
  }

  write(text: string, updateId?: number): Promise<number> {
    const command = text.startsWith('/')
      ? [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]?.length }]
      : null;
    return this.#says({ text, ...(command ? { entities: command } : {}) }, updateId);
  }

  /** Answers a message of the bot with the app's own Reply. */
  reply(to: Pick<SeenMessage, 'id'>, text: string): Promise<number> {
    const answered = { message_id: to.id, date: this.#telegram.date(), chat: this.#chat };
    return this.#says({ text, reply_to_message: answered });
  }

  /** Passes on what somebody else wrote. */
  forward(text: string): Promise<number> {
    const origin = { type: 'hidden_user', sender_user_name: 'Somebody', date: this.#telegram.date() };
    return this.#says({ text, forward_origin: origin });
  }

  /** Sends a file; `told` is the size that Telegram tells the bot. */
  sendFile(name: string, content: Buffer | string, more: { caption?: string; told?: number; album?: string } = {}) {
    const bytes = Buffer.from(content);
    const document = { ...this.#upload(bytes), file_name: name, file_size: more.told ?? bytes.length };
    const album = more.album ? { media_group_id: more.album } : {};
    return this.#says({ document, ...album, ...(more.caption ? { caption: more.caption } : {}) });
  }

  sendPhoto(content: Buffer): Promise<number> {
    const sizes = [content.subarray(0, 1), content].map((bytes, index) => ({
      ...this.#upload(bytes),
      width: 90 * (index + 1),
      height: 90 * (index + 1),
      file_size: bytes.length,
    }));
    return this.#says({ photo: sizes });
  }

  /** Shares a contact: their own, unless it is another person's. */
  shareContact(phone: string, owner: number | undefined = this.id): Promise<number> {
    const contact = { phone_number: phone, first_name: 'Nimal', ...(owner === undefined ? {} : { user_id: owner }) };
    return this.#says({ contact });
  }

  /** Taps the button of the latest message that has one so labelled. */
  tap(label: string): Promise<number> {
    const message = this.seen.findLast(({ buttons }) => buttons.some(({ text }) => text.includes(label)));
    const button = message?.buttons.find(({ text }) => text.includes(label));
    if (!message || !button) throw new Error(`No button "${label}"; seen: ${JSON.stringify(this.seen.at(-1))}`);
    return this.#telegram.push({
      callback_query: {
        id: `tap-${message.id}-${Math.random()}`,
        from: this.#from,
        chat_instance: '1',
        data: button.callback_data,
        message: { message_id: message.id, date: this.#telegram.date(), chat: this.#chat },
      },
    });
  }

  /** Blocks the bot. */
  block(): Promise<number> {
    const [before, after] = [this.#status, 'kicked'];
    this.#status = 'kicked';
    const user = { id: 4711, is_bot: true, first_name: 'Kade' };
    return this.#telegram.push({
      my_chat_member: {
        chat: this.#chat,
        from: this.#from,
        date: this.#telegram.date(),
        old_chat_member: { user, status: before },
        new_chat_member: { user, status: after, until_date: 0 },
      },
    });
  }

  /** Blocks it without the bot being told: the next message is refused. */
  blockSilently(): void {
    this.#status = 'kicked';
  }

  /** The next message, not looked at so far, that says this. */
  hears(words: string | RegExp): Promise<SeenMessage> {
    return this.#telegram
      .until(() => {
        const index = this.seen.findIndex(({ text }, at) => at >= this.#heard && matches(text, words));
        if (index < 0) return undefined;
        this.#heard = index + 1;
        return this.seen[index];
      })
      .catch((error) => {
        throw new Error(`Never heard ${words}; seen: ${JSON.stringify(this.seen.map(({ text }) => text))}`, {
          cause: error,
        });
      });
  }

  /** Takes a message of the bot, as Telegram would. */
  take(fields: Fields): Fields {
    if (this.#status === 'kicked') throw new TelegramRefusal(403, 'Forbidden: bot was blocked by the user');
    if (this.#status === 'strange')
      throw new TelegramRefusal(403, "Forbidden: bot can't initiate conversation with a user");
    const text = String(fields.text ?? fields.caption ?? '');
    const [picture, file] = [fields.photo, fields.document] as (Upload | undefined)[];
    if (!picture && !file && text === '') throw new TelegramRefusal(400, 'Bad Request: message text is empty');
    checkLengths(text, fields.text === undefined ? 1024 : 4096, fields.reply_markup as Markup);
    const message: SeenMessage = {
      id: this.#telegram.nextMessageId(),
      text,
      buttons: (fields.reply_markup as Markup)?.inline_keyboard?.flat() ?? [],
      edits: 0,
      ...phoneButton(fields.reply_markup as Markup),
      ...(picture ? { picture } : {}),
      ...(file ? { file } : {}),
    };
    this.seen.push(message);
    return { message_id: message.id, date: this.#telegram.date(), chat: this.#chat };
  }

  editMedia(fields: Fields): Fields {
    const message = this.seen.find(({ id }) => id === fields.message_id);
    if (!message) throw new TelegramRefusal(400, 'Bad Request: message to edit not found');
    const { media, caption } = fields.media as { media: string; caption?: string };
    const picture = uploadsOf(fields).get(media.slice('attach://'.length));
    if (!picture) throw new TelegramRefusal(400, 'Bad Request: wrong file identifier/HTTP URL specified');
    checkLengths(caption ?? '', 1024, fields.reply_markup as Markup);
    Object.assign(message, { text: caption ?? '', picture, edits: message.edits + 1 });
    return { message_id: message.id, date: this.#telegram.date(), chat: this.#chat };
  }

  edit(fields: Fields, caption: boolean): Fields {
    const message = this.seen.find(({ id }) => id === fields.message_id);
    if (!message) throw new TelegramRefusal(400, 'Bad Request: message to edit not found');
    const isCaption = Boolean(message.picture ?? message.file);
    if (isCaption && !caption) throw new TelegramRefusal(400, 'Bad Request: there is no text in the message to edit');
    const text = String(fields.text ?? fields.caption);
    const buttons = (fields.reply_markup as Markup)?.inline_keyboard?.flat() ?? [];
    checkLengths(text, isCaption ? 1024 : 4096, fields.reply_markup as Markup);
    if (text === message.text && JSON.stringify(buttons) === JSON.stringify(message.buttons))
      throw new TelegramRefusal(400, 'Bad Request: message is not modified');
    Object.assign(message, { text, buttons, edits: message.edits + 1 });
    return { message_id: message.id, date: this.#telegram.date(), chat: this.#chat };
  }

  /** What they say as the bot gets it, without its number. */
  updateOf(content: Fields): Fields {
    const message_id = this.#telegram.nextMessageId();
    return { message: { message_id, date: this.#telegram.date(), chat: this.#chat, from: this.#from, ...content } };
  }

  #says(content: Fields, updateId?: number): Promise<number> {
    return this.#telegram.push(this.updateOf(content), updateId);
  }

  #upload(bytes: Buffer): Fields {
    const id = `file-${this.#telegram.files.size + 1}`;
    this.#telegram.files.set(id, bytes);
    return { file_id: id, file_unique_id: id };
  }
}

function matches(text: string, words: string | RegExp): boolean {
  return typeof words === 'string' ? text.includes(words) : words.test(text);
}

function checkLengths(text: string, limit: number, markup: Markup | undefined): void {
  if (text.length > limit) throw new TelegramRefusal(400, 'Bad Request: message is too long');
  for (const { callback_data } of markup?.inline_keyboard?.flat() ?? []) {
    const bytes = Buffer.byteLength(callback_data);
    if (bytes < 1 || bytes > 64) throw new TelegramRefusal(400, 'Bad Request: BUTTON_DATA_INVALID');
  }
}

function phoneButton(markup: Markup | undefined): Pick<SeenMessage, 'phoneButton'> {
  const button = markup?.keyboard?.flat().find(({ request_contact }) => request_contact);
  return button ? { phoneButton: button.text } : {};
}
