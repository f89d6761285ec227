import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type {
  AddressKey,
  Channel,
  ChannelName,
  Clock,
  InboundMessage,
  OutboundMessage,
  Receipt,
  SendOutcome,
} from '../../core/index.ts';
import { numbered } from '../numbered.ts';
import { isPhoneAddress, type PhoneMessage, type Phones } from '../phones.ts';
import { fateOf } from './fate.ts';
import { Journal } from './journal.ts';
import { PhoneBook } from './phoneBook.ts';
import { ReceiptWheel } from './receiptWheel.ts';

/** A carrier without a network: it accepts, gives receipts, and shows what came on the customers' phones. */
export interface Sandbox {
  readonly channels: readonly Channel[];
  readonly phones: Phones;
  /** Hands over every outstanding receipt now. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

interface SandboxOptions {
  /** what it stands for: the channels whose provider is not set up */
  channels: readonly ChannelName[];
  /** where it keeps its memory as a carrier */
  folder: string;
  clock: Clock;
  receive: (message: InboundMessage) => Promise<void>;
  onReceipt: (receipt: Receipt) => Promise<void>;
  /** multiplies the receipts' delays; 0: at once */
  pace?: number;
}

/** What the carrier remembers: `messages.jsonl`, and `receipts.jsonl` beside it. */
interface Accepted {
  readonly kind: 'accepted';
  readonly id: string;
  readonly deliveryId: string;
  readonly to: AddressKey;
  readonly at: Date;
  readonly message: OutboundMessage;
}
interface Written {
  readonly kind: 'written';
  readonly id: string;
  readonly from: AddressKey;
  readonly at: Date;
  readonly text: string;
}
interface Receipted {
  readonly id: string;
  readonly status: Receipt['status'];
  readonly at: Date;
}
interface Memory {
  readonly messages: Journal<Accepted | Written>;
  readonly receipts: Journal<Receipted>;
}

interface DueReceipt {
  readonly accepted: Accepted;
  readonly status: Receipt['status'];
  readonly reason?: string;
  readonly readAfterMs: number | null;
  readonly attempt: number;
}

/** the one of them whose phones show buttons */
const BUTTONS = 'whatsapp';
const DISK_RETRY_MS = 60_000;
const RECEIPT_ATTEMPTS = 5;
const RECEIPT_RETRY_MS = 1000;

/** Stands for SMS, WhatsApp and email where no provider is set up. Receipts outstanding at a stop or a kill come after the next start. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { clock, receive, onReceipt } = options;
  const memory = openMemory(options.folder);
  const book = new PhoneBook();
  const wheel = new ReceiptWheel<DueReceipt>(options.pace ?? 1, handOver);

  function expect(accepted: Accepted): void {
    const fate = fateOf(channelOf(accepted.to), accepted.to, accepted.id);
    const fails = fate.failure !== undefined && !book.hasWritten(accepted.to);
    wheel.add(fate.deliveredAfterMs, {
      accepted,
      attempt: 1,
      readAfterMs: fate.readAfterMs,
      ...(fails ? { status: 'failed', reason: fate.failure } : { status: 'delivered' }),
    });
  }

  async function handOver(due: readonly DueReceipt[]): Promise<void> {
    await Promise.all(due.map(handOverOne));
  }

  async function handOverOne(due: DueReceipt): Promise<void> {
    const { accepted, status, reason } = due;
    const at = clock.now();
    try {
      await onReceipt({
        channel: channelOf(accepted.to),
        providerId: accepted.id,
        deliveryId: accepted.deliveryId,
        status,
        ...(reason ? { reason } : {}),
        at,
      });
      memory.receipts.write({ id: accepted.id, status, at });
      book.setStatus(accepted.to, accepted.id, status);
      if (due.readAfterMs !== null && status === 'delivered') {
        wheel.add(due.readAfterMs, { accepted, status: 'read', readAfterMs: null, attempt: 1 });
      }
    } catch {
      if (due.attempt < RECEIPT_ATTEMPTS) wheel.add(RECEIPT_RETRY_MS, { ...due, attempt: due.attempt + 1 });
    }
  }

  async function send(
    channel: ChannelName,
    to: string,
    message: OutboundMessage,
    deliveryId: string,
  ): Promise<SendOutcome> {
    const address: AddressKey = `${channel}:${to}`;
    if (!isPhoneAddress(address)) return { status: 'failed', reason: 'invalid_address' };
    const accepted: Accepted = {
      kind: 'accepted',
      id: `sandbox-${randomUUID()}`,
      deliveryId,
      to: address,
      at: clock.now(),
      message,
    };
    try {
      memory.messages.write(accepted);
    } catch (error) {
      return {
        status: 'retry',
        afterMs: DISK_RETRY_MS,
        reason: (error as NodeJS.ErrnoException).code ?? 'carrier_disk',
      };
    }
    book.add(address, shown(accepted));
    expect(accepted);
    return { status: 'sent', providerId: accepted.id };
  }

  recall(memory, book, options.channels).forEach(expect);
  return {
    channels: options.channels.map((name) => ({
      name,
      intake: 'sandbox',
      twoWay: true,
      buttons: name === BUTTONS,
      send: (to, message, id) => send(name, to, message, id),
      // The phones on the page are the people's own: they show what they got until the next start.
      forget: async (to) =>
        memory.messages.rewrite((line) => (line.kind === 'accepted' ? line.to : line.from) !== `${name}:${to}`),
    })),
    phones: {
      list: (limit) => book.list(limit),
      get: (address) => book.get(address),
      serves: (address) => options.channels.includes(channelOf(address)),
      onChange: (listener) => book.onChange(listener),
      async answer(address, text) {
        const written = { id: `sandbox-${randomUUID()}`, from: address, at: clock.now(), text };
        memory.messages.write({ kind: 'written', ...written });
        book.add(address, { id: written.id, direction: 'in', at: written.at, text, choices: [], status: 'read' });
        await receive(written);
      },
    },
    settle: () => wheel.settle(),
    async stop() {
      await wheel.stop();
      memory.messages.close();
      memory.receipts.close();
    },
  };
}

function openMemory(folder: string): Memory {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    messages: new Journal(join(folder, 'messages.jsonl')),
    receipts: new Journal(join(folder, 'receipts.jsonl')),
  };
}

/** Puts the latest messages back on the phones; returns those whose receipt has not come yet. */
function recall({ messages, receipts }: Memory, book: PhoneBook, channels: readonly ChannelName[]): Accepted[] {
  const statuses = new Map(receipts.readTail().map(({ id, status }) => [id, status]));
  const open: Accepted[] = [];
  for (const line of messages.readTail()) {
    if (!channels.includes(channelOf(line.kind === 'written' ? line.from : line.to))) continue;
    if (line.kind === 'written') {
      book.add(line.from, { ...line, direction: 'in', choices: [], status: 'read' });
    } else {
      const status = statuses.get(line.id);
      book.add(line.to, { ...shown(line), ...(status ? { status } : {}) });
      if (!status) open.push(line);
    }
  }
  return open;
}

/** What the person sees: buttons, or a numbered list. */
function shown({ id, to, at, message }: Accepted): PhoneMessage {
  const { text, choices = [], subject, picture, file } = message;
  const buttons = channelOf(to) === BUTTONS;
  return {
    id,
    direction: 'out',
    at,
    text: buttons ? text : numbered(message),
    choices: buttons ? choices : [],
    status: 'accepted',
    ...(channelOf(to) === 'email' && subject ? { subject } : {}),
    ...(picture ? { picture } : {}),
    ...(file ? { file } : {}),
  };
}

function channelOf(address: AddressKey): ChannelName {
  return address.slice(0, address.indexOf(':')) as ChannelName;
}
