import { asError } from "../terms/as-error";
import { cutLines } from "../lines/split";
import type { DeadLetter } from "./dead-letter-files";
import type { DeadLetters } from "./dead-letters";
import type { Requeued, WalEvent } from "./options";
import type { Quarantine } from "./quarantine";
import type { RejectedPoints } from "./rejected-points";
import { isBadSector, MAX_TRIES } from "./salvage";
import { Serial } from "./serial";

interface Parts {
  readonly deadLetters: DeadLetters;
  readonly quarantine: Quarantine;
  readonly points: RejectedPoints;
  readonly append: (lines: readonly string[]) => Promise<void>;
  readonly onEvent: (event: WalEvent) => void;
}

type Counts = { -readonly [K in keyof Requeued]: Requeued[K] };

/**
 * Sends dead letters again, one marked file after the other. A file that cannot be read holds up no other one: it is
 * tried again at every call. What is damaged in it goes to quarantine, with an event, once the rest is sent.
 */
export class Requeue {
  readonly #parts: Parts;
  readonly #serial = new Serial();
  /** How often a file could not be read for a place on the disk. */
  readonly #badReads = new Map<string, number>();
  /** Files whose letters are sent, and which could not be removed yet. */
  readonly #sent = new Set<string>();
  #told = "";

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends all marked files. @returns what was sent, and why some of it could not be */
  run(): Promise<{ sum: Requeued; error: Error | undefined }> {
    return this.#serial.run(async () => {
      const sum = { lines: 0, superseded: 0, unknown: 0 };
      let error: Error | undefined;
      for (const name of await this.#parts.deadLetters.requeued())
        await this.#send(name, sum).catch((caught: unknown) => {
          error ??= new Error(`dead letters cannot be sent again: ${asError(caught).message}`, {
            cause: caught,
          });
        });
      if (sum.lines > 0 || sum.superseded > 0) this.#parts.onEvent({ kind: "requeued", ...sum });
      this.#tell(error);
      return { sum, error };
    });
  }

  async #send(name: string, sum: Counts): Promise<void> {
    const { deadLetters, quarantine, append, onEvent } = this.#parts;
    const isSalvage = (this.#badReads.get(name) ?? 0) >= MAX_TRIES;
    const { letters, isDamaged } = await deadLetters.read(name, isSalvage).catch((error: unknown) => {
      if (isBadSector(error)) this.#badReads.set(name, (this.#badReads.get(name) ?? 0) + 1);
      throw error;
    });
    if (!this.#sent.has(name)) {
      const wanted = letters.flatMap((letter) => this.#wanted(letter, sum));
      if (wanted.length > 0) await append(wanted);
      sum.lines += wanted.length;
      this.#sent.add(name);
    }
    if (isDamaged) await quarantine.take(`${deadLetters.path}/${name}`, name);
    await deadLetters.remove(name);
    this.#sent.delete(name);
    this.#badReads.delete(name);
    if (!isDamaged) return;
    const what = isSalvage
      ? `the disk did not give all of it, ${MAX_TRIES} times in a row`
      : "damaged on disk";
    const reason = `${what}: dead letters that can be read are sent again, the file is in quarantine`;
    onEvent({ kind: "corrupt", file: `rejected/${name}`, records: 0, lines: 0, reason });
  }

  #wanted({ payload, t }: DeadLetter, sum: Counts): string[] {
    return cutLines(payload).filter((line) => {
      const verdict = this.#parts.points.judge(line, t);
      if (verdict === "unknown") sum.unknown++;
      if (verdict === "superseded") sum.superseded++;
      return verdict !== "superseded";
    });
  }

  #tell(error: Error | undefined): void {
    const text = error?.message ?? "";
    if (text !== this.#told) this.#parts.onEvent({ kind: "letters", error });
    this.#told = text;
  }
}
