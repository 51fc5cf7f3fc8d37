import { Appender } from "./appender";
import type { Trimmed } from "./bounded-folder";
import { CursorFile } from "./cursor";
import { DeadLetters } from "./dead-letters";
import { Ledger } from "./ledger";
import type { DirectoryLock } from "./lock";
import type { WalOptions } from "./options";
import { Quarantine } from "./quarantine";
import { Reader } from "./reader";
import { recover } from "./recovery";
import { SegmentWriter } from "./segment-writer";
import { Serial } from "./serial";
import { SIDE_SHARE, Space } from "./space";
import { Stamper } from "./stamp";
import { syncGate } from "./sync-gate";
import { Upkeep } from "./upkeep";

/** Segment size of a large log; smaller in a small log, which drops whole segments. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** The parts of an open log. */
export interface LogParts {
  readonly serial: Serial;
  readonly cursorFile: CursorFile;
  readonly quarantine: Quarantine;
  readonly deadLetters: DeadLetters;
  readonly ledger: Ledger;
  readonly stamper: Stamper;
  readonly writer: SegmentWriter;
  readonly reader: Reader;
  readonly space: Space;
  readonly appender: Appender;
  readonly upkeep: Upkeep;
  readonly recordBytes: number;
}

interface Callbacks {
  readonly onKept: () => void;
  readonly takeRequests: () => Promise<void>;
}

/**
 * Recovers the directory, which must be locked, and puts a log's parts together.
 *
 * @throws errors of the file system
 */
export async function assemble(
  options: Required<WalOptions>,
  lock: DirectoryLock,
  { onKept, takeRequests }: Callbacks,
): Promise<LogParts> {
  const { directory, clock, fileSystem, maxBytes, maxAgeMs, whenFull, joinLines, onEvent } = options;
  const assertOwned = () => lock.assertOwned();
  const onTrimmed = (trimmed: Trimmed) => onEvent({ kind: "trimmed", ...trimmed });
  const quarantine = new Quarantine(fileSystem, `${directory}/quarantine`, onTrimmed);
  const { node, version } = options;
  const deadLetters = new DeadLetters({
    ...{ fileSystem, clock, node, version, assertOwned, onTrimmed },
    path: `${directory}/rejected`,
    maxBytes: maxBytes * SIDE_SHARE,
  });
  await quarantine.refresh();
  await deadLetters.refresh();
  const { file: cursorFile, position } = await CursorFile.open(fileSystem, `${directory}/cursor`);
  try {
    const place = { fileSystem, directory, quarantine };
    const recovered = await recover(place, position?.seq, lock.mayHaveRival);
    const serial = new Serial();
    const ledger = new Ledger(recovered.cursor);
    for (const segment of recovered.segments) {
      // Count ages by the monotonic clock; by the wall clock found records have their age of now.
      segment.keptAt = clock.monotonic() - Math.max(0, clock.now() - segment.lastAt);
      ledger.found(segment);
    }
    const recordBytes = Math.min(options.recordBytes, Math.floor(maxBytes / 8));
    const segmentBytes = Math.min(SEGMENT_BYTES, Math.max(maxBytes / 64, recordBytes));
    const stamper = new Stamper(Math.max(0, ...recovered.segments.map(({ lastAt }) => lastAt)));
    const writer = new SegmentWriter(
      { ...options, gate: syncGate, segmentBytes, notBefore: () => stamper.lastMs },
      ledger,
      recovered.nextSeq,
      recovered.skippedAfter,
    );
    const reader = new Reader(
      { fileSystem, directory, quarantine },
      ledger,
      () => lock.isThere(),
      (damage) => onEvent({ kind: "corrupt", ...damage }),
    );
    const space = new Space({
      ...{ fileSystem, clock, directory, maxBytes, maxAgeMs, ledger, writer, quarantine, deadLetters },
      onDrop: (drop) => onEvent({ kind: "dropped", ...drop }),
      release: (name) => reader.release(name),
    });
    const onProblem = (error: Error | undefined) => onEvent({ kind: "durability", error });
    const appender = new Appender({
      ...{ clock, writer, space, serial, whenFull, joinLines, assertOwned, onProblem, onKept },
    });
    for (const finding of recovered.findings) {
      ledger.foundCorrupt(finding.lines);
      onEvent({ kind: "corrupt", ...finding });
    }
    const upkeep = new Upkeep({
      ...{ clock, serial, ledger, writer, space, cursorFile, assertOwned, takeRequests },
      onUnsynced: onProblem,
    });
    return {
      ...{ serial, cursorFile, quarantine, deadLetters, ledger, stamper, writer, reader, space, appender },
      ...{ upkeep, recordBytes },
    };
  } catch (error) {
    await cursorFile.close().catch(() => undefined);
    throw error;
  }
}
