const [MINUS, DOT, ZERO] = [0x2d, 0x2e, 0x30];

/** The longest number in bytes. */
export const NUMBER_BYTES = 32;

/**
 * Writes a finite number as JavaScript prints it: the shortest text that reads as the same number. Whole numbers and up
 * to three decimals are written without making that text.
 *
 * @param bytes with room for {@link NUMBER_BYTES}
 * @returns where it ends
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  if ((value | 0) === value) return writeSmall(bytes, at, value);
  if (Number.isSafeInteger(value)) {
    const start = value < 0 ? writeMinus(bytes, at) : at;
    return writeLarge(bytes, start, Math.abs(value));
  }
  const thousandths = Math.round(value * 1000);
  // Of decimals with up to 15 digits only one is the shortest that reads as this number: this one, where it does.
  if (thousandths / 1000 !== value || Math.abs(thousandths) >= 1e15)
    return writeAscii(bytes, at, String(value));
  return writeThousandths(bytes, value < 0 ? writeMinus(bytes, at) : at, Math.abs(thousandths));
}

/** Writes digits and the like. @returns where they end */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function writeMinus(bytes: Uint8Array, at: number): number {
  bytes[at] = MINUS;
  return at + 1;
}

/** A whole number of 32 bits. */
function writeSmall(bytes: Uint8Array, at: number, value: number): number {
  let start = at;
  let left = value;
  if (left < 0) {
    start = writeMinus(bytes, at);
    left = -left;
  }
  let digits = 1;
  for (let limit = 10; limit <= left && digits < 10; limit *= 10) digits++;
  return writeDigits(bytes, start, left, digits);
}

/** A whole number that is not negative and below 2^53. */
function writeLarge(bytes: Uint8Array, at: number, value: number): number {
  const high = Math.floor(value / 1e9);
  if (high === 0) return writeSmall(bytes, at, value);
  return writeDigits(bytes, writeSmall(bytes, at, high), value - high * 1e9, 9);
}

/** A number of thousandths that is not negative and no whole thousand. */
function writeThousandths(bytes: Uint8Array, at: number, thousandths: number): number {
  const whole = Math.floor(thousandths / 1000);
  let rest = thousandths - whole * 1000;
  let digits = 3;
  while (rest % 10 === 0) {
    rest /= 10;
    digits--;
  }
  const point = writeLarge(bytes, at, whole);
  bytes[point] = DOT;
  return writeDigits(bytes, point + 1, rest, digits);
}

/** @param value not negative, at most 2^31 */
function writeDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let left = value;
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = (left / 10) | 0;
    bytes[i] = ZERO + left - tenth * 10;
    left = tenth;
  }
  return at + digits;
}

/** Node's own buffers are turned into text several times faster than by a TextDecoder, which is what a browser has. */
const NODE_BUFFER = (globalThis as { Buffer?: NodeBuffers }).Buffer;
const DECODER = new TextDecoder();

interface NodeBuffers {
  allocUnsafeSlow(size: number): Uint8Array;
}

interface NodeBuffer extends Uint8Array {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Bytes whose content is left to the caller. */
export function allocate(size: number): Uint8Array {
  return NODE_BUFFER ? NODE_BUFFER.allocUnsafeSlow(size) : new Uint8Array(size);
}

/** The text of bytes. */
export function textOf(bytes: Uint8Array, start: number, end: number, ascii: boolean): string {
  if (!NODE_BUFFER) return DECODER.decode(bytes.subarray(start, end));
  return ascii ? (bytes as NodeBuffer).latin1Slice(start, end) : (bytes as NodeBuffer).utf8Slice(start, end);
}
