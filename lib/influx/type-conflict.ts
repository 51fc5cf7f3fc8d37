/** A field that is refused: it holds another type already, or its name or length is. */
export interface TypeConflict {
  readonly field: string;
  /** Absent where the server does not name it. */
  readonly measurement?: string;
  /** The type that was sent; absent where it is not the type that is refused. */
  readonly type?: ValueType;
  /** The server's words. */
  readonly reason: string;
}

/** The types of field values in line protocol. */
export type ValueType = "integer" | "unsigned" | "float" | "string" | "boolean";

/** InfluxDB 3's words for types. */
const ARROW_TYPES: Readonly<Record<string, ValueType>> = {
  ...{ integer: "integer", uinteger: "unsigned", float: "float", string: "string", boolean: "boolean" },
};

/** Finds the first refused field in a server's text. No regular expression, as the names in it are foreign. */
export function typeConflict(text: string): TypeConflict | undefined {
  return influx2(text) ?? influx3(text) ?? refusedField(text);
}

/** InfluxDB 1 and 2: `input field "f" on measurement "m" is type integer, already exists as type float`. */
function influx2(text: string): TypeConflict | undefined {
  const reader = new Reader(text);
  const from = reader.skip('input field "');
  const field = reader.upTo('" on measurement "');
  const measurement = reader.upTo('" is type ');
  const type = reader.upTo(", already exists as type ");
  const stored = reader.word();
  if (from === undefined || field === undefined || measurement === undefined || !isType(type) || !stored)
    return undefined;
  return { field, measurement, type, reason: text.slice(from, reader.at) };
}

/** InfluxDB 1 and 2: `input field "time" on measurement "m" is invalid`, or `is too long, 1048577 > 1048576`. */
function refusedField(text: string): TypeConflict | undefined {
  const reader = new Reader(text);
  const from = reader.skip('input field "');
  const field = reader.upTo('" on measurement "');
  const measurement = reader.upTo('" is ');
  const isRefused = ["invalid", "too"].includes(reader.word());
  if (from === undefined || field === undefined || measurement === undefined || !isRefused) return undefined;
  return { field, measurement, reason: text.slice(from, reader.at) };
}

/** InfluxDB 3: `invalid column type for column 'f', expected iox::column_type::field::integer, got iox::…::float`. */
function influx3(text: string): TypeConflict | undefined {
  const reader = new Reader(text);
  const from = reader.skip("invalid column type for column '");
  const field = reader.upTo("', expected ");
  const expected = reader.upTo(", got ");
  const type = ARROW_TYPES[reader.word().split("::").at(-1) ?? ""];
  if (from === undefined || field === undefined || expected === undefined || !type) return undefined;
  return { field, type, reason: text.slice(from, reader.at) };
}

/** The type of the field value that begins at `at`. */
export function valueTypeAt(line: string, at: number): ValueType {
  if (line.charAt(at) === '"') return "string";
  const value = /^[^, ]*/.exec(line.slice(at, at + 32))?.[0] ?? "";
  if (value.endsWith("i")) return "integer";
  if (value.endsWith("u")) return "unsigned";
  return /^[tTfF]/.test(value) ? "boolean" : "float";
}

function isType(text: string | undefined): text is ValueType {
  return text !== undefined && Object.values(ARROW_TYPES).some((type) => type === text);
}

/** Reads a text from front to back, in one pass. */
class Reader {
  /** Position behind the last read; past the end once something was missing. */
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes behind the next occurrence; @returns where that occurrence began */
  skip(mark: string): number | undefined {
    const start = this.#text.indexOf(mark, this.at);
    this.at = start < 0 ? Infinity : start + mark.length;
    return start < 0 ? undefined : start;
  }

  /** What lies before the next occurrence, and goes behind that. */
  upTo(mark: string): string | undefined {
    const from = this.at;
    const end = this.skip(mark);
    return end === undefined ? undefined : this.#text.slice(from, end);
  }

  /** Letters, digits, `_` and `:` that follow. */
  word(): string {
    const [word = ""] = /^[\w:]*/.exec(this.#text.slice(this.at, this.at + 100)) ?? [];
    this.at += word.length;
    return word;
  }
}
