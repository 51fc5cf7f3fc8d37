import { type FileSystem, readFully, type WalFile } from "./file-system";
import { MAX_HEADER_BYTES, parseSegmentHeader, segmentFirst } from "./format";
import type { Quarantine } from "./quarantine";
import { measure, Scanner } from "./scan";
import { emptySegment, type Segment } from "./segment";

/** Something that was not as it should be when the directory was opened. */
export interface Finding {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** As far as they can be told. */
  readonly records: number;
  readonly lines: number;
  readonly reason: string;
}

export interface Recovered {
  readonly segments: Segment[];
  /** The first record that is not acknowledged, as far as is known. */
  readonly cursor: number;
  readonly nextSeq: number;
  readonly findings: Finding[];
}

interface Place {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly quarantine: Quarantine;
}

const PARALLEL = 4;

/**
 * Reads a directory as a crash or a careless hand may have left it. It never refuses: what is damaged is copied to
 * quarantine and reported, a tail that was cut short is cut off (a hand load would store half a line), the rest counts.
 *
 * @param cursor what the cursor file says; a hint
 */
export async function recover(place: Place, cursor: number | undefined): Promise<Recovered> {
  const names = (await place.fileSystem.list(place.directory)).sort();
  for (const name of names) {
    if (name.endsWith(".tmp")) await place.fileSystem.remove(`${place.directory}/${name}`);
  }
  const firsts = names.map(segmentFirst).filter((first) => first !== undefined);
  const files = names.filter((name) => segmentFirst(name) !== undefined);
  const start = Math.max(cursor ?? 0, firsts[0] ?? 0);
  const findings: Finding[] = [];
  const segments: (Segment | undefined)[] = files.map(() => undefined);

  const look = async (index: number, from = start) => {
    const found = await open(place, files[index]!, firsts[index]!, from, firsts[index + 1]);
    findings.push(...found.findings);
    segments[index] = found.segment;
  };
  let upcoming = 0;
  const worker = async () => {
    for (let index = upcoming++; index < files.length; index = upcoming++) await look(index);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  // A segment that was given up may still hold records that were then written again to the next one.
  for (let index = 1; index < files.length; index++) {
    const before = segments[index - 1]?.last ?? -1;
    if (segments[index] && before >= firsts[index]! && before >= start) await look(index, before + 1);
  }

  const kept = segments.filter((segment) => segment !== undefined);
  const last = Math.max(0, ...firsts.map((first) => first - 1), ...kept.map((segment) => segment.last));
  findings.push(...gaps(kept, start));
  return {
    segments: kept,
    cursor: Math.min(start || 1, last + 1),
    nextSeq: Math.max(last + 1, cursor ?? 1),
    findings: findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.from - b.from)),
  };
}

interface Opened {
  segment: Segment | undefined;
  findings: Finding[];
}

async function open(
  place: Place,
  name: string,
  first: number,
  cursor: number,
  next: number | undefined,
): Promise<Opened> {
  const { fileSystem, directory, quarantine } = place;
  const path = `${directory}/${name}`;
  const size = (await fileSystem.info(path))?.size ?? 0;
  const segment: Segment = { ...emptySegment(name, first), bytes: size };
  // All of it is acknowledged: it only waits to be removed.
  if (next !== undefined && next <= cursor) return { segment: { ...segment, last: next - 1 }, findings: [] };

  const file = await fileSystem.open(path, "read");
  try {
    const head = Buffer.alloc(MAX_HEADER_BYTES);
    const header = parseSegmentHeader(head.subarray(0, await readFully(file, head, 0)));
    if (header && header.version !== 1) {
      await quarantine.take(path, name);
      const reason = `it is of format wal${header.version}, which a newer release writes; it was moved to quarantine`;
      return {
        segment: undefined,
        findings: [{ file: name, from: 0, to: size, records: 0, lines: 0, reason }],
      };
    }
    if (next !== undefined && first >= cursor) {
      const measured = await measure(file, first, size);
      if (measured && measured.last < next) {
        const { last, firstAt, lastAt, records, lines } = measured;
        return {
          segment: { ...segment, last, firstAt, lastAt, pendingRecords: records, pendingLines: lines },
          findings: [],
        };
      }
    }
    return await scanAll(place, file, segment, cursor);
  } finally {
    await file.close();
  }
}

async function scanAll(place: Place, file: WalFile, segment: Segment, cursor: number): Promise<Opened> {
  const { fileSystem, directory, quarantine } = place;
  const size = segment.bytes;
  const path = `${directory}/${segment.name}`;
  const findings: Finding[] = [];
  const scanner = new Scanner(file);
  let expected = segment.first;
  let cut: number | undefined;
  for (let found = await scanner.next(size); found; found = await scanner.next(size)) {
    if (found.kind === "record") {
      const { seq, lines, t } = found.header;
      if (segment.firstAt === 0) segment.firstAt = t;
      segment.last = seq;
      segment.lastAt = t;
      expected = seq + 1;
      if (seq >= cursor) {
        segment.pendingRecords++;
        segment.pendingLines += lines;
      }
      continue;
    }
    const { from, to, tail } = found;
    const lines = await countLines(file, from, to);
    if (tail) cut = from;
    if (await quarantine.keep(file, segment.name, from, to)) {
      const reason = tail
        ? "the end of the file is no whole record: a write that was cut short"
        : `damaged bytes after record ${expected - 1}`;
      findings.push({ file: segment.name, from, to, records: lines > 0 ? 1 : 0, lines, reason });
    }
  }
  if (cut !== undefined) segment.bytes = cut;
  if (segment.last < segment.first) {
    await fileSystem.remove(path);
    return { segment: undefined, findings };
  }
  if (cut !== undefined) await truncate(fileSystem, path, cut);
  return { segment, findings };
}

async function truncate(fileSystem: FileSystem, path: string, length: number): Promise<void> {
  const file = await fileSystem.open(path, "update");
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Lines of data in a damaged range, as far as its line ends still tell. */
export async function countLines(file: WalFile, from: number, to: number): Promise<number> {
  const chunk = Buffer.allocUnsafe(Math.min(256 * 1024, Math.max(1, to - from)));
  let lines = 0;
  let comment = false;
  let started = false;
  for (let at = from; at < to;) {
    const count = await readFully(file, chunk.subarray(0, Math.min(chunk.length, to - at)), at);
    if (count === 0) break;
    for (const byte of chunk.subarray(0, count)) {
      if (byte === 0x0a) {
        if (started && !comment) lines++;
        started = comment = false;
      } else if (byte !== 0) {
        if (!started) comment = byte === 0x23;
        started = true;
      }
    }
    at += count;
  }
  return started && !comment ? lines + 1 : lines;
}

/** Records that no file holds although later ones are there: a checksum cannot tell, the numbers do. */
function gaps(segments: readonly Segment[], cursor: number): Finding[] {
  const found: Finding[] = [];
  segments.forEach((segment, index) => {
    const before = segments[index - 1];
    if (!before) return;
    const from = Math.max(before.last + 1, cursor);
    if (segment.first <= from) return;
    const records = segment.first - from;
    const reason = `records ${from} to ${segment.first - 1} are missing before this file`;
    found.push({ file: segment.name, from: 0, to: 0, records, lines: 0, reason });
  });
  return found;
}
