import { errorCode, type FileSystem, type WalFile } from "./file-system";
import type { Ledger } from "./ledger";
import { cutLines } from "../lines/split";
import type { Quarantine } from "./quarantine";
import { isBadSector, MAX_TRIES, salvaging, unreadable } from "./salvage";
import { countLines, type FoundRecord, Scanner } from "./scan";
import type { Count, Segment } from "./segment";

/** A record read from the log. */
export interface WalRecord {
  readonly seq: number;
  readonly lines: string[];
  /** When it was appended, milliseconds since the epoch. */
  readonly t: number;
}

/** Damage found while reading. */
export interface ReadDamage extends Count {
  readonly file: string;
  readonly reason: string;
}

interface Source {
  readonly segment: Segment;
  readonly file: WalFile;
  readonly scanner: Scanner;
  /** Part of it could not be read, and was given up. */
  hasHoles: boolean;
}

/** Hands out the pending records in order, reading each segment piece by piece. One call at a time. */
export class Reader {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  readonly #ledger: Ledger;
  readonly #quarantine: Quarantine;
  readonly #isThere: () => Promise<boolean>;
  readonly #onDamage: (damage: ReadDamage) => void;
  #source: Source | undefined;
  /** Counts rewinds: a read begun before one must not move the position after it. */
  #rewinds = 0;
  /** How often reading failed in a row for a place on the disk, by segment. */
  readonly #badReads = new Map<string, number>();
  #start: { seq: number; offset: number; segment: Segment | undefined } | undefined;

  constructor(
    where: { fileSystem: FileSystem; directory: string; quarantine: Quarantine },
    ledger: Ledger,
    isThere: () => Promise<boolean>,
    onDamage: (damage: ReadDamage) => void,
  ) {
    this.#fileSystem = where.fileSystem;
    this.#directory = where.directory;
    this.#quarantine = where.quarantine;
    this.#ledger = ledger;
    this.#isThere = isThere;
    this.#onDamage = onDamage;
  }

  /**
   * An error that is not about content gives nothing up: the same segment is read again, however often that fails. Only
   * a place that the disk does not give for a minute, though it gives others, is lost content.
   *
   * @returns the next record, or `undefined` when all that is kept was handed out
   * @throws what the disk says, with the name of the file
   */
  async next(): Promise<WalRecord | undefined> {
    for (;;) {
      const segment = this.#ledger.segments.find(({ last }) => last >= this.#ledger.readSeq);
      if (!segment) return undefined;
      try {
        const record = await this.#from(segment);
        if (record) return record;
      } catch (error) {
        await this.#close();
        if (!this.#ledger.segments.includes(segment)) continue;
        this.#noteFailure(segment, error);
        if (errorCode(error) !== "ENOENT" || !(await this.#isThere())) throw unreadable(segment.name, error);
        // Only this file is missing from the directory: somebody removed it.
        this.#report(segment, this.#ledger.finished(segment), "the file is gone");
      }
    }
  }

  /**
   * Reads the first pending record numbered `seq` or higher, without handing it out. May be called beside `next`.
   *
   * @throws errors of the disk, with the name of the file
   */
  async peek(seq: number): Promise<WalRecord | undefined> {
    for (const segment of [...this.#ledger.segments]) {
      if (segment.last < seq || segment.pendingRecords <= 0) continue;
      const file = await this.#openFile(segment).catch((error: unknown) => {
        throw unreadable(segment.name, error);
      });
      try {
        const scanner = new Scanner(file);
        for (
          let found = await scanner.next(segment.bytes);
          found;
          found = await scanner.next(segment.bytes)
        ) {
          if (found.kind === "record" && found.header.seq >= seq && this.#ledger.isPending(found.header.seq))
            return recordOf(found);
        }
      } catch (error) {
        this.#noteFailure(segment, error);
        throw unreadable(segment.name, error);
      } finally {
        await file.close().catch(() => undefined);
      }
    }
    return undefined;
  }

  /** Hands out again all records that are not settled. @returns those that cannot be, as their segment was dropped */
  rewind(): Count {
    const { seq, offset, segment } = this.#ledger.cursor;
    this.#start = { seq, offset, segment };
    this.#rewinds++;
    const lost = this.#ledger.rewind();
    const source = this.#source;
    this.#source = undefined;
    void source?.file.close().catch(() => undefined);
    return lost;
  }

  /** Closes a segment's file before its removal: an open file would keep its place on the disk. */
  async release(name: string): Promise<void> {
    if (this.#source?.segment.name === name) await this.#close();
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async #from(segment: Segment): Promise<WalRecord | undefined> {
    const rewinds = this.#rewinds;
    const source = await this.#open(segment, rewinds);
    if (!source) return undefined;
    const { scanner, file } = source;
    const isSalvage = this.#isSalvaged(segment);
    const found = await scanner.next(segment.bytes);
    if (rewinds !== this.#rewinds || !this.#ledger.segments.includes(segment)) return undefined;
    if (this.#source?.scanner !== scanner) return undefined;
    if (!isSalvage) this.#badReads.delete(segment.name);
    if (!found) {
      this.#finish(source);
      return undefined;
    }
    if (found.kind === "damage") {
      source.hasHoles ||= isSalvage;
      const lines = await countLines(file, found.from, found.to);
      // On a full disk, sending good records goes before keeping damage.
      const isNew = await this.#quarantine.keep(file, segment.name, found.from, found.to).catch(() => false);
      if (isNew && lines === 0 && !isSalvage)
        this.#report(segment, { records: 0, lines: 0 }, "damaged bytes between records");
      return undefined;
    }
    const { header, from } = found;
    const wanted = this.#ledger.take(segment, header, from);
    this.#finish(source);
    if (!wanted) return undefined;
    return recordOf(found);
  }

  /** Ends a segment; records missing in it are lost. */
  #finish({ segment, scanner, hasHoles }: Source): void {
    if (scanner.offset < segment.bytes) return;
    const lost = this.#ledger.finished(segment);
    if (hasHoles)
      this.#report(
        segment,
        lost,
        `the disk did not give all of it, ${MAX_TRIES} times in a row: the rest was sent, what could be read of the lost part is in quarantine`,
      );
    else if (lost.records > 0 || lost.lines > 0)
      this.#report(segment, lost, "damaged on disk; the bytes are kept in quarantine");
  }

  #noteFailure({ name }: Segment, error: unknown): void {
    if (isBadSector(error)) this.#badReads.set(name, (this.#badReads.get(name) ?? 0) + 1);
  }

  #isSalvaged({ name }: Segment): boolean {
    return (this.#badReads.get(name) ?? 0) >= MAX_TRIES;
  }

  async #openFile(segment: Segment): Promise<WalFile> {
    const file = await this.#fileSystem.open(`${this.#directory}/${segment.name}`, "read");
    return this.#isSalvaged(segment) ? salvaging(file, !(await this.#canReadOthers(segment))) : file;
  }

  /** Whether the disk gives anything of another segment. */
  async #canReadOthers(but: Segment): Promise<boolean> {
    for (const segment of this.#ledger.segments.filter((one) => one !== but).slice(-3)) {
      const file = await this.#fileSystem
        .open(`${this.#directory}/${segment.name}`, "read")
        .catch(() => undefined);
      const count = await file?.read(Buffer.alloc(1), 0).catch(() => 0);
      await file?.close().catch(() => undefined);
      if (count) return true;
    }
    return false;
  }

  #report(segment: Segment, { records, lines }: Count, reason: string): void {
    this.#onDamage({ file: segment.name, records, lines, reason });
  }

  /** @returns `undefined` when the log was rewound meanwhile, so that another segment may be next */
  async #open(segment: Segment, rewinds: number): Promise<Source | undefined> {
    if (this.#source?.segment === segment) return this.#source;
    await this.#close();
    const file = await this.#openFile(segment);
    if (rewinds !== this.#rewinds) {
      await file.close().catch(() => undefined);
      return undefined;
    }
    const start = this.#start;
    const known = start?.segment === segment && start.seq === this.#ledger.readSeq;
    const offset = known ? start.offset : 0;
    this.#source = { segment, file, scanner: new Scanner(file, offset), hasHoles: false };
    return this.#source;
  }

  async #close(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    await source?.file.close().catch(() => undefined);
  }
}

function recordOf({ header: { seq, t }, payload }: FoundRecord): WalRecord {
  return { seq, t, lines: cutLines(payload.toString("utf8")) };
}
