import { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { type Core, KadeError, MAX_FILE_BYTES, type Shop, type StoredFile } from '../../core/index.ts';

/** Shown by the browser in place; anything else is only ever saved. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Told as what they are; any other type as bytes, so that nothing active is served from our origin. */
const HARMLESS = new Set([
  ...SHOWN,
  'text/csv',
  'text/plain',
  'application/zip',
  'application/gzip',
  'application/pdf',
]);
const DRAIN_MS = 5000;

/** Streams a request's body to disk; `file_too_large` before the first byte where the length is told. */
export async function saveUpload(
  core: Core,
  shopId: Shop['_id'],
  request: Request,
  response: Response,
  name: string,
): Promise<StoredFile> {
  try {
    if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES) throw new KadeError('file_too_large');
    const mimeType = /^[\w.+-]{1,60}\/[\w.+-]{1,100}/.exec(request.headers['content-type'] ?? '')?.[0];
    // The request outlives a refusal: its answer goes out on the same connection.
    const content = Readable.from(request.iterator({ destroyOnReturn: false }), { objectMode: false });
    return await core.files.save(shopId, name, mimeType ?? 'application/octet-stream', content);
  } catch (error) {
    drain(request, response);
    throw error;
  }
}

/** Most clients read the answer only after they have written; what they still send is thrown away for a while. */
function drain(request: Request, response: Response): void {
  response.set('Connection', 'close');
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MS).unref();
  request.once('close', () => clearTimeout(timer));
}

/** Sends a file of this shop; never as anything a browser would run. */
export async function sendFile(core: Core, shopId: Shop['_id'], id: string, response: Response): Promise<void> {
  const file = await core.files.get(shopId, id);
  response.attachment(file.name);
  if (SHOWN.has(file.mimeType)) response.set('Content-Disposition', 'inline');
  response.set({
    'Content-Type': HARMLESS.has(file.mimeType) ? file.mimeType : 'application/octet-stream',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': 'private, max-age=31536000, immutable',
  });
  await new Promise<void>((resolve, reject) => {
    response.sendFile(core.files.path(file.id), { dotfiles: 'allow', cacheControl: false }, (error?: Error) => {
      if (!error || response.headersSent) resolve();
      else reject(new KadeError('file_not_found', {}, { cause: error }));
    });
  });
}
