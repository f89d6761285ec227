/** Does work a few at a time; what comes meanwhile waits its turn. */
export function createLanes(atOnce: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let open = 0;
  return async (work) => {
    if (open < atOnce) open += 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else open -= 1;
    }
  };
}
