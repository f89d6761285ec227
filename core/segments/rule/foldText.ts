/** What words of a rule are compared by: case, width and runs of spaces do not count. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
