/** Says whether two sets of values are the same, without keeping them: 64 bits in two halves. */
export class Fingerprint {
  constructor(
    public high = 0,
    public low = 0,
  ) {}

  /** Adds one value; the order of values makes no difference. */
  add(text: string): void {
    // Two multiplicative hashes with different constants; not for secrets, only to tell texts apart.
    let high = 0x9e3779b9;
    let low = 0x41c6ce57;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      high = Math.imul(high ^ code, 0x9e3779b1);
      low = Math.imul(low ^ code, 0x5f356495);
    }
    high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
    low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
    this.high = (this.high + high) >>> 0;
    this.low = (this.low + low) >>> 0;
  }
}
