/** A 32-bit hash of its parts (FNV-1a with a final mix): the same parts give the same number in every run. */
export function hash(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = String(part);
    for (let i = 0; i <= text.length; i++) {
      h = Math.imul(h ^ (i < text.length ? text.charCodeAt(i) : 0x1f), 0x01000193);
    }
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on the parts alone. */
export function chanceOf(...parts: readonly (string | number)[]): number {
  return hash(...parts) / 2 ** 32;
}

/** An identifier in the form of a UUID that depends on the parts alone. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const hex = [0, 1, 2, 3]
    .map((i) =>
      hash(i, ...parts)
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");
  const cut = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return cut.join("-");
}

/** Seeded random numbers (mulberry32): a simulated day comes out the same whenever it is computed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Erlang-2: the sum of two exponential phases, closer to real talk times than one. */
  erlang2(mean: number): number {
    return this.exponential(mean / 2) + this.exponential(mean / 2);
  }
}
