import { CommandError } from '../errors.ts';
import type { Answer, Request, Server, Work } from '../server.ts';
import * as admin from './admin.ts';
import { explain, explainOf } from './explain.ts';
import * as handshake from './handshake.ts';
import { ALIASES, checkOptions } from './options.ts';
import * as read from './read.ts';
import * as write from './write.ts';

/** A command: what runs it, and whether it writes. */
interface Command {
  run: (request: Request, server: Server) => Work | Answer | Promise<Answer>;
  writes: boolean;
}

const reading = (run: Command['run']): Command => ({ run, writes: false });
const writing = (run: Command['run']): Command => ({ run, writes: true });

const COMMANDS: Readonly<Record<string, Command>> = {
  hello: reading(handshake.hello),
  ping: reading(handshake.ok),
  buildInfo: reading(handshake.buildInfo),
  serverStatus: reading(handshake.serverStatus),
  getParameter: reading(handshake.getParameter),
  connectionStatus: reading(handshake.connectionStatus),
  saslStart: reading(handshake.saslStart),
  saslContinue: reading(handshake.saslContinue),
  endSessions: reading(handshake.ok),
  find: reading(read.find),
  getMore: reading(read.getMore),
  killCursors: reading(read.killCursors),
  count: reading(read.count),
  distinct: reading(read.distinct),
  aggregate: reading((request, server) =>
    request.body.explain === true ? explainOf(request, server, 'executionStats') : read.aggregate(request, server),
  ),
  explain: reading(explain),
  insert: writing(write.insert),
  update: writing(write.update),
  delete: writing(write.remove),
  findAndModify: writing(write.findAndModify),
  create: writing(admin.create),
  drop: writing(admin.drop),
  dropDatabase: writing(admin.dropDatabase),
  createIndexes: writing(admin.createIndexes),
  dropIndexes: writing(admin.dropIndexes),
  listIndexes: reading(admin.listIndexes),
  listCollections: reading(admin.listCollections),
  listDatabases: reading(admin.listDatabases),
  collStats: reading(admin.collStats),
  dbStats: reading(admin.dbStats),
  kadeSnapshot: reading(admin.kadeSnapshot),
};

/** MongoDB's commands that exist, but not here. */
const NOT_SERVED = new Set([
  'mapReduce',
  'renameCollection',
  'collMod',
  'validate',
  'compact',
  'currentOp',
  'killOp',
  'bulkWrite',
  'createUser',
  'updateUser',
  'dropUser',
  'usersInfo',
  'replSetGetStatus',
  'replSetInitiate',
  'fsync',
  'profile',
  'top',
  'getLog',
  'hostInfo',
  'setParameter',
  'geoSearch',
  'commitTransaction',
  'abortTransaction',
  'cloneCollectionAsCapped',
  'convertToCapped',
  'dataSize',
  'dbHash',
  'reIndex',
  'shutdown',
  'startSession',
  'refreshSessions',
  'killSessions',
  'killAllSessions',
  'logRotate',
  'whatsmyuri',
  'getCmdLineOpts',
  'setFeatureCompatibilityVersion',
]);

/** Finds a command and checks its options. Throws 59 CommandNotFound, 115 for those of MongoDB that are not served, 20 inside a transaction. */
export function commandOf(request: Request): Command {
  const name = ALIASES[request.name] ?? request.name;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (
    request.body.txnNumber !== undefined ||
    request.body.startTransaction === true ||
    /^(commit|abort)Transaction$/.test(request.name)
  ) {
    throw new CommandError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  }
  const open = /^(hello|is[mM]aster|ping|build[iI]nfo|sasl(Start|Continue))$/.test(request.name);
  if (!request.connection.authenticated && !open)
    throw new CommandError(13, `command ${request.name} requires authentication`);
  if (command) {
    checkOptions(request.name, request.body);
    return command;
  }
  if (NOT_SERVED.has(request.name))
    throw new CommandError(115, `the command ${request.name} is not served by the embedded database`);
  throw new CommandError(59, `no such command: '${request.name}'`);
}
