/** A part of a form: a field, or a file with its name. */
export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly content: Buffer;
}

/** Reads multipart/form-data as providers do, also with names that are not quoted, hold spaces or are not ASCII. */
export function readMultipart(body: Buffer, contentType: string): FormPart[] {
  const boundary = /boundary=("?)([^";]+)\1/.exec(contentType)?.[2];
  if (!boundary) return [];
  const mark = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  let start = body.indexOf(mark);
  while (start >= 0) {
    const next = body.indexOf(mark, start + mark.length);
    if (next < 0) break;
    const part = body.subarray(start + mark.length + 2, next - 2);
    const split = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, split).toString('utf8');
    const name = /[; ]name="?([^";\r\n]*)"?/i.exec(head)?.[1] ?? '';
    const fileName = /filename="?([^";\r\n]*)"?/i.exec(head)?.[1];
    parts.push({ name, ...(fileName === undefined ? {} : { fileName }), content: part.subarray(split + 4) });
    start = next;
  }
  return parts;
}
