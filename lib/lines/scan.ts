const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;
const EQUALS = 0x3d;
const COMMA = 0x2c;

/**
 * Finds the end of a line as InfluxDB does: a quote opens a string only among the fields (after the first unescaped
 * space) and only at the start of a value; in tags and names it is an ordinary character.
 */
export class QuoteScan {
  quoted = false;
  /** The space before the fields is behind. */
  inFields = false;
  /** An equals sign was seen among the fields, so the line has a field. */
  hasField = false;
  /** Unescaped equals signs less commas, since the fields began: above zero, a quote opens a string. */
  #open = 0;

  /** Takes the next character. @returns how many characters after it to skip */
  step(code: number): 0 | 1 {
    if (code === BACKSLASH) return 1;
    if (!this.inFields) this.inFields = code === SPACE;
    else if (code === QUOTE && (this.quoted || this.#open > 0)) this.quoted = !this.quoted;
    else if (!this.quoted && code === EQUALS) {
      this.#open++;
      this.hasField = true;
    } else if (!this.quoted && code === COMMA) this.#open--;
    return 0;
  }

  /**
   * Takes a piece of text without a line break. A backslash at its end escapes the line break inside a string only;
   * outside, it is a fault of its own line.
   */
  take(piece: string): void {
    for (let at = 0; at < piece.length; at++) at += this.step(piece.charCodeAt(at));
  }
}
