import type { Chart } from './analytics/charts.ts';
import type { IncidentKind } from './incidents/incident.model.ts';
import type {
  AddressKey,
  ChannelName,
  Language,
  MessageTemplate,
  OutboundMessage,
  SendOutcome,
  Via,
} from './message.ts';
import type { Notice } from './notices.ts';

/** The present time; injected, so that tests choose it. */
export interface Clock {
  now(): Date;
}

export interface Logger {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** One way to reach people. `deliveryId` is ours, for the provider's log; `edit` replaces a sent message where the app can. */
export interface Channel {
  readonly name: ChannelName;
  /** false where the person cannot answer (a sender-name SMS route): "reply STOP" is refused there */
  readonly twoWay: boolean;
  /** Where nobody can answer: the page by which whoever got this delivery leaves the list; it stands in an offer's text. */
  optOutUrl?(deliveryId: string): string;
  /** false: choices go out as a numbered list, and an answer is read as one of them */
  readonly buttons: boolean;
  /** Its ways, where it has more than one: a reply leaves by the one that its person was last heard on. */
  readonly ways?: readonly Via[];
  /** Set where free text reaches only who wrote by `via` within 24 hours; anyone else gets a template of this list. `list` throws what the provider says. */
  readonly templates?: { readonly via: Via; list(): Promise<readonly MessageTemplate[]> };
  /** how many bulk messages go in one request of the provider's; absent: one */
  readonly atOnce?: number;
  /** `bulk`: one of many, which may take its turn behind single messages; `via`: the way a reply is to leave by */
  send(to: string, message: OutboundMessage, deliveryId: string, bulk?: boolean, via?: Via): Promise<SendOutcome>;
  /** how what comes in comes: asked for, posted to us, typed on our page, by a browser, or from the sandbox's phones */
  readonly intake?: 'polling' | 'webhook' | 'page' | 'browser' | 'sandbox';
  /** How many of many leave in a second at this moment; absent: as many as are given */
  bulkPerSecond?(): number;
  edit?(to: string, providerId: string, message: OutboundMessage): Promise<SendOutcome>;
  /** Takes an address off the provider's own list of those that it sends nothing to. Never throws. */
  readmit?(to: string): Promise<void>;
  /** Erases what the channel itself has written down of a person. */
  forget?(to: string): Promise<void>;
  /** Shows a person, or everyone whose app speaks `language`, these commands in the app's own menu. */
  showCommands?(to: string | null, language: Language, commands: readonly MenuCommand[]): Promise<void>;
  /** where the app is signed in to with the shop's own phone */
  readonly account?: LinkedAccount;
  /** A link that opens the chat and comes back as `opened` with this token (at most 64 letters, digits, - and _); null until the app was reached. */
  openingLink?(token: string): string | null;
}

/** The shop's own account in an app, linked as a computer is: its phone scans a QR code. */
export interface LinkedAccount {
  /** `off`: nothing runs; `code`: one is shown and waits to be scanned; `lost`: being connected again; `ended`: by itself nothing happens any more */
  state():
    | { readonly is: 'off' | 'starting' | 'code' | 'lost' | 'ended' }
    | { readonly is: 'ready'; readonly phone: string };
  /** Connects, with a fresh code where one is needed; nothing happens before an owner has accepted the risk. */
  link(): Promise<void>;
  /** Signs out: the phone forgets us, we forget the login. */
  unlink(): Promise<void>;
}

/** A line of an app's own menu: what is typed (a-z and _), and what it does in the reader's language. */
export interface MenuCommand {
  readonly name: string;
  readonly does: string;
}

/** Work that happens later or in the background: a name from jobs/registry.ts and ids. */
export interface JobQueue {
  /** As soon as possible; a job of the same name and payload waiting already is not doubled. */
  enqueue(name: string, payload: JobPayload): Promise<void>;
  /** Once at `at`, or repeatedly by a cron expression in a time zone. */
  schedule(name: string, payload: JobPayload, when: { at: Date } | { cron: string; timeZone: string }): Promise<void>;
  cancel(name: string, payload: JobPayload): Promise<void>;
  /** How many run, and how many should. */
  state(now: Date): Promise<{ readonly running: number; readonly waiting: number }>;
}
export type JobPayload = Readonly<Record<string, string>>;

/** Figures to a PNG picture. */
export interface ChartRenderer {
  render(chart: Chart): Promise<Buffer>;
}

/** Tells a member something outside a turn of conversation; `replace` edits the message of an earlier notice. Resolves to the delivery's id. */
export interface Notifier {
  notify(to: AddressKey, notice: Notice, replace?: string): Promise<string>;
}

/** Where a channel says that something about it is wrong, or right again, as often as it likes: the owners hear of each change once. Nothing is thrown, nothing waited for. */
export interface IncidentDesk {
  /** `subject`: which one, of several of this kind; `detail`: what the provider says, never a secret */
  report(kind: IncidentKind, about?: { readonly subject?: string; readonly detail?: string }): void;
  solve(kind: IncidentKind, subject?: string): void;
}
