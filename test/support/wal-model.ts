import assert from "node:assert/strict";
import { LockedError } from "../../lib/wal/lock";
import { WalLog } from "../../lib/wal/log";
import type { WalEvent } from "../../lib/wal/options";
import type { SyncMode } from "../../lib/wal/segment-writer";
import { FakeClock } from "./fake-clock";
import { MemoryFs } from "./memory-fs";
import { numberedLine } from "./wal";

/** Each world has a directory of its own: one that failed does not close its log. */
let worlds = 0;
export const MAX_BYTES = 24 * 1024;

/** The settings of a log in the model. */
export interface Setup {
  readonly sync: SyncMode;
  readonly whenFull: "drop-oldest" | "reject";
  /** Negative control: a sync keeps nothing. */
  readonly syncLies?: boolean;
}

/**
 * Checks a log against its own reports: lines that it confirmed, handed out, or reported as lost. Compares after every
 * step, and at the end with what the log really hands out.
 */
export class WalWorld {
  readonly clock = new FakeClock();
  fs = new MemoryFs(this.clock);
  log!: WalLog;
  readonly #setup: Setup;
  readonly #directory = `/data/wal${++worlds}`;
  #next = 1;
  /** Lines that were given to the log, by text. */
  readonly #given = new Set<string>();
  readonly #confirmed = new Set<string>();
  readonly #settled = new Set<string>();
  #handedOut: { seq: number; lines: string[] }[] = [];
  #lastSeq = 0;
  #reportedLost = 0;
  #damagedLines = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.fs.syncLies = setup.syncLies ?? false;
  }

  async open(): Promise<void> {
    this.#handedOut = [];
    this.#lastSeq = 0;
    this.log = await WalLog.open({
      directory: this.#directory,
      fileSystem: this.fs,
      clock: this.clock,
      maxBytes: MAX_BYTES,
      sync: this.#setup.sync,
      whenFull: this.#setup.whenFull,
      onEvent: (event) => this.#onEvent(event),
    });
    this.check();
  }

  /** Appends so many records at once, each of so many lines; waits until each is confirmed or refused. */
  async append(records: number, linesEach: number): Promise<void> {
    const appends = Array.from({ length: records }, async () => {
      const lines = Array.from({ length: linesEach }, () => numberedLine(this.#next++));
      for (const line of lines) this.#given.add(line);
      try {
        await this.log.append(lines);
        for (const line of lines) this.#confirmed.add(line);
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    });
    await this.#settle(Promise.all(appends));
    this.check();
  }

  async read(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const record = await this.log.next();
      this.check();
      if (!record) return;
      assert.ok(record.seq > this.#lastSeq, `record ${record.seq} after ${this.#lastSeq}`);
      this.#lastSeq = record.seq;
      for (const line of record.lines) assert.ok(this.#given.has(line), `a line that nobody wrote: ${line}`);
      this.#handedOut.push(record);
    }
  }

  /** Acknowledges one of the records that were handed out. */
  ack(which: number, rejected: boolean): void {
    if (this.#handedOut.length === 0) return;
    const [record] = this.#handedOut.splice(which % this.#handedOut.length, 1);
    assert.equal(this.log.ack(record!.seq, rejected ? 1 : 0), true);
    assert.equal(this.log.ack(record!.seq), false, "a second answer counts for nothing");
    for (const line of record!.lines) this.#settled.add(line);
    this.check();
  }

  rewind(): void {
    this.log.rewind();
    this.#lastSeq = 0;
    this.#handedOut = [];
    this.check();
  }

  async reopen(): Promise<void> {
    await this.#settle(this.log.close());
    await this.open();
  }

  async crash(seed: number): Promise<void> {
    const dead = this.log;
    this.fs = this.fs.crash(randomFrom(seed));
    await this.#settle(dead.close());
    // On a full disk a lock has no owner written into it, so only its age shows that the owner is dead.
    if (this.fs.capacity !== Infinity) return this.openPatiently();
    try {
      await this.open();
    } catch (error) {
      // The same, where the disk has room again but the lock was made before.
      if (!(error instanceof LockedError)) throw error;
      await this.clock.advance(20_000);
      await this.open();
    }
  }

  /** Flips a bit of a segment while the log is closed. */
  async corrupt(seed: number): Promise<void> {
    await this.#settle(this.log.close());
    const random = randomFrom(seed);
    const segments = [...this.fs.contents].filter(([path]) => /\/wal-\d+\.lp$/.test(path));
    const hit = segments[Math.floor(random() * segments.length)];
    if (hit && hit[1].data.length > 0) {
      const { data } = hit[1];
      const at = Math.floor(random() * data.length);
      data[at]! ^= 1 << Math.floor(random() * 8);
      this.fs.put(hit[0], data);
      // One record, and the line ends by which its lines are counted.
      this.#damagedLines += MAX_LINES;
    }
    await this.open();
  }

  /** Lets so many bytes more fit on the disk. */
  limit(bytes: number): void {
    this.fs.capacity = this.fs.used + bytes;
  }

  unlimit(): void {
    this.fs.capacity = Infinity;
  }

  async wait(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.check();
  }

  /** Opens the log as the node does: what fails is tried again. */
  async openPatiently(): Promise<void> {
    await patiently(async () => {
      try {
        await this.open();
      } catch (error) {
        // A lock that a crash left empty has no owner written into it; its age shows that the owner is gone.
        if (error instanceof LockedError) await this.clock.advance(20_000);
        throw error;
      }
    });
  }

  async reopenPatiently(): Promise<void> {
    await this.#settle(this.log.close());
    await this.openPatiently();
  }

  async crashPatiently(seed: number, before: () => void): Promise<void> {
    const dead = this.log;
    this.fs = this.fs.crash(randomFrom(seed));
    before();
    await this.#settle(dead.close());
    await this.openPatiently();
  }

  async readPatiently(count: number): Promise<void> {
    await patiently(() => this.read(count));
  }

  async keepRejected(): Promise<void> {
    const refused = [{ lines: [numberedLine(999_999_999)], reason: "refused", code: "" }];
    await patiently(() => this.#settle(this.log.keepRejected(refused)));
    const { letters } = await patiently(() => this.log.rejected());
    assert.ok(letters.length >= 1);
  }

  check(): void {
    const { appended, acked, rejected, dropped, corrupt, pending } = this.log.stats();
    assert.equal(appended, acked + rejected + dropped + corrupt + pending, "the books do not balance");
    assert.ok(pending >= 0);
    const { bytes } = this.log.stats();
    assert.ok(bytes <= MAX_BYTES * 1.25, `${bytes} bytes in a log of ${MAX_BYTES}`);
  }

  /** The end: everything confirmed was acknowledged, is handed out, or was reported. */
  async finish(): Promise<void> {
    this.unlimit();
    await this.reopen();
    const before = this.#reportedLost;
    for (let record = await this.log.next(); record; record = await this.log.next()) {
      for (const line of record.lines) {
        assert.ok(this.#given.has(line));
        this.#settled.add(line);
      }
      this.log.ack(record.seq);
      this.check();
    }
    assert.equal(this.log.stats().pending, 0);
    const missing = [...this.#confirmed].filter((line) => !this.#settled.has(line));
    const allowed = this.#reportedLost + this.#damagedLines;
    assert.ok(
      missing.length <= allowed,
      `${missing.length} lines lost, ${allowed} reported: ${missing[0]} (${before})`,
    );
    await this.#settle(this.log.close());
    await this.clock.advance(10_000);
    assert.equal(this.clock.pending, 0, "timers are left");
  }

  /** Time goes on until the work is done: a full disk is tried again every few seconds. */
  async #settle(work: Promise<unknown>): Promise<void> {
    let done = false;
    const finished = work.finally(() => (done = true));
    for (let i = 0; !done && i < 50; i++) {
      await this.clock.advance(100);
      if (i === 20) this.unlimit();
    }
    await finished;
  }

  #onEvent(event: WalEvent): void {
    if (event.kind === "dropped" || event.kind === "corrupt") this.#reportedLost += event.lines;
    if (event.kind === "dropped") this.#reportedLost += event.inFlight;
  }
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 3 || error instanceof assert.AssertionError) throw error;
    }
  }
}

/** Most lines of a record in this model. */
export const MAX_LINES = 12;

/** A small random number generator, so that a failure can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
