import { createCanvas, loadImage } from '@napi-rs/canvas';
import decodeQR from 'qr/decode.js';

/** What a phone reads when its camera sees this picture, in a size of so many pixels across; throws where it finds no code. */
export async function readQr(png: Buffer, across = 360): Promise<string> {
  const image = await loadImage(png);
  const canvas = createCanvas(across, Math.round((image.height * across) / image.width));
  const ctx = canvas.getContext('2d');
  ctx.drawImage(image, 0, 0, canvas.width, canvas.height);
  return decodeQR(ctx.getImageData(0, 0, canvas.width, canvas.height));
}
