import mongoose, { type Connection, type mongo, type Schema } from 'mongoose';
import { type Campaign, campaignSchema } from '../campaigns/campaign.model.ts';
import {
  type Consent,
  consentSchema,
  type Tombstone,
  tombstoneSchema,
  type Wording,
  wordingSchema,
} from '../consents/consent.model.ts';
import { type Conversation, conversationSchema } from '../conversations/conversation.model.ts';
import { type Customer, customerSchema } from '../customers/customer.model.ts';
import { type JoinLink, joinLinkSchema } from '../customers/joinLink.model.ts';
import { type Delivery, deliverySchema } from '../deliveries/delivery.model.ts';
import { type FileRecord, fileSchema } from '../files/file.model.ts';
import { type Import, importSchema, type JournalEntry, journalSchema } from '../imports/import.model.ts';
import { type Inbound, inboundSchema } from '../inbox/inbound.model.ts';
import { type Incident, incidentSchema } from '../incidents/incident.model.ts';
import { type Interaction, interactionSchema } from '../interactions/interaction.model.ts';
import { type Member, memberSchema, type SignInCode, signInCodeSchema } from '../members/member.model.ts';
import {
  type Merge,
  type MergeMove,
  mergeMoveSchema,
  mergeSchema,
  type NotSame,
  notSameSchema,
} from '../merges/merge.model.ts';
import { type Order, orderSchema } from '../orders/order.model.ts';
import { type Product, productSchema } from '../products/product.model.ts';
import { type Schedule, scheduleSchema } from '../schedules/schedule.model.ts';
import { type Segment, segmentSchema } from '../segments/segment.model.ts';
import { type SegmentEvent, segmentEventSchema } from '../segments/segmentEvent.model.ts';
import { type Shop, shopSchema } from '../shops/shop.model.ts';
import { type CannedReply, cannedReplySchema, type Ticket, ticketSchema } from '../tickets/ticket.model.ts';

/** The collections of one connection, native: documents are validated once at the edge, schemas name their shapes and indexes. */
export interface Database {
  readonly connection: Connection;
  readonly uri: string;
  readonly shops: mongo.Collection<Shop>;
  readonly members: mongo.Collection<Member>;
  readonly signInCodes: mongo.Collection<SignInCode>;
  readonly customers: mongo.Collection<Customer>;
  readonly merges: mongo.Collection<Merge>;
  readonly mergeMoves: mongo.Collection<MergeMove>;
  readonly notSame: mongo.Collection<NotSame>;
  readonly joinLinks: mongo.Collection<JoinLink>;
  readonly consents: mongo.Collection<Consent>;
  readonly tombstones: mongo.Collection<Tombstone>;
  readonly wordings: mongo.Collection<Wording>;
  readonly orders: mongo.Collection<Order>;
  readonly products: mongo.Collection<Product>;
  readonly interactions: mongo.Collection<Interaction>;
  readonly files: mongo.Collection<FileRecord>;
  readonly inbound: mongo.Collection<Inbound>;
  readonly deliveries: mongo.Collection<Delivery>;
  readonly conversations: mongo.Collection<Conversation>;
  readonly tickets: mongo.Collection<Ticket>;
  readonly cannedReplies: mongo.Collection<CannedReply>;
  readonly imports: mongo.Collection<Import>;
  readonly importJournal: mongo.Collection<JournalEntry>;
  readonly segments: mongo.Collection<Segment>;
  readonly segmentEvents: mongo.Collection<SegmentEvent>;
  readonly campaigns: mongo.Collection<Campaign>;
  readonly schedules: mongo.Collection<Schedule>;
  readonly incidents: mongo.Collection<Incident>;
}

const CONNECT_WITHIN_MS = 10_000;

/** Connects to `uri` (database `databaseName`) within 10 s. Nothing is created: see migrate. */
export async function connectDatabase(uri: string, databaseName = 'kade'): Promise<Database> {
  const connection = await connect(uri, databaseName);
  const collection = <T extends mongo.Document>(name: string, schema: Schema<T>): mongo.Collection<T> => {
    connection.model(name, schema as unknown as Schema);
    return connection
      .getClient()
      .db(databaseName)
      .collection<T>(schema.get('collection') ?? name);
  };
  return {
    connection,
    uri,
    shops: collection('shop', shopSchema),
    members: collection('member', memberSchema),
    signInCodes: collection('signInCode', signInCodeSchema),
    customers: collection('customer', customerSchema),
    merges: collection('merge', mergeSchema),
    mergeMoves: collection('mergeMove', mergeMoveSchema),
    notSame: collection('notSame', notSameSchema),
    joinLinks: collection('joinLink', joinLinkSchema),
    consents: collection('consent', consentSchema),
    tombstones: collection('tombstone', tombstoneSchema),
    wordings: collection('wording', wordingSchema),
    orders: collection('order', orderSchema),
    products: collection('product', productSchema),
    interactions: collection('interaction', interactionSchema),
    files: collection('file', fileSchema),
    inbound: collection('inbound', inboundSchema),
    deliveries: collection('delivery', deliverySchema),
    conversations: collection('conversation', conversationSchema),
    tickets: collection('ticket', ticketSchema),
    cannedReplies: collection('cannedReply', cannedReplySchema),
    imports: collection('import', importSchema),
    importJournal: collection('journalEntry', journalSchema),
    segments: collection('segment', segmentSchema),
    segmentEvents: collection('segmentEvent', segmentEventSchema),
    campaigns: collection('campaign', campaignSchema),
    schedules: collection('schedule', scheduleSchema),
    incidents: collection('incident', incidentSchema),
  };
}

/** Where a database is: for a thread, which needs a connection of its own. */
export interface DatabaseAddress {
  readonly uri: string;
  readonly database: string;
}

export function addressOf({ uri, connection }: Database): DatabaseAddress {
  return { uri, database: connection.name };
}

/** Does `work` over a connection that ends with it. */
export async function withDatabase<T>(
  { uri, database }: DatabaseAddress,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await connectDatabase(uri, database);
  try {
    return await work(db);
  } finally {
    await db.connection.close();
  }
}

/** The driver's own limit, 30 s, stays for later: a replica set that chooses a new primary needs some 12 s. */
async function connect(uri: string, dbName: string): Promise<Connection> {
  const connection = mongoose.createConnection(uri, { dbName, autoIndex: false, autoCreate: false, maxPoolSize: 10 });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = Object.assign(new Error('The database server did not answer in time.'), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(error), CONNECT_WITHIN_MS);
  });
  try {
    return await Promise.race([connection.asPromise(), late]);
  } catch (error) {
    // Not awaited: it ends only when the driver, too, has given up.
    void connection.destroy().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
