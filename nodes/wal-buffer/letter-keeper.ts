import type { Reporter } from "../../lib/health/registry";
import { type Clock, sleep } from "../../lib/time/clock";
import type { WalLog } from "../../lib/wal/log";
import type { Refused } from "../../lib/wal/settling";
import type { Announcer } from "./announcer";
import { asError } from "../../lib/terms/as-error";

interface Parts {
  readonly log: Pick<WalLog, "keepRejected">;
  readonly clock: Clock;
  readonly announcer: Announcer;
  readonly reporter: Reporter;
}

/** The log itself tries for a while before it says that a letter cannot be kept. */
const AGAIN_MS = 5_000;

/** Keeps refused lines as dead letters, trying for as long as it takes, and reports what became of them. */
export class LetterKeeper {
  readonly #parts: Parts;
  readonly #closing = new AbortController();
  /** Letters that could not be kept so far. */
  #failing = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param mayGiveUp whether these lines hold up others by now: then they are given up, with an event
   * @returns what became of them; `closed`: nothing, as the node is being closed
   */
  async keep(letter: Refused, mayGiveUp: () => boolean): Promise<"kept" | "givenUp" | "closed"> {
    let failed = false;
    try {
      for (;;) {
        const why = await this.#try(letter);
        if (why === undefined) return this.#tell(letter, true);
        if (this.#closing.signal.aborted) return "closed";
        if (!failed) this.#failing++;
        failed = true;
        this.#fail(why);
        if (mayGiveUp()) return this.#tell(letter, false);
        await sleep(this.#parts.clock, AGAIN_MS, this.#closing.signal).catch(() => undefined);
        if (this.#closing.signal.aborted) return "closed";
      }
    } finally {
      if (failed && --this.#failing === 0) this.#parts.reporter.problem("deadLetters", undefined);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  /** @returns why it could not be kept */
  #try(letter: Refused): Promise<string | undefined> {
    return this.#parts.log.keepRejected([letter]).then(
      () => undefined,
      (error: unknown) => asError(error).message,
    );
  }

  #fail(why: string): void {
    const text = `lines that the server refused could not be kept as dead letters: ${why}`;
    this.#parts.announcer.fail("deadLetters", text);
    this.#parts.reporter.problem("deadLetters", text);
  }

  #tell({ lines, reason, code }: Refused, kept: boolean): "kept" | "givenUp" {
    const { announcer } = this.#parts;
    if (kept) announcer.worksAgain("deadLetters");
    announcer.event("rejected", { lines: lines.length, kept, reason, ...(code && { code }) });
    return kept ? "kept" : "givenUp";
  }
}
