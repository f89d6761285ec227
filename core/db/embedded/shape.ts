import type { Shape } from './rawBson.ts';

/** Adds a dotted path to the fields that are wanted; a shorter path wants everything below it. */
export function addPath(shape: Shape, path: readonly string[]): void {
  let at = shape;
  for (let i = 0; i < path.length; i++) {
    const name = path[i] as string;
    const inner = at.get(name);
    if (inner === null || isPosition(path[i + 1])) return void at.set(name, null);
    if (i === path.length - 1) return void at.set(name, null);
    if (inner === undefined) {
      const next: Shape = new Map();
      at.set(name, next);
      at = next;
    } else at = inner;
  }
}

const isPosition = (name: string | undefined) => name !== undefined && /^\d+$/.test(name);

/** The shape of these dotted paths. */
export function shapeOf(paths: Iterable<string>): Shape {
  const shape: Shape = new Map();
  for (const path of paths) addPath(shape, path.split('.'));
  return shape;
}
