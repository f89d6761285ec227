/** Remembers a function of a cell for the cells seen lately: columns repeat their values. At most `limit` of them are kept. */
export function memoise<T>(read: (cell: string) => T, limit = 50_000): (cell: string) => T {
  const known = new Map<string, T>();
  let last: string | null = null;
  let lastValue: T;
  return (cell) => {
    if (cell === last) return lastValue;
    const found = known.get(cell);
    last = cell;
    if (found !== undefined) {
      lastValue = found;
      return found;
    }
    if (known.size >= limit) known.clear();
    const own = copyText(cell);
    lastValue = read(own);
    known.set(own, lastValue);
    return lastValue;
  };
}

/** A string of its own: a cell is a view into the piece of the file that it was cut from and would keep all of that alive. */
export function copyText(text: string): string {
  // V8 makes views of 13 characters and more.
  return text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8');
}
