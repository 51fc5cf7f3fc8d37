import type { DayNames } from "./names";

/** A set of columns, the same object for all groups that have these. */
export type Columns = ReadonlySet<number>;

/**
 * The shapes of one day, as long as one answer is compared with them. Most of thousands of groups have the same
 * columns, so that what follows from them is worked out once.
 */
export class Shapes {
  readonly #names: DayNames;
  readonly #isKept: (column: string) => boolean;
  readonly #sets = new Map<string, Columns>();
  readonly #columns = new Map<number, readonly number[]>();
  readonly #kept = new Map<number, readonly number[]>();
  readonly #texts = new Map<Columns, Map<number, string>>();

  /** @param isKept whether a column that is absent stays known */
  constructor(names: DayNames, isKept: (column: string) => boolean) {
    this.#names = names;
    this.#isKept = isKept;
  }

  /** @param columns as they were read */
  setOf(columns: readonly number[]): Columns {
    const text = columns.join(" ");
    let set = this.#sets.get(text);
    if (!set) this.#sets.set(text, (set = new Set(columns)));
    return set;
  }

  /** The columns of a shape; none of one that is not known. */
  columnsOf(shape: number): readonly number[] {
    let columns = this.#columns.get(shape);
    if (!columns) {
      const text = this.#names.text("shape", shape);
      this.#columns.set(shape, (columns = text ? text.split(" ").map(Number) : []));
    }
    return columns;
  }

  /** The text of the shape that a group has with these columns, after one of shape `before`. */
  textOf(now: Columns, before: number): string {
    let texts = this.#texts.get(now);
    if (!texts) this.#texts.set(now, (texts = new Map<number, string>()));
    let text = texts.get(before);
    if (text === undefined) {
      const columns = new Set([...now, ...this.#keptOf(before)]);
      texts.set(before, (text = [...columns].sort((a, b) => a - b).join(" ")));
    }
    return text;
  }

  #keptOf(shape: number): readonly number[] {
    let kept = this.#kept.get(shape);
    if (!kept) {
      kept = this.columnsOf(shape).filter((column) => this.#isKept(this.#names.text("column", column) ?? ""));
      this.#kept.set(shape, kept);
    }
    return kept;
  }
}
