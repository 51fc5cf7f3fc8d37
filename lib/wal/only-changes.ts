import { hash, pointKey, pointParts } from "../lines/point";
import type { Clock } from "../time/clock";

/** Bound of remembered points; the longest untouched is forgotten first. */
const MAX_POINTS = 500_000;

interface Options {
  readonly clock: Clock;
  /** After this time a line is taken again though nothing changed. */
  readonly fullEveryMs: number;
  /** The number of the next record. */
  readonly nextSeq: () => number;
  readonly maxPoints?: number;
}

/**
 * Leaves out lines that say nothing new: the last taken line of their point (series and time) had the same fields, is
 * confirmed, and not too old. Learns from outcomes only; a point with a pending, refused or dropped line is taken
 * again. In memory, about 90 bytes a point; a restart forgets all.
 */
export class OnlyChanges {
  readonly #options: Options;
  readonly #maxPoints: number;
  /** Places of points in the arrays, the longest untouched first. */
  readonly #places = new Map<number, number>();
  readonly #free: number[] = [];
  #fields = new Float64Array(1_024);
  /** The first record since the point was known; lines of older ones do not count. */
  #firstSeq = new Float64Array(1_024);
  /** When the last line was taken, seconds by the monotonic clock. */
  #takenAt = new Uint32Array(1_024);
  /** Taken lines without an outcome. */
  #pending = new Uint16Array(1_024);
  #confirmed = new Uint8Array(1_024);
  #used = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#maxPoints = options.maxPoints ?? MAX_POINTS;
  }

  get points(): number {
    return this.#places.size;
  }

  /** @returns the lines that say something new, which count as taken */
  take(lines: readonly string[]): readonly string[] {
    const wanted = lines.filter((line) => this.#take(line));
    return wanted.length === lines.length ? lines : wanted;
  }

  /** Notes the outcome of a record's lines. */
  settled(seq: number, lines: readonly string[], isRefused: (at: number) => boolean): void {
    if (this.#places.size === 0) return;
    lines.forEach((line, at) => {
      const parts = pointParts(line);
      const key = pointKey(parts);
      const place = this.#places.get(key);
      if (place === undefined || seq < this.#firstSeq[place]!) return;
      if (this.#pending[place]! > 0) this.#pending[place]!--;
      const same = this.#fields[place] === hash(parts.fields, 1);
      // The outcome of later lines counts.
      if (isRefused(at)) this.#spoil(place);
      else if (this.#pending[place] === 0 && same) this.#confirmed[place] = 1;
    });
  }

  /** Takes back lines that could not be kept. */
  notKept(lines: readonly string[]): void {
    for (const line of lines) {
      const place = this.#places.get(pointKey(pointParts(line)));
      if (place === undefined) continue;
      if (this.#pending[place]! > 0) this.#pending[place]!--;
      this.#spoil(place);
    }
  }

  /** Forgets all points: what the database holds is unknown. */
  forget(): void {
    this.#places.clear();
    this.#free.length = 0;
    this.#used = 0;
  }

  #take(line: string): boolean {
    const parts = pointParts(line);
    const key = pointKey(parts);
    const fields = hash(parts.fields, 1);
    const now = Math.floor(this.#options.clock.monotonic() / 1_000);
    const known = this.#places.get(key);
    if (known !== undefined) {
      // The longest untouched are the first in the map.
      this.#places.delete(key);
      this.#places.set(key, known);
      const young = (now - this.#takenAt[known]!) * 1_000 < this.#options.fullEveryMs;
      if (this.#confirmed[known] === 1 && this.#fields[known] === fields && young) return false;
    }
    const place = known ?? this.#newPlace(key);
    this.#fields[place] = fields;
    this.#takenAt[place] = now;
    this.#confirmed[place] = 0;
    this.#pending[place] = Math.min(0xffff, this.#pending[place]! + 1);
    return true;
  }

  #newPlace(key: number): number {
    if (this.#places.size >= this.#maxPoints) {
      const [oldest, freed] = this.#places.entries().next().value!;
      this.#places.delete(oldest);
      this.#free.push(freed);
    }
    const place = this.#free.pop() ?? this.#used++;
    if (place >= this.#fields.length) this.#grow();
    this.#pending[place] = 0;
    this.#firstSeq[place] = this.#options.nextSeq();
    this.#places.set(key, place);
    return place;
  }

  #grow(): void {
    const size = Math.min(this.#maxPoints + 1, this.#fields.length * 2);
    this.#fields = copied(new Float64Array(size), this.#fields);
    this.#firstSeq = copied(new Float64Array(size), this.#firstSeq);
    this.#takenAt = copied(new Uint32Array(size), this.#takenAt);
    this.#pending = copied(new Uint16Array(size), this.#pending);
    this.#confirmed = copied(new Uint8Array(size), this.#confirmed);
  }

  /** Makes no line of this point count as confirmed. */
  #spoil(place: number): void {
    this.#confirmed[place] = 0;
    this.#fields[place] = NaN;
  }
}

function copied<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
