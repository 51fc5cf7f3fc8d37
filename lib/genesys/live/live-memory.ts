import { readIfThere, replaceFile } from "../interval/state-file";
import { isTextList } from "../../terms/json";
import { propertyOf, textOf } from "../json";

/** Lists of ids by name. */
export type Remembered = Readonly<Record<string, readonly string[]>>;

/**
 * Remembers over restarts whom a live poll has handed on. Who leaves while it does not run must end in the store as
 * well, or the last value stays for ever. Another choice or another organisation starts with nothing.
 */
export class LiveMemory {
  readonly #file: string | undefined;
  readonly #choice: string;
  #saved: string | undefined;

  /**
   * @param file absent where there is no place for files: then a restart begins anew
   * @param choice all that decides who is asked for
   */
  constructor(file: string | undefined, choice: readonly unknown[]) {
    this.#file = file;
    this.#choice = JSON.stringify(choice);
  }

  /** Reads the lists; a damaged file counts as an empty one. */
  async read(): Promise<Remembered> {
    if (!this.#file) return {};
    try {
      const content = (await readIfThere(this.#file))?.toString("utf8") ?? "{}";
      const value: unknown = JSON.parse(content);
      if (textOf(value, "choice") !== this.#choice) return {};
      const lists = Object.entries(propertyOf(value, "lists") ?? {});
      this.#saved = content;
      return Object.fromEntries(lists.filter((entry): entry is [string, string[]] => isTextList(entry[1])));
    } catch {
      return {};
    }
  }

  /** Writes the lists. A failure is ignored, and a restart begins anew: live state is no reason to stop. */
  async write(lists: Remembered): Promise<void> {
    const text = JSON.stringify({ version: 1, choice: this.#choice, lists });
    if (!this.#file || text === this.#saved) return;
    await replaceFile(this.#file, text, false).then(
      () => (this.#saved = text),
      () => undefined,
    );
  }
}
