/** The key of the data file under which a tree (by its number) has `key`. */
export function treeKey(tree: number, key: Buffer): Buffer {
  const full = Buffer.allocUnsafe(key.length + 4);
  full.writeUInt32BE(tree, 0);
  key.copy(full, 4);
  return full;
}

/** What LMDB is asked for: a tree's keys with from <= key < to (null: to its end), or downwards. */
export function treeRange(tree: number, from: Buffer, to: Buffer | null, reverse: boolean) {
  const low = treeKey(tree, from);
  const high = to ? treeKey(tree, to) : treeKey(tree + 1, Buffer.alloc(0));
  // LMDB starts a reverse range at the key itself, so the (excluded) upper end is passed as exclusive.
  return reverse
    ? { start: high, end: low, reverse: true, exclusiveStart: true, inclusiveEnd: true }
    : { start: low, end: high };
}
