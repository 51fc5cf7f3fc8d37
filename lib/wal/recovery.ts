import { type FileSystem, readFully, type WalFile } from "./file-system";
import { MAX_HEADER_BYTES, MAX_RECORD_BYTES, parseSegmentHeader, segmentFirst } from "./format";
import type { Quarantine } from "./quarantine";
import { measure } from "./measure";
import { countLines, Scanner } from "./scan";
import { emptySegment, type Segment } from "./segment";

/** Damage found while opening the directory. */
export interface Finding {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** As far as known. */
  readonly records: number;
  readonly lines: number;
  readonly reason: string;
}

/** The content of a recovered directory. */
export interface Recovered {
  readonly segments: Segment[];
  /** The first record that is not acknowledged, as far as known. */
  readonly cursor: number;
  readonly nextSeq: number;
  /** The last number before `nextSeq`, where some were skipped. */
  readonly skippedAfter?: number;
  readonly findings: Finding[];
}

interface Place {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly quarantine: Quarantine;
}

const PARALLEL = 4;
/** Numbers to skip: more than a process wrongly thought dead could have used. */
const SKIPPED = 1_000_000;

/**
 * Reads a directory after a crash or an edit by hand. It never refuses: damage is copied to quarantine and reported, a
 * torn tail is cut off (a hand load would store half a line), the rest counts.
 *
 * @param cursor the cursor file's position, a hint
 * @param mayHaveRival a former owner may still live: skip numbers that it may use
 */
export async function recover(
  place: Place,
  cursor: number | undefined,
  mayHaveRival = false,
): Promise<Recovered> {
  const names = (await place.fileSystem.list(place.directory)).sort();
  for (const name of names) {
    if (name.endsWith(".tmp"))
      await place.fileSystem.remove(`${place.directory}/${name}`).catch(() => undefined);
  }
  const firsts = names.map(segmentFirst).filter((first) => first !== undefined);
  const files = names.filter((name) => segmentFirst(name) !== undefined);
  const start = Math.max(cursor ?? 0, firsts[0] ?? 0);
  const findings: Finding[] = [];
  const segments: (Segment | undefined)[] = files.map(() => undefined);
  let taken = 0;

  const look = async (index: number, from = start) => {
    const [name, first, next] = [files[index]!, firsts[index]!, firsts[index + 1]];
    const found = await open(place, name, first, from, next).catch(() =>
      unreadable(place, name, first, next),
    );
    findings.push(...found.findings);
    segments[index] = found.segment;
    taken = Math.max(taken, found.taken ?? 0);
  };
  let upcoming = 0;
  const worker = async () => {
    for (let index = upcoming++; index < files.length; index = upcoming++) await look(index);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  // A segment that was given up may hold records that were written again to the next one.
  for (let index = 1; index < files.length; index++) {
    const before = segments[index - 1]?.last ?? -1;
    if (segments[index] && before >= firsts[index]! && before >= start) await look(index, before + 1);
  }

  const kept = segments.filter((segment) => segment !== undefined);
  const last = Math.max(taken, ...firsts.map((first) => first - 1), ...kept.map((segment) => segment.last));
  findings.push(...gaps(kept, start));
  // Also where the records before it are gone: a cursor that went back would have their numbers used again, and one that
  // a crash brings back would then pass over new lines.
  const next = Math.max(last + 1, cursor ?? 1);
  return {
    segments: kept,
    cursor: Math.min(start || 1, next),
    ...numbering(next, mayHaveRival),
    findings: findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.from - b.from)),
  };
}

function numbering(next: number, skip: boolean): Pick<Recovered, "nextSeq" | "skippedAfter"> {
  return skip ? { nextSeq: next + SKIPPED, skippedAfter: next - 1 } : { nextSeq: next };
}

interface Opened {
  segment: Segment | undefined;
  findings: Finding[];
  /** The highest number in a file that could not be read; never used again. */
  taken?: number;
}

/** Size of the smallest record. */
const MIN_RECORD_BYTES = 50;

/** The segment of a file that cannot be read at present. */
async function unreadable(
  { fileSystem, directory }: Place,
  name: string,
  first: number,
  next: number | undefined,
): Promise<Opened> {
  const size =
    (await fileSystem.info(`${directory}/${name}`).catch(() => undefined))?.size ?? MAX_RECORD_BYTES;
  const last = next !== undefined ? next - 1 : first + Math.ceil(size / MIN_RECORD_BYTES);
  return { segment: { ...emptySegment(name, first), bytes: size, last }, findings: [], taken: last };
}

async function open(
  place: Place,
  name: string,
  first: number,
  cursor: number,
  next: number | undefined,
): Promise<Opened> {
  const { fileSystem, directory } = place;
  const path = `${directory}/${name}`;
  const size = (await fileSystem.info(path))?.size ?? 0;
  const segment: Segment = { ...emptySegment(name, first), bytes: size };
  // Acknowledged as a whole; only its removal is missing.
  if (next !== undefined && next <= cursor) return { segment: { ...segment, last: next - 1 }, findings: [] };

  const file = await fileSystem.open(path, "read");
  try {
    if (next !== undefined && first >= cursor) {
      const measured = await measure(file, first, size);
      if (measured && measured.last < next) {
        const { records, lines, ...known } = measured;
        return {
          segment: { ...segment, ...known, pendingRecords: records, pendingLines: lines },
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
  const newer = await newerVersion(file);
  const scanner = new Scanner(file);
  let expected = segment.first;
  let cut: number | undefined;
  let good = 0;
  let stays = false;
  for (let found = await scanner.next(size); found; found = await scanner.next(size)) {
    if (scanner.after !== undefined) segment.after = scanner.after;
    if (found.kind === "record") {
      const { seq, lines, t } = found.header;
      if (segment.firstAt === 0) segment.firstAt = t;
      segment.last = seq;
      segment.lastAt = t;
      expected = seq + 1;
      good = found.to;
      if (seq >= cursor) {
        segment.pendingRecords++;
        segment.pendingLines += lines;
      }
      continue;
    }
    const { from, to, tail } = found;
    // Only where no record can be read: a version may also be a flipped bit.
    if (newer !== undefined && tail && segment.last < segment.first) {
      await quarantine.take(path, segment.name);
      const reason = `it is of format wal${newer}, which a newer release writes; it was moved to quarantine`;
      return {
        segment: undefined,
        findings: [{ file: segment.name, from, to, records: 0, lines: 0, reason }],
      };
    }
    const lines = await countLines(file, from, to);
    if (tail) cut = from;
    const kept = await quarantine.keep(file, segment.name, from, to).catch(() => "failed" as const);
    // Damage that could not be copied stays for the next start.
    if (kept === "failed") stays = true;
    if (kept) {
      const reason = tail
        ? "the end of the file is no whole record: a write that was cut short"
        : `damaged bytes after record ${expected - 1}`;
      findings.push({ file: segment.name, from, to, records: lines > 0 ? 1 : 0, lines, reason });
    }
  }
  // Cut off unused preallocated room.
  if (cut === undefined && good > 0 && good < size && !findings.some(({ to }) => to > good)) cut = good;
  if (cut !== undefined) segment.bytes = cut;
  if (segment.last < segment.first) {
    const removed =
      !stays &&
      (await fileSystem.remove(path).then(
        () => true,
        () => false,
      ));
    return { segment: undefined, findings, ...(!removed && { taken: segment.first }) };
  }
  if (cut !== undefined && !stays) await truncate(fileSystem, path, cut).catch(() => undefined);
  return { segment, findings };
}

/** The version in the first line, if it is not ours. */
async function newerVersion(file: WalFile): Promise<number | undefined> {
  const head = Buffer.alloc(MAX_HEADER_BYTES);
  const version = parseSegmentHeader(head.subarray(0, await readFully(file, head, 0)))?.version;
  return version === 1 ? undefined : version;
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

/** Finds records that are missing between others, which only their numbers show. */
function gaps(segments: readonly Segment[], cursor: number): Finding[] {
  const found: Finding[] = [];
  segments.forEach((segment, index) => {
    const before = segments[index - 1];
    if (!before) return;
    const from = Math.max(before.last + 1, cursor);
    // Up to the last number used before it.
    const to = segment.after ?? segment.first - 1;
    if (to < from) return;
    const records = to - from + 1;
    const reason = `records ${from} to ${to} are missing before this file`;
    found.push({ file: segment.name, from: 0, to: 0, records, lines: 0, reason });
  });
  return found;
}
