import { lineProblem } from "../lines/check";
import { allocate, NUMBER_BYTES, textOf, writeNumber } from "./bytes";
import { EncodeError } from "./errors";
import { escapeKey, escapeMeasurement, isHazardous, PLAIN_IN_TAGS, quoteString, utf8 } from "./escape";
import { LineTexts } from "./line-texts";
import type { FieldName } from "./names";
import type { HeadPart } from "./parts";

/** Longest measurement, tags and field key together; InfluxDB refuses more (`max key length exceeded`). */
const MAX_KEY_BYTES = 65_535;
/** The server counts four bytes between tags and field key. */
const KEY_SEPARATOR = 4;
const COMMA = 0x2c;
const INT_SUFFIX = 0x69;
/** Bytes of lines that become one text, with each line a part of it: cheaper than a text for each. */
const CHUNK_BYTES = 16_384;

/** FNV-1a, 32 bits. */
const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/**
 * Writes line protocol for the write endpoints of InfluxDB 1.8, 2 and 3, one line behind the other, into one buffer: no
 * object and no text per field. A line is a head (measurement and tags, which the caller hands over in the order of
 * their UTF-8 bytes), fields, and a time; several lines may follow one head.
 *
 * Cleaned on the way, because no escape carries it: a line break in a name, tag or string becomes a space, other
 * control characters go, a backslash at the end of a name or tag goes, in a field's name also one before a space, comma
 * or equals sign and tabs in front, a tag left empty is omitted, a NaN or infinite float is omitted.
 */
export class Encoder {
  #bytes: Uint8Array = allocate(2 * CHUNK_BYTES);
  #at = 0;
  /** Where the line begins that is being written: behind the last one. */
  #lineAt = 0;
  #headAt = 0;
  #headEnd = 0;
  readonly #texts = new LineTexts();
  /** Hash of the tags' values, to recognise a head. */
  #hash = HASH_START;
  #ascii = true;
  #headAscii = true;
  /** A name could hide the end of the line from the server. */
  #hazard = false;
  #headHazard = false;
  #longestKey = 0;
  #fields = 0;
  #measurement = "";

  /**
   * Begins a head.
   *
   * @throws {EncodeError} when the measurement is empty or begins with `#`: the server would silently drop the line as a
   *   comment
   */
  begin(measurement: string): void {
    this.restart();
    this.#measurement = measurement;
    const text = escapeMeasurement(measurement);
    if (text === "") throw new EncodeError("the measurement is empty");
    if (text.startsWith("#"))
      throw new EncodeError(`measurement "${measurement}" begins with "#": the server would read a comment`);
    this.#name(text);
  }

  /** Begins anew, with nothing written: a head whose measurement comes as a {@link HeadPart}, or another such part. */
  restart(): void {
    if (this.#lineAt >= CHUNK_BYTES) this.#reuse();
    this.#at = this.#lineAt;
    this.#hash = HASH_START;
    this.#ascii = true;
    this.#hazard = false;
  }

  /** A tag. One whose value is empty, or is so once cleaned, is left out. @returns whether it was written */
  tag({ bytes: key, ascii, hazardous }: HeadPart, value: string): boolean {
    const start = this.#at;
    this.#room(key.length + value.length);
    const bytes = this.#bytes;
    let at = start;
    for (let i = 0; i < key.length; i++) bytes[at++] = key[i]!;
    if (!ascii) this.#ascii = false;
    if (hazardous) this.#hazard = true;
    let hash = this.#hash;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7e || PLAIN_IN_TAGS[code] !== 1) return this.#awkwardTag(start, start + key.length, value);
      bytes[at++] = code;
      hash = Math.imul(hash ^ code, HASH_PRIME);
    }
    if (value.length === 0) return false;
    this.#at = at;
    // One more step, so that the values "ab", "c" and "a", "bc" differ.
    this.#hash = Math.imul(hash ^ COMMA, HASH_PRIME);
    return true;
  }

  #awkwardTag(start: number, valueAt: number, value: string): boolean {
    const text = escapeKey(value);
    if (text === "") {
      this.#at = start;
      return false;
    }
    this.#at = valueAt;
    this.#name(text);
    for (let i = 0; i < text.length; i++) this.#hash = Math.imul(this.#hash ^ text.charCodeAt(i), HASH_PRIME);
    this.#hash = Math.imul(this.#hash ^ COMMA, HASH_PRIME);
    return true;
  }

  /** A part of a head that was written before. */
  part({ bytes, ascii, hazardous }: HeadPart): void {
    this.#copy(bytes);
    if (!ascii) this.#ascii = false;
    if (hazardous) this.#hazard = true;
  }

  /** Ends the head. */
  endHead(): void {
    this.#headAt = this.#lineAt;
    this.#headEnd = this.#at;
    this.#headAscii = this.#ascii;
    this.#headHazard = this.#hazard;
    this.#fields = 0;
    this.#longestKey = 0;
  }

  /** A number that is the same for the same tags, 30 bits. */
  get headHash(): number {
    return (this.#hash >>> 2) ^ (this.#hash & 3);
  }

  /** What was written of a head so far. */
  headPart(): HeadPart {
    return {
      bytes: Uint8Array.from(this.#bytes.subarray(this.#lineAt, this.#at)),
      ascii: this.#ascii,
      hazardous: this.#hazard,
    };
  }

  /** The head as text. */
  headText(): string {
    return textOf(this.#bytes, this.#headAt, this.#headEnd, this.#headAscii);
  }

  /** Begins a line under the head. */
  beginLine(): void {
    if (this.#headAt !== this.#lineAt) this.#repeatHead();
    this.#at = this.#headEnd;
    this.#ascii = this.#headAscii;
    this.#hazard = this.#headHazard;
    this.#fields = 0;
    this.#longestKey = 0;
  }

  /**
   * Numbers `from` (included) to `to` (excluded), each of the type of its field, whole ones within ±2^53; NaN and the
   * infinities have no form in line protocol and are left out. In one go, as most of a line is made of these.
   */
  numbers(fields: readonly FieldName[], values: Float64Array, from: number, to: number): void {
    let [bytes, at] = [this.#bytes, this.#at];
    for (let i = from; i < to; i++) {
      const field = fields[i]!;
      const value = values[i]!;
      if (value - value !== 0) continue;
      const key = this.#fields++ === 0 ? field.first : field.next;
      if (at + key.length + NUMBER_BYTES + 1 > bytes.length) {
        this.#at = at;
        this.#room(key.length + NUMBER_BYTES + 1);
        bytes = this.#bytes;
      }
      for (let k = 0; k < key.length; k++) bytes[at++] = key[k]!;
      this.#noteKey(field, key);
      at = writeNumber(bytes, at, value);
      if (field.type === "int") bytes[at++] = INT_SUFFIX;
    }
    this.#at = at;
  }

  bool(field: FieldName, value: boolean): void {
    this.#key(field);
    this.#text(String(value));
  }

  string(field: FieldName, value: string): void {
    this.#key(field);
    this.#text(quoteString(value));
  }

  /** How many fields the line has so far. */
  get fields(): number {
    return this.#fields;
  }

  /**
   * Ends the line; it is among those that are taken.
   *
   * @param time as {@link timeBytes} makes it; nothing: the server uses its own clock
   * @throws {EncodeError} when no field was written, for a key that is too long, and for names that would hide the end
   *   of the line
   */
  finish(time: Uint8Array): void {
    if (this.#fields === 0) throw new EncodeError(`${this.#about()} has no field with a value`);
    if (this.#headEnd - this.#headAt + KEY_SEPARATOR + this.#longestKey > MAX_KEY_BYTES)
      throw new EncodeError(
        `${this.#about()} has a key longer than ${MAX_KEY_BYTES} bytes: shorten its tag values`,
      );
    this.#copy(time);
    if (this.#ascii && !this.#hazard) this.#texts.end(this.#at);
    else this.#finishAlone();
    this.#lineAt = this.#at;
  }

  /** The lines that were finished since the last call. */
  take(): string[] {
    this.#reuse();
    return this.#texts.take();
  }

  /** Ends a line whose places in the buffer are not those in its text, or which has to be looked at. */
  #finishAlone(): void {
    const line = textOf(this.#bytes, this.#lineAt, this.#at, this.#ascii);
    if (this.#hazard && lineProblem(line) !== undefined)
      throw new EncodeError(
        `${this.#about()} has a name with a backslash before a space, comma or equals sign: ` +
          "InfluxDB would not find the end of the line",
      );
    this.#texts.add(line, this.#bytes, this.#at);
  }

  /** The next line begins where the first one did. */
  #reuse(): void {
    this.#texts.restart(this.#bytes);
    this.#lineAt = 0;
  }

  /** The head of the line before is that of the next one too. */
  #repeatHead(): void {
    if (this.#lineAt >= CHUNK_BYTES) this.#reuse();
    this.#at = this.#lineAt;
    this.#room(this.#headEnd - this.#headAt, this.#headEnd);
    this.#bytes.copyWithin(this.#lineAt, this.#headAt, this.#headEnd);
    this.#headEnd += this.#lineAt - this.#headAt;
    this.#headAt = this.#lineAt;
  }

  #key(field: FieldName): void {
    const key = this.#fields++ === 0 ? field.first : field.next;
    this.#copy(key);
    this.#noteKey(field, key);
  }

  #noteKey(field: FieldName, key: Uint8Array): void {
    if (key.length - 2 > this.#longestKey) this.#longestKey = key.length - 2;
    if (field.hazardous) this.#hazard = true;
    if (!field.ascii) this.#ascii = false;
  }

  /** A name that is escaped already. */
  #name(escaped: string): void {
    if (isHazardous(escaped)) this.#hazard = true;
    this.#text(escaped);
  }

  #text(value: string): void {
    this.#room(value.length);
    const start = this.#at;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#ascii = false;
        this.#at = start;
        return this.#copy(utf8(value));
      }
      this.#bytes[this.#at++] = code;
    }
  }

  #copy(from: Uint8Array): void {
    this.#room(from.length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < from.length; i++) bytes[at++] = from[i]!;
    this.#at = at;
  }

  /** @param used what is in the buffer up to there stays */
  #room(more: number, used = this.#at): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = allocate(2 * (this.#at + more));
    larger.set(this.#bytes.subarray(0, used));
    this.#bytes = larger;
  }

  #about(): string {
    return `the point of measurement "${this.#measurement.slice(0, 64)}"`;
  }
}
