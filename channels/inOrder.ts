/** Does what is asked for a key one after another, different keys at once; what fails is its asker's alone. */
export function createLines(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const lines = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const done = (lines.get(key) ?? Promise.resolve()).then(work);
    const line = done
      .catch(() => undefined)
      .finally(() => {
        if (lines.get(key) === line) lines.delete(key);
      });
    lines.set(key, line);
    return done;
  };
}
