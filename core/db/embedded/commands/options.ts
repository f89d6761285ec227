import { CommandError } from '../errors.ts';
import type { Doc } from '../rawBson.ts';
import { checkCollation } from '../server.ts';
import { isPlain } from '../values.ts';

/** The options of a command beside the common ones: those that are served, and MongoDB's others. */
interface Options {
  served: readonly string[];
  refused: readonly string[];
}

const words = (text: string) => text.split(' ').filter(Boolean);
const options = (served: string, refused = ''): Options => ({ served: words(served), refused: words(refused) });

const SECTIONS =
  'asserts connections extra_info flowControl globalLock indexBuilds latchAnalysis locks metrics mirroredReads network ' +
  'opcounters opcountersRepl opLatencies recordStats repl security sharding storageEngine tcmalloc transactions wiredTiger';

/** Every command's options; docs/database.md lists the served ones. Those of MongoDB's that change nothing here are served too. */
export const OPTIONS: Readonly<Record<string, Options>> = {
  find: options(
    'filter sort skip limit batchSize singleBatch projection hint noCursorTimeout allowDiskUse allowPartialResults let collation',
    'min max returnKey showRecordId tailable awaitData oplogReplay',
  ),
  getMore: options('collection batchSize', 'term lastKnownCommittedOpTime'),
  killCursors: options('cursors'),
  count: options('query skip limit hint fields collation'),
  distinct: options('key query hint collation'),
  aggregate: options('pipeline cursor allowDiskUse hint let explain bypassDocumentValidation collation', 'exchange'),
  explain: options('verbosity'),
  insert: options('documents ordered bypassDocumentValidation'),
  update: options('updates ordered bypassDocumentValidation let'),
  delete: options('deletes ordered let'),
  findAndModify: options(
    'query sort remove update new fields upsert arrayFilters hint bypassDocumentValidation let collation',
  ),
  create: options(
    'autoIndexId idIndex collation',
    'capped size max validator validationLevel validationAction viewOn pipeline timeseries expireAfterSeconds ' +
      'clusteredIndex changeStreamPreAndPostImages encryptedFields storageEngine indexOptionDefaults',
  ),
  drop: options(''),
  dropDatabase: options(''),
  createIndexes: options('indexes commitQuorum'),
  dropIndexes: options('index'),
  listIndexes: options('cursor', 'includeBuildUUIDs includeIndexBuildInfo'),
  listCollections: options('filter nameOnly authorizedCollections cursor'),
  listDatabases: options('filter nameOnly authorizedDatabases'),
  collStats: options('scale'),
  dbStats: options('scale', 'freeStorage'),
  ping: options(''),
  buildInfo: options(''),
  serverStatus: options(SECTIONS),
  connectionStatus: options('showPrivileges'),
  endSessions: options(''),
  saslStart: options('mechanism payload autoAuthorize options db'),
  saslContinue: options('conversationId payload'),
  kadeSnapshot: options(''),
};

/** Other spellings of commands. */
export const ALIASES: Readonly<Record<string, string>> = {
  ismaster: 'hello',
  isMaster: 'hello',
  buildinfo: 'buildInfo',
  findandmodify: 'findAndModify',
  deleteIndexes: 'dropIndexes',
  collstats: 'collStats',
  dbstats: 'dbStats',
};

/** What drivers send with any command; it has no effect on one server, or is looked at elsewhere. */
const COMMON = new Set(
  words(
    '$db lsid $clusterTime $readPreference readConcern writeConcern maxTimeMS comment apiVersion apiStrict apiDeprecationErrors',
  ),
);

/** Refuses options that are unknown (40415) or known but not served (115), so that none is silently ignored. */
export function checkOptions(command: string, body: Doc): void {
  const name = ALIASES[command] ?? command;
  checkCommon(body);
  const known = OPTIONS[name];
  if (!known) return; // hello and getParameter take any field, as MongoDB's do
  for (const option of Object.keys(body)) {
    if (option === command || COMMON.has(option)) continue;
    if (known.refused.includes(option)) {
      if (body[option] !== false && body[option] !== null)
        throw new CommandError(115, `the option '${option}' of ${name} is not served by the embedded database`);
    } else if (!known.served.includes(option)) throw unknownField(name, option);
    else if (option === 'collation') checkCollation(body.collation);
  }
}

const unknownField = (name: string, field: string) =>
  new CommandError(40415, `BSON field '${name}.${field}' is an unknown field.`);

/** Refuses with 40415 a field that a document within a command cannot have. */
export function checkFields(name: string, value: unknown, known: readonly string[]): void {
  const stray = isPlain(value) ? Object.keys(value).find((field) => !known.includes(field)) : undefined;
  if (stray !== undefined) throw unknownField(name, stray);
}

const LEVELS = ['local', 'available', 'majority', 'linearizable', 'snapshot'];

function checkCommon({ writeConcern, readConcern, apiVersion, cursor }: Doc): void {
  checkFields('writeConcern', writeConcern, ['w', 'j', 'wtimeout', 'fsync', 'provenance']);
  checkFields('readConcern', readConcern, ['level', 'afterClusterTime', 'atClusterTime', 'provenance']);
  checkFields('cursor', cursor, ['batchSize']);
  const { w } = (writeConcern ?? {}) as Doc;
  if (typeof w === 'string' && w !== 'majority')
    throw new CommandError(2, `cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`);
  if (Number(w) > 1) throw new CommandError(2, "cannot use 'w' > 1 when a host is not replicated");
  const { level = 'local' } = (readConcern ?? {}) as Doc;
  if (!LEVELS.includes(String(level)))
    throw new CommandError(
      2,
      `Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`,
    );
  if (level === 'linearizable' || level === 'snapshot')
    throw new CommandError(123, `node needs to be a replica set member to use read concern ${level}`);
  if (apiVersion !== undefined && apiVersion !== '1')
    throw new CommandError(322, `Provided apiVersion:${String(apiVersion)}; API version must be '1'`);
}
