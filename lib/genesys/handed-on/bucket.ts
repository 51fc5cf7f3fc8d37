import { createHash } from "node:crypto";
import type { DayNames } from "./names";

/** The figures of one group of a bucket, as last handed on. */
export interface Cell {
  /** Its columns: a shape of the day's names. */
  readonly shape: number;
  /** The fingerprint of its values. */
  readonly high: number;
  readonly low: number;
  /** Whether it was taken back as a whole, so that it was last handed on with zeros. */
  readonly gone: boolean;
}

/** Numbers of one cell in memory: shape plus 1 (0: no such cell), and the fingerprint. */
const WORDS = 3;
/** Bytes of one cell in a file: group, shape, fingerprint. */
const CELL_BYTES = 16;
const VERSION = 1;
/** Marks a taken-back cell in the number of its shape. */
const GONE = 0x80000000;
const DIGEST_BYTES = 8;

/**
 * Remembers what was last handed on of one bucket: columns and a fingerprint of the values of each group. A dozen bytes
 * a group, as there may be ten thousand of them in each bucket of many days.
 */
export class Bucket {
  readonly start: number;
  readonly names: DayNames;
  /** What the answer was narrowed to; answers of another scope are not compared. */
  scope = "";
  /** Whether it was handed on, even as empty. */
  known = false;
  /** Whether the file lacks something. */
  dirty = false;
  #cells: Uint32Array<ArrayBuffer>;

  constructor(start: number, names: DayNames) {
    this.start = start;
    this.names = names;
    this.#cells = new Uint32Array(WORDS * names.count("group"));
  }

  get bytes(): number {
    return this.#cells.byteLength;
  }

  get(group: number): Cell | undefined {
    const at = group * WORDS;
    const shape = this.#cells[at] ?? 0;
    return shape === 0
      ? undefined
      : {
          shape: (shape & ~GONE) - 1,
          high: this.#cells[at + 1]!,
          low: this.#cells[at + 2]!,
          gone: shape >= GONE,
        };
  }

  set(group: number, { shape, high, low, gone }: Cell): void {
    const at = group * WORDS;
    const word = (shape + 1 + (gone ? GONE : 0)) >>> 0;
    if (at >= this.#cells.length) {
      const grown = new Uint32Array(WORDS * Math.max(group + 1, this.names.count("group")));
      grown.set(this.#cells);
      this.#cells = grown;
    }
    const cells = this.#cells;
    if (cells[at] === word && cells[at + 1] === high && cells[at + 2] === low) return;
    cells[at] = word;
    cells[at + 1] = high;
    cells[at + 2] = low;
    this.dirty = true;
  }

  /** The groups that were handed on. */
  *groups(): Generator<number> {
    for (let at = 0; at < this.#cells.length; at += WORDS) if (this.#cells[at] !== 0) yield at / WORDS;
  }

  /** Notes that the bucket was asked; figures of another scope are forgotten. */
  asked(scope: string): void {
    if (this.known && this.scope === scope) return;
    if (this.scope !== scope) this.#cells = new Uint32Array(this.#cells.length);
    this.scope = scope;
    this.known = true;
    this.dirty = true;
  }

  /** Writes the content of its file: version, scope, cells, digest. */
  toFile(): Buffer {
    const groups = [...this.groups()];
    const scope = Buffer.from(this.scope, "utf8");
    const head = 4 + scope.length;
    const buffer = Buffer.alloc(head + groups.length * CELL_BYTES + DIGEST_BYTES);
    buffer.writeUInt16LE(VERSION, 0);
    buffer.writeUInt16LE(scope.length, 2);
    scope.copy(buffer, 4);
    let at = head;
    for (const group of groups) {
      const first = group * WORDS;
      const [shape, high, low] = this.#cells.subarray(first, first + WORDS);
      for (const word of [group, shape!, high!, low!]) at = buffer.writeUInt32LE(word, at);
    }
    digestOf(buffer.subarray(0, at)).copy(buffer, at);
    return buffer;
  }

  /** Reads a file; a damaged one leaves the bucket unknown. */
  fromFile(buffer: Buffer): void {
    const end = buffer.length - DIGEST_BYTES;
    if (end < 4 || !digestOf(buffer.subarray(0, end)).equals(buffer.subarray(end))) return;
    if (buffer.readUInt16LE(0) !== VERSION) return;
    const head = 4 + buffer.readUInt16LE(2);
    if (head > end || (end - head) % CELL_BYTES !== 0) return;
    for (let at = head; at < end; at += CELL_BYTES) {
      const [group, word] = [buffer.readUInt32LE(at), buffer.readUInt32LE(at + 4)];
      const shape = (word & ~GONE) - 1;
      if (group >= this.names.count("group") || shape >= this.names.count("shape")) return this.#forget();
      const [high, low] = [buffer.readUInt32LE(at + 8), buffer.readUInt32LE(at + 12)];
      this.set(group, { shape, high, low, gone: word >= GONE });
    }
    this.scope = buffer.toString("utf8", 4, head);
    this.known = true;
    this.dirty = false;
  }

  #forget(): void {
    this.#cells = new Uint32Array(0);
    this.dirty = false;
  }
}

/** Digest that shows a file half written at a power cut. */
function digestOf(content: Buffer): Buffer {
  return createHash("sha256").update(content).digest().subarray(0, DIGEST_BYTES);
}
