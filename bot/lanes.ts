/** Does work a few at a time, how few is asked each time; what comes meanwhile waits its turn. */
export function createLanes(atOnce: () => number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let open = 0;
  const admit = (): void => {
    while (waiting.length > 0 && open < atOnce()) {
      open += 1;
      waiting.shift()?.();
    }
  };
  return async (work) => {
    await new Promise<void>((go) => {
      waiting.push(go);
      admit();
    });
    try {
      await work();
    } finally {
      open -= 1;
      admit();
    }
  };
}
