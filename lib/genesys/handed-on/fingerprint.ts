/** The hash of a value's names, in two halves. */
export interface Place {
  readonly high: number;
  readonly low: number;
}

/** The bits of a number. */
const NUMBER = new Float64Array(1);
const BITS = new Uint32Array(NUMBER.buffer);

/** Hashes a text. */
export function placeOf(text: string): Place {
  // Two multiplicative hashes with different constants; not for secrets.
  let high = 0x9e3779b9;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  return { high, low };
}

/** Compares two sets of values without keeping them: 64 bits in two halves. */
export class Fingerprint {
  high = 0;
  low = 0;

  /** Adds one value; the order of values makes no difference. */
  add(place: Place, value: unknown): void {
    let first: number;
    let second: number;
    if (typeof value === "number") {
      NUMBER[0] = value;
      first = BITS[0]!;
      second = BITS[1]!;
    } else {
      const text = placeOf(`${typeof value} ${JSON.stringify(value)}`);
      first = text.high;
      second = text.low;
    }
    let high = mix(place.high ^ first) ^ second;
    const low = mix(place.low ^ second ^ Math.imul(high, 0x5f356495));
    high = mix(high ^ low);
    this.high = (this.high + high) >>> 0;
    this.low = (this.low + low) >>> 0;
  }
}

/** Spreads every bit over all others (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
