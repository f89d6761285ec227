/** Endings of what phones send. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'video/mp4': '.mp4',
  'video/3gpp': '.3gp',
  'audio/ogg': '.ogg',
  'audio/mpeg': '.mp3',
  'audio/amr': '.amr',
  'application/pdf': '.pdf',
  'text/csv': '.csv',
  'text/plain': '.txt',
  'text/vcard': '.vcf',
  'text/x-vcard': '.vcf',
};

/** What a file from Twilio is called: as its sender called it (RFC 6266), else after its id. */
export function fileNameOf(disposition: string | null, mimeType: string, url: string): string {
  const extended = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? '')?.[1];
  if (extended && isEncoded(extended)) return decodeURIComponent(extended);
  const plain = /filename="([^"]+)"/i.exec(disposition ?? '')?.[1];
  // Header bytes are read as Latin-1; what was sent is UTF-8.
  if (plain) return Buffer.from(plain, 'latin1').toString('utf8');
  return `${url.split('/').at(-1) || 'file'}${ENDINGS[mimeType] ?? ''}`;
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}
