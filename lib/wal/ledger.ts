import type { RecordHeader } from "./format";
import type { Count, Segment } from "./segment";

/** A record handed out and not settled. */
interface Outstanding {
  readonly seq: number;
  readonly lines: number;
  readonly t: number;
  /** Where it starts in its segment. */
  offset: number;
  /** `undefined` after its segment was dropped: the record is in memory only. */
  segment: Segment | undefined;
  settled: boolean;
}

/** Lines since the log was opened; records found pending count as appended. */
export interface Totals {
  appended: number;
  acked: number;
  rejected: number;
  dropped: number;
  corrupt: number;
}

/**
 * The books of the log, without any file: `appended = acked + rejected + dropped + corrupt + pending`, in lines, after
 * every single call.
 */
export class Ledger {
  readonly totals: Totals = { appended: 0, acked: 0, rejected: 0, dropped: 0, corrupt: 0 };
  /** Oldest first. */
  readonly segments: Segment[] = [];
  readonly #outstanding: Outstanding[] = [];
  /** Outstanding records and lines by segment: there can be thousands of small records. */
  readonly #open = new Map<Segment, Count>();
  /** Records settled before an older one; they are not sent again after a rewind. */
  readonly #settledAhead = new Set<number>();
  readonly #pending: Count = { records: 0, lines: 0 };
  #readSeq: number;
  #head: { seq: number; t: number } | undefined;

  constructor(readSeq: number) {
    this.#readSeq = readSeq;
  }

  get pending(): Readonly<Count> {
    return this.#pending;
  }

  /** The next record to hand out. */
  get readSeq(): number {
    return this.#readSeq;
  }

  /** Whether a record waits for its outcome, handed out or not. */
  isPending(seq: number): boolean {
    if (seq >= this.#readSeq) return !this.#settledAhead.has(seq);
    return this.#outstanding.some((record) => record.seq === seq && !record.settled);
  }

  /** The first record that is not settled. */
  get cursor(): { seq: number; offset: number; segment: Segment | undefined } {
    return this.#outstanding[0] ?? { seq: this.#readSeq, offset: 0, segment: undefined };
  }

  /** When the oldest pending record was appended. */
  get oldestAt(): number | undefined {
    if (this.#pending.records === 0) return undefined;
    if (this.#outstanding[0]) return this.#outstanding[0].t;
    if (this.#head?.seq === this.#readSeq) return this.#head.t;
    return this.segments.find(({ pendingRecords }) => pendingRecords > 0)?.firstAt;
  }

  /** Notes a segment found at open. */
  found(segment: Segment): void {
    this.segments.push(segment);
    this.#add(segment.pendingRecords, segment.pendingLines);
    this.totals.appended += segment.pendingLines;
  }

  /** Notes a written record, `bytes` long with its header. */
  appended(segment: Segment, header: RecordHeader, bytes: number): void {
    if (this.#pending.records === 0) this.#head = { seq: header.seq, t: header.t };
    this.#extend(segment, header, bytes);
    this.#grow(segment, 1, header.lines);
    this.totals.appended += header.lines;
  }

  /**
   * Notes a record that was read. @returns false when it must not be handed out: settled already, or passed
   */
  take(segment: Segment, { seq, lines, t }: RecordHeader, offset: number): boolean {
    if (seq < this.#readSeq) return false;
    this.#readSeq = seq + 1;
    if (this.#settledAhead.delete(seq)) return false;
    const open = this.#openIn(segment);
    // Damage had hidden these lines when the directory was opened; count them from now on.
    const more = {
      records: open.records + 1 - segment.pendingRecords,
      lines: open.lines + lines - segment.pendingLines,
    };
    if (more.records > 0 || more.lines > 0) {
      this.#grow(segment, Math.max(0, more.records), Math.max(0, more.lines));
      this.totals.appended += Math.max(0, more.lines);
    }
    this.#outstanding.push({ seq, lines, t, offset, segment, settled: false });
    this.#opened(segment, 1, lines);
    return true;
  }

  /** Notes that a segment was read to its end. @returns the records missing in it, lost to damage */
  finished(segment: Segment): Count {
    const open = this.#openIn(segment);
    const lost = { records: segment.pendingRecords - open.records, lines: segment.pendingLines - open.lines };
    this.#shrink(segment, lost.records, lost.lines);
    this.totals.corrupt += lost.lines;
    this.#readSeq = Math.max(this.#readSeq, segment.last + 1);
    return lost;
  }

  /** Notes damage found at open, which no header counts. */
  foundCorrupt(lines: number): void {
    this.totals.appended += lines;
    this.totals.corrupt += lines;
  }

  /**
   * Settles a record. @returns false when it is not outstanding, as after a second outcome
   * @param rejected how many of its lines the server refused for good
   */
  settle(seq: number, rejected: number): boolean {
    const record = this.#outstanding.find((candidate) => candidate.seq === seq);
    if (!record || record.settled) return false;
    record.settled = true;
    this.#opened(record.segment, -1, -record.lines);
    const refused = Math.min(record.lines, Math.max(0, Math.floor(rejected)));
    this.totals.rejected += refused;
    this.totals.acked += record.lines - refused;
    this.#settleIn(record.segment, record.lines);
    while (this.#outstanding[0]?.settled) this.#outstanding.shift();
    return true;
  }

  /** Makes outstanding records be handed out again. @returns those that cannot be, as their segment was dropped */
  rewind(): Count {
    const lost: Count = { records: 0, lines: 0 };
    let first: Outstanding | undefined;
    for (const record of this.#outstanding) {
      if (record.settled) {
        if (first) this.#settledAhead.add(record.seq);
      } else if (record.segment) {
        first ??= record;
      } else {
        lost.records++;
        lost.lines += record.lines;
        this.#settleIn(undefined, record.lines);
      }
    }
    this.totals.dropped += lost.lines;
    if (first) {
      this.#readSeq = first.seq;
      this.#head = { seq: first.seq, t: first.t };
    }
    this.#outstanding.length = 0;
    this.#open.clear();
    return lost;
  }

  /**
   * Drops a segment. Its outstanding records may still be acknowledged.
   *
   * @param stays keeps the file, for its number
   */
  drop(segment: Segment, stays = false): Count {
    const open = this.#openIn(segment);
    const lost = { records: segment.pendingRecords - open.records, lines: segment.pendingLines - open.lines };
    this.#shrink(segment, lost.records, lost.lines);
    this.totals.dropped += lost.lines;
    segment.pendingRecords = 0;
    segment.pendingLines = 0;
    for (const record of this.#outstanding) if (record.segment === segment) record.segment = undefined;
    this.#open.delete(segment);
    const at = this.segments.indexOf(segment);
    if (at >= 0 && !stays) this.segments.splice(at, 1);
    if (at <= 0) {
      this.#readSeq = Math.max(this.#readSeq, segment.last + 1);
      for (const seq of this.#settledAhead) if (seq <= segment.last) this.#settledAhead.delete(seq);
    }
    return lost;
  }

  /**
   * Moves the last records of a segment, which were never synced, to another one, under their numbers.
   *
   * @param bytes where the segment ends without them
   */
  takenBack(from: Segment, to: Segment, records: readonly RecordHeader[], bytes: number): void {
    for (const { seq, lines } of records) {
      const record = this.#outstanding.find((candidate) => candidate.seq === seq);
      const open = record ? !record.settled : seq >= this.#readSeq && !this.#settledAhead.has(seq);
      if (record?.segment === from) {
        if (!record.settled) {
          this.#opened(from, -1, -lines);
          this.#opened(to, 1, lines);
        }
        record.segment = to;
        record.offset = 0;
      }
      if (!open) continue;
      from.pendingRecords--;
      from.pendingLines -= lines;
      to.pendingRecords++;
      to.pendingLines += lines;
    }
    from.bytes = bytes;
    from.last = to.first - 1;
    const at = this.segments.indexOf(from);
    if (from.last < from.first && at >= 0) this.segments.splice(at, 1);
  }

  /** Notes that such a record was written to its new segment. */
  rewritten(segment: Segment, header: RecordHeader, bytes: number): void {
    this.#extend(segment, header, bytes);
  }

  /**
   * Removes settled segments from the books, except the newest with records: its name keeps the numbering when the
   * cursor is lost.
   */
  retire(): Segment[] {
    const newest = this.segments.findLast(({ first, last }) => last >= first);
    const { seq } = this.cursor;
    const done = this.segments.filter(
      (segment) =>
        segment !== newest &&
        segment.last >= segment.first &&
        segment.last < seq &&
        segment.pendingRecords <= 0,
    );
    for (const segment of done) this.segments.splice(this.segments.indexOf(segment), 1);
    return done;
  }

  #extend(segment: Segment, header: RecordHeader, bytes: number): void {
    if (this.segments.at(-1) !== segment) this.segments.push(segment);
    if (segment.last < segment.first) segment.firstAt = header.t;
    segment.last = header.seq;
    segment.lastAt = header.t;
    segment.bytes += bytes;
  }

  #settleIn(segment: Segment | undefined, lines: number): void {
    if (segment) this.#shrink(segment, 1, lines);
    else this.#add(-1, -lines);
  }

  #openIn(segment: Segment): Readonly<Count> {
    return this.#open.get(segment) ?? { records: 0, lines: 0 };
  }

  #opened(segment: Segment | undefined, records: number, lines: number): void {
    if (!segment) return;
    const open = this.#open.get(segment) ?? { records: 0, lines: 0 };
    open.records += records;
    open.lines += lines;
    if (open.records > 0) this.#open.set(segment, open);
    else this.#open.delete(segment);
  }

  #grow(segment: Segment, records: number, lines: number): void {
    segment.pendingRecords += records;
    segment.pendingLines += lines;
    this.#add(records, lines);
  }

  #shrink(segment: Segment, records: number, lines: number): void {
    this.#grow(segment, -records, -lines);
  }

  #add(records: number, lines: number): void {
    this.#pending.records += records;
    this.#pending.lines += lines;
  }
}
