import { errorCode, type FileSystem, type WalFile } from "./file-system";
import type { Ledger } from "./ledger";
import { cutLines } from "../lines/split";
import type { Quarantine } from "./quarantine";
import { countLines, Scanner } from "./scan";
import type { Count, Segment } from "./segment";

/** A record on its way to the database. */
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
}

/** Reads this often fail before a segment counts as unreadable. */
const MAX_FAILURES = 5;

/** Hands out the pending records in order, reading each segment piece by piece. One call at a time. */
export class Reader {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  readonly #ledger: Ledger;
  readonly #quarantine: Quarantine;
  readonly #isActive: (segment: Segment) => boolean;
  readonly #onDamage: (damage: ReadDamage) => void;
  #source: Source | undefined;
  #start: { seq: number; offset: number; segment: Segment | undefined } | undefined;
  #failures = 0;

  constructor(
    where: { fileSystem: FileSystem; directory: string; quarantine: Quarantine },
    ledger: Ledger,
    isActive: (segment: Segment) => boolean,
    onDamage: (damage: ReadDamage) => void,
  ) {
    this.#fileSystem = where.fileSystem;
    this.#directory = where.directory;
    this.#quarantine = where.quarantine;
    this.#ledger = ledger;
    this.#isActive = isActive;
    this.#onDamage = onDamage;
  }

  /** @returns the next record, or `undefined` when all that is kept was handed out. @throws what the disk says */
  async next(): Promise<WalRecord | undefined> {
    for (;;) {
      const segment = this.#ledger.segments.find(({ last }) => last >= this.#ledger.readSeq);
      if (!segment) return undefined;
      try {
        const record = await this.#from(segment);
        this.#failures = 0;
        if (record) return record;
      } catch (error) {
        await this.#close();
        if (!this.#ledger.segments.includes(segment)) continue;
        const gone = errorCode(error) === "ENOENT";
        // The file that is being written cannot be given up; it is read again when another one took its place.
        if (!gone && (++this.#failures < MAX_FAILURES || this.#isActive(segment))) throw error;
        await this.#giveUp(segment, gone ? "the file is gone" : `it cannot be read: ${String(error)}`);
      }
    }
  }

  /** Hands out again what is not settled. @returns what cannot be, because its segment was dropped */
  rewind(): Count {
    const { seq, offset, segment } = this.#ledger.cursor;
    this.#start = { seq, offset, segment };
    const lost = this.#ledger.rewind();
    const source = this.#source;
    this.#source = undefined;
    void source?.file.close().catch(() => undefined);
    return lost;
  }

  /** The segment is about to be removed: an open file would keep its place on the disk. */
  async release(name: string): Promise<void> {
    if (this.#source?.segment.name === name) await this.#close();
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async #from(segment: Segment): Promise<WalRecord | undefined> {
    const { scanner, file } = await this.#open(segment);
    const found = await scanner.next(segment.bytes);
    if (!this.#ledger.segments.includes(segment) || this.#source?.scanner !== scanner) return undefined;
    if (!found) {
      this.#finish(segment, scanner);
      return undefined;
    }
    if (found.kind === "damage") {
      const lines = await countLines(file, found.from, found.to);
      // On a full disk, sending what is good goes before keeping what is not.
      const isNew = await this.#quarantine.keep(file, segment.name, found.from, found.to).catch(() => false);
      if (isNew && lines === 0)
        this.#report(segment, { records: 0, lines: 0 }, "damaged bytes between records");
      return undefined;
    }
    const { header, payload, from } = found;
    const wanted = this.#ledger.take(segment, header, from);
    this.#finish(segment, scanner);
    if (!wanted) return undefined;
    return { seq: header.seq, t: header.t, lines: cutLines(payload.toString("utf8")) };
  }

  /** All of it was seen; what its headers promised and nobody saw is lost. */
  #finish(segment: Segment, scanner: Scanner): void {
    if (scanner.offset < segment.bytes) return;
    const lost = this.#ledger.finished(segment);
    if (lost.records > 0 || lost.lines > 0) {
      this.#report(segment, lost, "damaged on disk; the bytes are kept in quarantine");
    }
  }

  async #giveUp(segment: Segment, why: string): Promise<void> {
    this.#failures = 0;
    if (errorCode(await this.#moveAway(segment)) !== "") why += "; it could not be moved to quarantine";
    this.#report(segment, this.#ledger.finished(segment), why);
  }

  async #moveAway(segment: Segment): Promise<unknown> {
    try {
      const path = `${this.#directory}/${segment.name}`;
      if (await this.#fileSystem.info(path)) await this.#quarantine.take(path, segment.name);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #report(segment: Segment, { records, lines }: Count, reason: string): void {
    this.#onDamage({ file: segment.name, records, lines, reason });
  }

  async #open(segment: Segment): Promise<Source> {
    if (this.#source?.segment === segment) return this.#source;
    await this.#close();
    const file = await this.#fileSystem.open(`${this.#directory}/${segment.name}`, "read");
    const start = this.#start;
    const known = start?.segment === segment && start.seq === this.#ledger.readSeq;
    const offset = known ? start.offset : 0;
    this.#source = { segment, file, scanner: new Scanner(file, offset) };
    return this.#source;
  }

  async #close(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    await source?.file.close().catch(() => undefined);
  }
}
