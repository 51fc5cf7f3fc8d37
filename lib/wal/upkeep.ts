import type { Clock, Timer } from "../time/clock";
import type { CursorFile } from "./cursor";
import type { Ledger } from "./ledger";
import type { SegmentWriter } from "./segment-writer";
import type { Serial } from "./serial";
import type { Space } from "./space";
import { asError } from "../terms/as-error";

const TICK_MS = 1_000;
/** Ticks between two looks for requests of the tool. */
const REQUEST_TICKS = 5;

interface Parts {
  readonly clock: Clock;
  readonly serial: Serial;
  readonly ledger: Ledger;
  readonly writer: SegmentWriter;
  readonly space: Space;
  readonly cursorFile: CursorFile;
  /** @throws when another process has taken the directory over */
  readonly assertOwned: () => Promise<void>;
  /** Carries out requests of the tool, which are files in the directory. */
  readonly takeRequests: () => Promise<void>;
  /** With `sync: interval`: called when a sync fails, and with `undefined` when it works again. */
  readonly onUnsynced: (error: Error | undefined) => void;
}

/** Does every second: write the cursor, sync (`interval`), keep the directory within its bounds. */
export class Upkeep {
  readonly #parts: Parts;
  #timer: Timer | undefined;
  #cursorWritten = -1;
  #ticks = 0;
  #unsynced: Error | undefined;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#tick();
  }

  /** Why written records may not be on disk, with `sync: interval`. */
  get problem(): Error | undefined {
    return this.#unsynced;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Writes the cursor if it moved; without it some records are sent again after a restart. */
  async writeCursor(): Promise<void> {
    const { ledger, cursorFile } = this.#parts;
    const { seq, offset } = ledger.cursor;
    if (seq === this.#cursorWritten) return;
    await cursorFile.write({ seq, offset }).then(
      () => (this.#cursorWritten = seq),
      () => undefined,
    );
  }

  #tick(): void {
    this.#timer = this.#parts.clock.after(TICK_MS, () => {
      void this.#maintain().then(() => {
        if (!this.#closed) this.#tick();
      });
    });
  }

  async #maintain(): Promise<void> {
    const { serial, space, takeRequests, assertOwned } = this.#parts;
    try {
      await serial.run(async () => {
        if (this.#closed) return;
        await assertOwned();
        await this.writeCursor();
        await this.#syncLate();
        await space.tidy();
      });
      if (this.#ticks++ % REQUEST_TICKS === 0 && !this.#closed) await takeRequests();
    } catch {
      // Tried again in a second; appends report what a failing disk means for records.
    }
  }

  async #syncLate(): Promise<void> {
    const { writer } = this.#parts;
    if (writer.unsyncedBytes === 0) return;
    try {
      await writer.sync();
      this.#report(undefined);
    } catch (caught) {
      this.#report(asError(caught));
    }
  }

  #report(error: Error | undefined): void {
    const changed = (error === undefined) !== (this.#unsynced === undefined);
    this.#unsynced = error;
    if (changed) this.#parts.onUnsynced(error);
  }
}
