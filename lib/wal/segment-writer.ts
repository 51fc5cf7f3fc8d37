import type { Clock } from "../time/clock";
import { errorCode, type FileSystem, isOutOfSpace, type WalFile, writeFully } from "./file-system";
import { segmentHeader, segmentName } from "./format";
import type { Ledger } from "./ledger";
import type { PreparedLines } from "./pack";
import { type Written, writeRecords } from "./write-records";
import { emptySegment, type Segment } from "./segment";
import type { SyncGate } from "./sync-gate";

/**
 * When a record counts as kept: `always`: once it is synced to disk; `interval`: once it is written, synced within a
 * second; `off`: once it is written, and the operating system decides when it reaches the disk.
 */
export type SyncMode = "always" | "interval" | "off";

/** Settings and parts of a segment writer. */
export interface SegmentWriterOptions {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly gate: SyncGate;
  readonly directory: string;
  /** Name for the segment header. */
  readonly node: string;
  readonly version: string;
  readonly sync: SyncMode;
  readonly segmentBytes: number;
  /** No record gets an earlier time than this, milliseconds since the epoch. */
  readonly notBefore: () => number;
}

const MAX_SEGMENT_AGE_MS = 10 * 60 * 1_000;
const MIN_SEGMENT_BYTES = 64 * 1024;
const KEPT_LATENCIES = 256;
/** Parts of a segment; room is preallocated one part at a time. */
const ROOMS = 4;
/** An append larger than this fraction of such a part has no room preallocated behind it. */
const SMALL_PART = 2;
/** Smaller segments have none: after a crash it counts until the file is gone, and a small log keeps its bound. */
const MIN_ROOMY_SEGMENT_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * Writes records into the newest segment, one call at a time. A failed write is taken back, or its segment given up. A
 * segment whose sync failed is never synced again, since the kernel may report success for pages that it has dropped:
 * unconfirmed records are written again, to a new one.
 */
export class SegmentWriter {
  nextSeq: number;
  readonly #options: SegmentWriterOptions;
  readonly #ledger: Ledger;
  #segmentBytes: number;
  #file: WalFile | undefined;
  #segment: Segment | undefined;
  #createdAt = 0;
  /** End of the preallocated room in the newest file. */
  #roomTo = 0;
  readonly #syncMs: number[] = [];
  #directorySynced = false;
  /** Records in the ledger that are not synced; only with `interval`. */
  #unsynced: Written[] = [];
  /** Such records of a segment that was given up, and the segment to write them to. */
  #redo: { segment: Segment; records: Written[] } | undefined;
  /** Own files that could not be removed. */
  readonly #leftovers = new Set<string>();

  /** The last number before skipped ones, for the next segment's header. */
  #skippedAfter: number | undefined;

  constructor(options: SegmentWriterOptions, ledger: Ledger, nextSeq: number, skippedAfter?: number) {
    this.#options = options;
    this.#ledger = ledger;
    this.nextSeq = nextSeq;
    this.#skippedAfter = skippedAfter;
    this.#segmentBytes = options.segmentBytes;
  }

  /** Halves the size of segments from now on. */
  shrinkSegments(): void {
    this.#segmentBytes = Math.max(MIN_SEGMENT_BYTES, Math.floor(this.#segmentBytes / 2));
  }

  /** Durations of the last syncs, milliseconds. */
  get syncLatency(): { p50: number; p99: number; max: number } {
    const sorted = [...this.#syncMs].sort((a, b) => a - b);
    const quantile = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
    return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) };
  }

  /** The segment being written, which must not be dropped. */
  get active(): Segment | undefined {
    return this.#segment;
  }

  /** Written and not synced. */
  get unsyncedBytes(): number {
    return [...this.#unsynced, ...(this.#redo?.records ?? [])].reduce(
      (sum, { header }) => sum + header.bytes,
      0,
    );
  }

  /** Writes the records in order, all or none. After an error it can be called again. */
  async append(records: readonly PreparedLines[]): Promise<void> {
    if (records.length === 0 && !this.#redo) return;
    const now = this.#options.clock.now();
    if (this.#segment) {
      const old = now - this.#createdAt >= MAX_SEGMENT_AGE_MS || now < this.#createdAt;
      if (this.#segment.bytes >= this.#segmentBytes || old) await this.seal();
    }
    const redo = this.#redo;
    const { file, segment } = this.#segment
      ? this.#current()
      : await this.#create(redo?.segment ?? emptySegment(segmentName(this.nextSeq), this.nextSeq), now);
    const start =
      segment.bytes === 0
        ? segmentHeader(segment.first, now, this.#options.node, this.#options.version, this.#skippedAfter)
        : Buffer.alloc(0);
    const again = redo?.records ?? [];
    const t = Math.max(now, this.#options.notBefore());
    const numbered = records.map(({ payload, lines }, index) => ({
      header: { seq: this.nextSeq + index, t, lines, bytes: payload.length },
      payload,
    }));
    const head = [start, ...again.flatMap(({ headerLine, payload }) => [headerLine, payload])];
    const written = await writeRecords(file, segment.bytes, head, numbered).catch(async (error: unknown) => {
      await this.#takeBack(error);
      throw error;
    });
    if (this.#options.sync === "always") {
      const end = written.reduce((at, one) => at + sizeOf(one), segment.bytes + bytesOf(head));
      await this.#makeRoom(file, end, end - segment.bytes);
      await this.#syncOrAbandon();
    }
    segment.bytes += start.length;
    if (start.length > 0 && this.#skippedAfter !== undefined) segment.after = this.#skippedAfter;
    if (start.length > 0) this.#skippedAfter = undefined;
    for (const one of again) this.#ledger.rewritten(segment, one.header, sizeOf(one));
    for (const one of written) this.#ledger.appended(segment, one.header, sizeOf(one));
    segment.keptAt = this.#options.clock.monotonic();
    this.nextSeq += records.length;
    this.#redo = undefined;
    if (this.#options.sync === "interval") this.#unsynced.push(...again, ...written);
  }

  /** Syncs written records. After an error the next append writes them again, to a new segment. */
  async sync(): Promise<void> {
    if (this.#redo) await this.append([]);
    if (this.#unsynced.length === 0) return;
    await this.#syncOrAbandon();
    this.#unsynced = [];
  }

  /** Closes the newest segment; the next append starts another. */
  async seal(): Promise<void> {
    if (this.#options.sync !== "off") await this.sync();
    if (!this.#segment) return;
    const { file, segment } = this.#current();
    this.#file = this.#segment = undefined;
    // A cut that fails is made at the next start.
    if (this.#roomTo > segment.bytes) await file.truncate(segment.bytes).catch(() => undefined);
    await file.close().catch(() => undefined);
  }

  /** Closes the file and changes nothing: the directory belongs to another process. */
  async leave(): Promise<void> {
    const file = this.#file;
    this.#file = this.#segment = undefined;
    this.#unsynced = [];
    this.#redo = undefined;
    await file?.close().catch(() => undefined);
  }

  #current(): { file: WalFile; segment: Segment } {
    return { file: this.#file!, segment: this.#segment! };
  }

  async #create(segment: Segment, now: number): Promise<{ file: WalFile; segment: Segment }> {
    const { fileSystem } = this.#options;
    const { name } = segment;
    const path = this.#path(name);
    if (this.#leftovers.has(name)) {
      await fileSystem.remove(path).catch((error: unknown) => {
        if (errorCode(error) !== "ENOENT") throw error;
      });
      this.#leftovers.delete(name);
    }
    this.#file = await fileSystem.open(path, "create");
    this.#segment = segment;
    this.#createdAt = now;
    this.#roomTo = 0;
    this.#directorySynced = false;
    return this.#current();
  }

  /** Cuts the file back after a failed write. It can be written again only if the disk was full. */
  async #takeBack(error: unknown): Promise<void> {
    const { file, segment } = this.#current();
    if (isOutOfSpace(error) && segment.bytes > 0) {
      try {
        await file.truncate(segment.bytes);
        this.#roomTo = 0;
        return;
      } catch {
        // Treat it as any damaged segment.
      }
    }
    await this.#abandon();
  }

  /**
   * Preallocates a piece of the file behind `end` with line feeds: records written over them change no metadata, so
   * that their sync takes one write to the disk instead of two or three.
   */
  async #makeRoom(file: WalFile, end: number, appended: number): Promise<void> {
    if (this.#segmentBytes < MIN_ROOMY_SEGMENT_BYTES) return;
    if (end <= this.#roomTo || end >= this.#segmentBytes) return;
    const length = Math.floor(this.#segmentBytes / ROOMS);
    // For a large group, writing the bytes twice would cost more than the metadata.
    if (appended > length / SMALL_PART) return;
    const room = Buffer.alloc(length, LINE_FEED);
    this.#roomTo = end + room.length;
    await writeFully(file, [room], end).catch(async () => {
      // A full disk has none.
      await file.truncate(end).catch(() => undefined);
      this.#roomTo = end;
    });
  }

  async #syncOrAbandon(): Promise<void> {
    const { file } = this.#current();
    const { gate, clock, fileSystem, directory } = this.#options;
    try {
      await gate.run(async () => {
        const started = clock.monotonic();
        await file.sync();
        if (!this.#directorySynced) await fileSystem.syncDirectory(directory);
        this.#directorySynced = true;
        this.#syncMs.push(clock.monotonic() - started);
        if (this.#syncMs.length > KEPT_LATENCIES) this.#syncMs.shift();
      });
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

  /** Gives the newest segment up; its synced records stay. */
  async #abandon(): Promise<void> {
    const { file, segment } = this.#current();
    this.#file = this.#segment = undefined;
    const records = this.#unsynced.splice(0);
    const good = records.reduce((bytes, record) => bytes - sizeOf(record), segment.bytes);
    if (records[0]) {
      const { seq } = records[0].header;
      this.#redo = { segment: emptySegment(segmentName(seq), seq), records };
      this.#ledger.takenBack(
        segment,
        this.#redo.segment,
        records.map(({ header }) => header),
        good,
      );
    }
    const kept = segment.last >= segment.first;
    // Nothing reads behind `bytes`; after a failed cut the next start puts the tail into quarantine.
    await file.truncate(kept ? good : 0).catch(() => undefined);
    await file.close().catch(() => undefined);
    if (kept) return;
    await this.#options.fileSystem.remove(this.#path(segment.name)).catch(() => {
      this.#leftovers.add(segment.name);
    });
  }

  #path(name: string): string {
    return `${this.#options.directory}/${name}`;
  }
}

function bytesOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

function sizeOf({ headerLine, payload }: Written): number {
  return headerLine.length + payload.length;
}
