import { rm } from "node:fs/promises";
import { appendDurably, readIfThere, replaceFile } from "../interval/state-file";

/** The numbered things: groups of rows, columns (a metric with its statistics), and shapes (sets of columns). */
const SORTS = ["group", "column", "shape"] as const;
/** One of {@link SORTS}. */
export type NameSort = (typeof SORTS)[number];

/** Numbers texts in the order in which they were first seen. */
class Numbered {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      this.texts.push(text);
      this.#numbers.set(text, number);
    }
    return number;
  }
}

/**
 * The numbers that the files of one day use for groups, columns and shapes: a file of one line each, in the order in
 * which they were first seen. It only grows, and is on disk before a number from it is.
 */
export class DayNames {
  readonly #file: string | undefined;
  readonly #series: string;
  readonly #numbered: Readonly<Record<NameSort, Numbered>> = {
    group: new Numbered(),
    column: new Numbered(),
    shape: new Numbered(),
  };
  #written: Record<NameSort, number> | undefined;

  /** @param series names of another series are not read, as its groups or buckets differ */
  private constructor(file: string | undefined, series: string) {
    this.#file = file;
    this.#series = series;
  }

  /** Reads the names of a day. A file that is damaged, or of another series, is removed with all that relies on it. */
  static async open(directory: string | undefined, series: string): Promise<DayNames> {
    const names = new DayNames(directory && `${directory}/names.jsonl`, series);
    const content = names.#file ? await readIfThere(names.#file) : undefined;
    if (content && !names.#read(content.toString("utf8"))) {
      await rm(directory!, { recursive: true, force: true });
      return new DayNames(names.#file, series);
    }
    return names;
  }

  number(sort: NameSort, text: string): number {
    return this.#numbered[sort].number(text);
  }

  /** @returns `undefined` for a number that was never given */
  text(sort: NameSort, number: number): string | undefined {
    return this.#numbered[sort].texts[number];
  }

  count(sort: NameSort): number {
    return this.#numbered[sort].texts.length;
  }

  /** Makes all numbers durable that were given so far. */
  async flush(): Promise<void> {
    if (!this.#file) return;
    const from = this.#written;
    const counts = { group: this.count("group"), column: this.count("column"), shape: this.count("shape") };
    const lines = SORTS.flatMap((sort) =>
      this.#numbered[sort].texts.slice(from?.[sort] ?? 0).map((text) => JSON.stringify([sort, text])),
    );
    if (!from)
      await replaceFile(this.#file, `${[JSON.stringify(["series", this.#series]), ...lines].join("\n")}\n`);
    else if (lines.length > 0) await appendDurably(this.#file, `${lines.join("\n")}\n`);
    this.#written = counts;
  }

  /** @returns whether it could be read */
  #read(content: string): boolean {
    const lines = content.split("\n");
    // A crash may cut the last line, whose number is not in use; later lines must not join it.
    if (lines.pop() !== "") return false;
    try {
      for (const [index, line] of lines.entries()) {
        const [sort, text] = JSON.parse(line) as unknown[];
        if (typeof text !== "string") return false;
        if (index === 0 && (sort !== "series" || text !== this.#series)) return false;
        const known = SORTS.find((name) => name === sort);
        if (known) this.number(known, text);
        else if (index > 0) return false;
      }
    } catch {
      return false;
    }
    this.#written = { group: this.count("group"), column: this.count("column"), shape: this.count("shape") };
    return lines.length > 0;
  }
}
