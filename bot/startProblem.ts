import { DamagedFile, FolderInUse, Refusal, type Settings } from '../core/index.ts';

const FOLDER_CODES = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ENAMETOOLONG', 'ELOOP']);
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT']);
const OUT_OF_DISK_SPACE = 14031;
const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ESERVFAIL',
  'ENODATA',
  'ETIMEOUT',
  'ETIMEDOUT',
  'ECONNREFUSED',
]);
const REFUSED_SIGN_IN = new Set([13, 18]);

/** Why Kade did not start, in a sentence with its cure; null for what nobody foresaw. */
export function explainStart(error: unknown, settings: Settings): string | null {
  if (!(error instanceof Error)) return null;
  const { code, name, message } = error as Error & { code?: string | number };
  if (error instanceof Refusal || error instanceof FolderInUse || error instanceof DamagedFile) return message;
  if (name === 'ListenError') return message;
  if (FULL_CODES.has(String(code)) || code === OUT_OF_DISK_SPACE)
    return `The disk of the data folder ${settings.DATA_DIR} is full. Nothing was lost. Make room, then start again.`;
  if (FOLDER_CODES.has(String(code)))
    return `The data folder ${settings.DATA_DIR} cannot be used (${code}). Set DATA_DIR to a folder that this user may write.`;
  if (!settings.MONGODB_URI) return null;
  const server = hostsOf(settings.MONGODB_URI);
  if (REFUSED_SIGN_IN.has(Number(code)) || /authentication failed/i.test(message))
    return `The database server ${server} refused the sign-in. Check the name and password in MONGODB_URI, and what that user may do.`;
  if (/ServerSelection|Network|Timeout/.test(name) || UNREACHABLE.has(String(code)))
    return `The database server ${server} does not answer. Start it, or mend MONGODB_URI; without it Kade uses a database of its own.`;
  if (/MongoParse|InvalidArgument/.test(name))
    return 'MONGODB_URI cannot be read. It looks like mongodb://name:password@host:27017/; in a password write @ as %40, : as %3A, / as %2F.';
  return null;
}

/** The servers that a connection string names, never its password. */
function hostsOf(uri: string): string {
  return uri.replace(/^(?:.*@|[^/]*\/\/)/, '').split(/[/?]/, 1)[0] ?? '';
}
