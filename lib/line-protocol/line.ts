import { describeValue, shorten } from "../terms/json";
import { STATISTICS, STATISTIC_NAMES } from "../terms/statistics";
import type { Encoder } from "./encoder";
import type { FieldName, FieldNames } from "./names";

/** Odd values of one line that are named; further ones are counted. */
const NAMED = 3;

/** Gathers the fields of one line: numbers in an array, without an object for each field. */
export class Line {
  readonly #names: FieldNames;
  #line = 0;
  #fields: FieldName[] = [];
  #count = 0;
  #numbers = new Float64Array(256);
  /** Texts and booleans by place of the field; `null` for a reserved field that stays empty. */
  #others: (string | boolean | null | undefined)[] = [];
  #filled = false;
  readonly #odd: string[] = [];
  #oddCount = 0;

  constructor(names: FieldNames) {
    this.#names = names;
  }

  begin(): void {
    this.#line = this.#names.nextLine();
    this.#count = 0;
    this.#filled = false;
    if (this.#oddCount > 0) this.#odd.length = this.#oddCount = 0;
  }

  /** Whether any field has a value. */
  get filled(): boolean {
    return this.#filled;
  }

  /** The values left out of the line, with reasons, in words; blank for none. */
  get oddities(): string {
    if (this.#oddCount === 0) return "";
    const more = this.#oddCount - this.#odd.length;
    return this.#odd.join("; ") + (more > 0 ? `; and ${more} more` : "");
  }

  /** Notes a value left out. */
  odd(reason: string): void {
    this.#oddCount++;
    if (this.#odd.length < NAMED) this.#odd.push(reason);
  }

  /** Reserves a place in the order of fields for a value that comes later, if at all. */
  reserve(field: FieldName): void {
    this.#others[this.#place(field)] = null;
  }

  has(field: FieldName): boolean {
    return field.line === this.#line && this.#others[field.place] !== null;
  }

  /**
   * Sets a field to a foreign value; one of another type than the name's is left out and noted. `null`, NaN and
   * infinity count as absent.
   */
  set(field: FieldName, value: unknown): void {
    if (value === undefined || value === null) return;
    const { type } = field;
    if (type === "int" ? Number.isSafeInteger(value) : type === "float" && typeof value === "number") {
      if ((value as number) - (value as number) === 0) this.number(field, value as number);
    } else if (
      typeof value === (type === "bool" ? "boolean" : "string") &&
      type !== "int" &&
      type !== "float"
    ) {
      this.#others[this.#place(field)] = value as string | boolean;
      this.#filled = true;
    } else {
      this.odd(`${shorten(field.name)} is ${describeValue(value)}, not ${EXPECTED[type]}`);
    }
  }

  /** Sets a field to a number of its type. */
  number(field: FieldName, value: number): void {
    const place = this.#place(field);
    this.#others[place] = undefined;
    this.#numbers[place] = value;
    this.#filled = true;
  }

  /** The number of a field in this line; `undefined` for none. */
  numberOf(field: FieldName): number | undefined {
    return this.has(field) ? this.#numbers[field.place] : undefined;
  }

  /** Adds to a number: rows of one metric with several qualifiers sum up. */
  add(field: FieldName, value: unknown): void {
    const before = this.numberOf(field);
    if (before !== undefined && typeof value === "number" && value - value === 0) {
      if (field.type === "int" && !Number.isSafeInteger(value)) this.set(field, value);
      else this.number(field, before + value);
    } else this.set(field, value);
  }

  /** Sets a statistic of a metric; a second value is merged. */
  statistic(field: FieldName, statistic: number, value: unknown): void {
    const before = field.line === this.#line ? this.numberOf(field) : undefined;
    if (before === undefined || typeof value !== "number") return this.set(field, value);
    const { merge, type } = STATISTICS[STATISTIC_NAMES[statistic]!];
    if (type === "int" && !Number.isSafeInteger(value)) return this.set(field, value);
    switch (merge) {
      case "sum":
        return this.number(field, before + value);
      case "min":
      case "max":
        return this.number(field, Math[merge](before, value));
      case "last":
        return this.number(field, value);
    }
  }

  /** The fields with a value. */
  *fields(): Generator<FieldName> {
    for (let i = 0; i < this.#count; i++) if (this.#others[i] !== null) yield this.#fields[i]!;
  }

  /** Writes the gathered fields behind the encoder's head. */
  write(encoder: Encoder): void {
    encoder.beginLine();
    for (let i = 0; i < this.#count; i++) {
      const from = i;
      while (i < this.#count && this.#others[i] === undefined) i++;
      if (i > from) encoder.numbers(this.#fields, this.#numbers, from, i);
      if (i === this.#count) return;
      const other = this.#others[i];
      if (typeof other === "string") encoder.string(this.#fields[i]!, other);
      else if (typeof other === "boolean") encoder.bool(this.#fields[i]!, other);
    }
  }

  /** Writes 0 for the gathered fields that can be taken back. @returns whether there were any */
  writeTakenBack(encoder: Encoder): boolean {
    encoder.beginLine();
    const fields = [...this.fields()].filter(({ zeroWhenTakenBack }) => zeroWhenTakenBack);
    encoder.numbers(fields, new Float64Array(fields.length), 0, fields.length);
    return encoder.fields > 0;
  }

  #place(field: FieldName): number {
    if (field.line === this.#line) return field.place;
    field.line = this.#line;
    const place = this.#count++;
    field.place = place;
    this.#fields[place] = field;
    if (place >= this.#numbers.length) {
      const larger = new Float64Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    return place;
  }
}

const EXPECTED = {
  int: "a whole number",
  float: "a number",
  string: "a text",
  bool: "true or false",
} as const;
