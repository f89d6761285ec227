/** Colours from Okabe and Ito (2008), told apart with every kind of colour blindness, on warm white paper. */
export const colours = {
  page: '#F3F5F8',
  card: '#FFFFFF',
  line: '#E1E6EC',
  track: '#EEF1F5',
  ink: '#17212B',
  muted: '#566370',
  blue: '#0072B2',
  orange: '#E69F00',
  green: '#009E73',
  sky: '#56B4E9',
  vermilion: '#D55E00',
  purple: '#CC79A7',
  grey: '#A9B3BE',
} as const;

/** Slices in this order: neighbours differ in lightness as well as in hue. */
export const sliceColours = [
  colours.blue,
  colours.orange,
  colours.green,
  colours.sky,
  colours.vermilion,
  colours.purple,
] as const;

/** Font sizes in page units (a page is 1000 high): 24 is the smallest, 1/40 of the height, readable on a phone held sideways; `least` only where a name or figure would else be cut. */
export const sizes = { least: 20, small: 24, text: 26, heading: 30, title: 44, tile: 50 } as const;

/** A page for a phone held upright: 24 units are 13 px on a screen of 390, and eight cards stay within Telegram's 10,000 px. */
export const phone = { width: 720, scale: 2 } as const;

/** Space in page units. */
export const space = { margin: 32, gap: 22, pad: 26, radius: 18 } as const;
