import type { Language } from '../../core/index.ts';
import { escapeHtml } from '../html.ts';

/** What stands in a mail's HTML beside its words; everything here is HTML already. */
export interface PageParts {
  readonly language: Language;
  readonly title: string;
  /** shown by mail apps beside the subject, instead of what the words begin with */
  readonly preview?: string;
  /** the words, line by line; an empty line parts paragraphs */
  readonly lines: readonly string[];
  readonly picture?: { readonly cid: string; readonly alt: string };
  readonly buttons: readonly { readonly url: string; readonly label: string }[];
  readonly footer: readonly string[];
}

const FONT = "'Noto Sans','Noto Sans Sinhala','Noto Sans Tamil',-apple-system,'Segoe UI',Roboto,Arial,sans-serif";
/** Colours for apps that read no style sheet stand on the elements; the sheet turns them for dark mode. */
const STYLE = [
  ':root{color-scheme:light dark;supported-color-schemes:light dark}',
  'a{color:#0b57d0}',
  '@media (max-width:600px){.card{padding:20px 16px!important;border-radius:0!important}.outer{padding:0!important}',
  '.button{display:block!important;margin-right:0!important;text-align:center}}',
  '@media (prefers-color-scheme:dark){.outer,body{background:#14171a!important}.card{background:#1f2428!important}',
  '.words{color:#eceff1!important}.small,.small a{color:#aab4bb!important}a{color:#8ab4f8!important}',
  '.button{background:#8ab4f8!important;color:#10202f!important}}',
].join('');
/** Keeps mail apps from showing the words a second time behind the preview. */
const PADDING = '&#847;&zwnj;&nbsp;'.repeat(60);

/** A mail as one narrow column that every mail app can show: one table for Outlook, styles on the elements, no script, nothing fetched. */
export function htmlPage({ language, title, preview, lines, picture, buttons, footer }: PageParts): string {
  const image = picture
    ? `<img src="cid:${picture.cid}" alt="${picture.alt}" width="536" style="display:block;width:100%;max-width:536px;height:auto;margin:0 0 16px;border:0;border-radius:8px">`
    : '';
  const links = buttons.map(
    ({ url, label }) =>
      `<a class="button" href="${url}" style="display:inline-block;margin:8px 8px 0 0;padding:12px 18px;border-radius:8px;background:#0b57d0;color:#ffffff;text-decoration:none;font-weight:600">${label}</a>`,
  );
  const small = footer.length
    ? `<p class="small" style="margin:24px 0 0;font-size:13px;line-height:1.5;color:#5f6368">${footer.join('<br>')}</p>`
    : '';
  return [
    `<!doctype html><html lang="${language}" dir="auto"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<meta name="supported-color-schemes" content="light dark"><title>${title}</title><style>${STYLE}</style></head>`,
    '<body style="margin:0;padding:0;background:#f3f4f6">',
    preview
      ? `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all" aria-hidden="true">${preview}${PADDING}</div>`
      : '',
    '<table role="presentation" class="outer" width="100%" cellpadding="0" cellspacing="0" border="0" style="padding:24px 12px;background:#f3f4f6"><tr><td align="center">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr>',
    `<td class="card" dir="auto" style="padding:32px;background:#ffffff;border-radius:12px;text-align:start;font-family:${FONT}">`,
    image,
    ...paragraphs(lines).map(
      (paragraph) =>
        `<p class="words" style="margin:0 0 16px;font-size:16px;line-height:1.6;color:#202124;overflow-wrap:anywhere">${paragraph.join('<br>')}</p>`,
    ),
    links.length ? `<div>${links.join('')}</div>` : '',
    small,
    '</td></tr></table></td></tr></table></body></html>',
  ].join('');
}

function paragraphs(lines: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (line === '') found.push([]);
    else found.at(-1)?.push(line);
  }
  return found.filter((paragraph) => paragraph.length > 0);
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/giu;

/** A line of text as HTML, its web addresses as links. */
export function htmlLine(line: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: url, index } of line.matchAll(LINK)) {
    const safe = escapeHtml(url);
    parts.push(escapeHtml(line.slice(from, index)), `<a href="${safe}">${safe}</a>`);
    from = index + url.length;
  }
  return [...parts, escapeHtml(line.slice(from))].join('');
}
