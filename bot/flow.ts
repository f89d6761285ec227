import type {
  AddressKey,
  Choice,
  Core,
  Language,
  Member,
  Notice,
  OutboundMessage,
  Role,
  Shop,
  StoredFile,
} from '../core/index.ts';

export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: string, params?: Params) => string;

/** What a reply carries beside its text. */
export interface Attachments {
  choices?: readonly Choice[];
  picture?: OutboundMessage['picture'];
  file?: StoredFile;
}

/** One message of a member, and the ways to answer it. */
export interface Turn {
  readonly core: Core;
  readonly shop: Shop;
  readonly member: Member;
  readonly address: AddressKey;
  readonly language: Language;
  /** what was typed; '' for a file or a tap */
  readonly text: string;
  readonly file?: StoredFile;
  /** the provider's id of the message of ours that it answers */
  readonly replyTo?: string;
  /** what the open dialogue has gathered; {} outside one */
  readonly data: Readonly<Record<string, unknown>>;
  readonly t: Translate;
  /** Answers with the text of an i18n key; resolves to the delivery's id. */
  say(key: string, params?: Params, attachments?: Attachments): Promise<string>;
  /** Answers with a text made by the caller (lists, cards). */
  sayText(text: string, attachments?: Attachments): Promise<string>;
  /** The next message goes to the step `flow.step` with this data (must survive BSON). */
  ask(step: string, data: Record<string, unknown>): Promise<void>;
  /** No step waits any more. */
  end(): Promise<void>;
  /** Throws `forbidden` unless the member's role is at least this one. */
  require(role: Role): void;
}

/** A word (in any language) that starts something; `rest` is what follows it. Words stand in i18n under `command.<name>`, parted by `|`. */
export interface Command {
  readonly name: string;
  run(turn: Turn, rest: string): Promise<void>;
}

/** What a notice's words are made with. */
export type NoticeContext = Pick<Turn, 'core' | 'shop' | 'language' | 't'>;
export type NoticeWriters = {
  [K in Notice['kind']]?: (context: NoticeContext, notice: Extract<Notice, { kind: K }>) => Promise<OutboundMessage>;
};

/** One theme of the dialogue: its commands, what its buttons do (`<action>:<arg>` is a choice's id), its waiting steps and its notices. */
export interface Flow {
  readonly commands?: readonly Command[];
  /** keyed by the full action name, `import.confirm`; `arg` is what follows the first colon */
  readonly actions?: Readonly<Record<string, (turn: Turn, arg: string) => Promise<void>>>;
  /** keyed by the full step name, `campaign.text` */
  readonly steps?: Readonly<Record<string, (turn: Turn) => Promise<void>>>;
  /** takes a file that no step waits for; one flow has it */
  onFile?(turn: Turn): Promise<void>;
  /** takes a text that no step waits for and no command begins, or says false; one flow has it */
  onText?(turn: Turn): Promise<boolean>;
  /** takes an answer to a message of ours before anything else is made of it, or says false; one flow has it */
  onReply?(turn: Turn, replyTo: string): Promise<boolean>;
  readonly notices?: NoticeWriters;
}

/** A choice's id and label; the argument is kept within Telegram's 64 bytes by using ids. */
export function choice(label: string, action: string, arg = ''): Choice {
  return { id: arg ? `${action}:${arg}` : action, label };
}
