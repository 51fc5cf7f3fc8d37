import { textOf } from "./bytes";

/**
 * Turns the consecutive lines of a buffer into texts. All become one text and each line a part of it, at a fraction of
 * the cost of a text for each.
 */
export class LineTexts {
  /** Lines from here on are no texts yet; they end at `#ends`. */
  #from = 0;
  readonly #ends: number[] = [];
  #lines: string[] = [];

  /** A line of ASCII ends there. */
  end(at: number): void {
    this.#ends.push(at);
  }

  /** A line that has become a text already ends there. */
  add(line: string, bytes: Uint8Array, at: number): void {
    this.#make(bytes);
    this.#lines.push(line);
    this.#from = at;
  }

  /** Makes the texts of all lines so far; the next may begin at the start of the buffer. */
  restart(bytes: Uint8Array): void {
    this.#make(bytes);
    this.#from = 0;
  }

  /** Hands the lines over, and keeps none of them. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  #make(bytes: Uint8Array): void {
    const [ends, from] = [this.#ends, this.#from];
    if (ends.length === 0) return;
    this.#from = ends.at(-1)!;
    const text = textOf(bytes, from, this.#from, true);
    let start = 0;
    for (let i = 0; i < ends.length; i++) {
      const end = ends[i]! - from;
      this.#lines.push(text.slice(start, end));
      start = end;
    }
    ends.length = 0;
  }
}
