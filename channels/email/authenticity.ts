import { domainOf } from './address.ts';

/** `{@shop.lk : pass, @sendgrid.net : fail}`; anything else, a name with a quote in it for one, proves nothing. */
const RESULTS = /^\{?\s*([\w.+-]*@[\w.-]+ ?: ?\w+(?:, ?[\w.+-]*@[\w.-]+ ?: ?\w+)*)\s*\}?$/;
const RESULT = /@([\w.-]+)\s*:\s*(\w+)/g;

/**
 * Whether a mail comes from the address that it names: DKIM passed for its domain, or one that the domain lies in
 * (RFC 7489, relaxed, downwards only: below a domain others may sign). SPF is of the envelope and vouches for no From line.
 */
export function isProven(email: string, dkim: string, headers: string): boolean {
  // A second From line may be the one that was signed.
  if ((headers.match(/^from:/gim) ?? []).length > 1) return false;
  const list = RESULTS.exec(dkim.trim())?.[1];
  if (!list) return false;
  const domain = domainOf(email);
  return [...list.toLowerCase().matchAll(RESULT)].some(
    ([, signer = '', result]) =>
      result === 'pass' && signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`)),
  );
}

const ROBOT = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?(?:[+-].*)?)@/;
const AUTOMATIC: readonly RegExp[] = [
  /^auto-submitted:(?!\s*no\b)/im,
  /^precedence:\s*(?:bulk|junk|list|auto_reply)/im,
  /^x-(?:autoreply|autorespond|auto-reply|failed-recipients):/im,
  /^list-id:/im,
  /^return-path:\s*<>/im,
  /^content-type:\s*multipart\/report/im,
];
const ABSENT =
  /^(?:automatic reply|auto(?:matic)?[- ]?reply|auto[: ]|out of (?:the )?office|undeliver|delivery status notification|mail delivery)/i;

/** Whether a program wrote it: an absence note, a bounce, a list (RFC 3834). Nobody answers it. */
export function isAutomatic(email: string, headers: string, subject: string, envelopeFrom: string | null): boolean {
  return (
    ROBOT.test(email) ||
    envelopeFrom === '' ||
    ABSENT.test(subject.trim()) ||
    AUTOMATIC.some((sign) => sign.test(headers))
  );
}
