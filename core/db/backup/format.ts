// A backup is a tar.gz: MANIFEST first, the database and the files by their paths in the data folder, SUMS last.

export const MANIFEST = 'kade-backup.json';
/** sha256sum's own format, a line a file. */
export const SUMS = 'SHA256SUMS';
/** Grows when an older Kade could no longer read a backup. */
export const FORMAT = 1;

/** Where in the data folder the database is. */
export const DATABASE = 'database';
/** Where in the data folder the login of the shop's WhatsApp is, a browser's profile: whoever has it has the account. */
const LOGIN = 'whatsapp';
/** Where in the data folder a restore unpacks, and where it puts what was there before (followed by the date). */
export const STAGING = 'restoring';
export const REPLACED = 'replaced-';

/** Whether something at the top of the data folder is data, not a restore's work nor the file system's own. */
export const isData = (name: string): boolean =>
  name !== STAGING && name !== 'lost+found' && !name.startsWith(REPLACED);

/** Whether a file goes into a backup as it is, by its path in the data folder; the database does as a snapshot. */
export function isKept(name: string): boolean {
  const [top = ''] = name.split('/', 1);
  return top !== DATABASE && top !== LOGIN && isData(top);
}
