import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GlobalFonts } from '@napi-rs/canvas';

const require = createRequire(import.meta.url);

/** Latin first: the Sinhala and Tamil fonts carry a wide space of their own. */
const scripts = [
  ['noto-sans', 'latin'],
  ['noto-sans', 'latin-ext'],
  ['noto-sans-sinhala', 'sinhala'],
  ['noto-sans-tamil', 'tamil'],
  ['noto-sans', 'devanagari'],
  ['noto-sans', 'cyrillic'],
  ['noto-sans', 'greek'],
  ['noto-sans', 'vietnamese'],
] as const;

/** The CSS family list that draws all our scripts, once `registerFonts` has run. */
export const fontFamily = scripts.map(([, script]) => `'Kade ${script}'`).join(', ');

/** Registers Noto Sans (OFL-1.1, regular and bold, from npm) so that no font of the machine is needed; throws if a file is missing. */
export function registerFonts(): void {
  for (const [name, script] of scripts) {
    const folder = join(dirname(require.resolve(`@fontsource/${name}/package.json`)), 'files');
    for (const weight of [400, 700]) {
      const file = join(folder, `${name}-${script}-${weight}-normal.woff2`);
      if (!GlobalFonts.registerFromPath(file, `Kade ${script}`)) throw new Error(`The font ${file} cannot be read.`);
    }
  }
}

/** A CSS font of `size` page units. */
export function font(size: number, weight: 400 | 700 = 400): string {
  return `${weight} ${size}px ${fontFamily}`;
}
