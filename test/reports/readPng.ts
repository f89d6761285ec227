import { createCanvas, loadImage } from '@napi-rs/canvas';

/** Width and height in pixels and pixels per metre, read from the bytes of a PNG's IHDR and pHYs chunks. */
export function readPngHead(png: Buffer): { width: number; height: number; perMetre: number } {
  const at = png.indexOf('pHYs');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20), perMetre: png.readUInt32BE(at + 4) };
}

/** A PNG opened; `inked` is the share of pixels that are not white in a part of it, given in shares of width and height. */
export async function openPng(png: Buffer): Promise<{ inked(x: number, y: number, w: number, h: number): number }> {
  const image = await loadImage(png);
  const canvas = createCanvas(Math.round(image.width / 3), Math.round(image.height / 3));
  const ctx = canvas.getContext('2d');
  ctx.drawImage(image, 0, 0, canvas.width, canvas.height);
  return {
    inked: (x, y, w, h) => {
      const [left, top] = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
      const { data } = ctx.getImageData(left, top, Math.round(w * canvas.width), Math.round(h * canvas.height));
      const pixels = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
      return pixels.filter((pixel) => pixel !== 0xffffffff).length / pixels.length;
    },
  };
}
