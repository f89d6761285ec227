const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ADDRESS = new RegExp(`^[^\\s@<>"(),:;\\\\[\\]]{1,64}@(?=.{3,190}$)${LABEL}(?:\\.${LABEL})+$`);

/** An address as customers have it, lower case; null where it is none that a mail could go to. */
export function readAddress(text: string): string | null {
  const value = text.trim().toLowerCase();
  return ADDRESS.test(value) ? value : null;
}

/** The one sender that a From line names, `Nimal <n@shop.lk>` or `n@shop.lk`; null where it names none, or several. */
export function readSender(from: string): { readonly email: string; readonly name?: string } | null {
  const bare = from.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => quoted.replace(/[<>@,;]/g, ' '));
  const [, angled] = /^[^<>@,;]*<([^<>]*)>\s*$/.exec(bare) ?? [];
  const email = readAddress(angled ?? bare);
  if (!email) return null;
  const name = angled === undefined ? '' : from.slice(0, from.lastIndexOf('<')).replace(/["\\]/g, '').trim();
  return name ? { email, name } : { email };
}

/** The domain of an address. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}
