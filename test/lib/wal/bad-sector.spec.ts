import assert from "node:assert/strict";
import { segmentName } from "../../../lib/wal/format";
import { WalLog } from "../../../lib/wal/log";
import type { WalEvent } from "../../../lib/wal/options";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine, segmentOf } from "../../support/wal";

const RECORDS = 300;
/** Well inside the segment. */
const BAD = 8_200;

describe("a place on the disk that can never be read again", () => {
  const clock = new FakeClock();
  let fs: MemoryFs;
  let events: WalEvent[];
  let log: WalLog;
  let directory = "";
  let count = 0;

  beforeEach(() => {
    fs = new MemoryFs(clock);
    events = [];
    directory = `/sector/${++count}`;
    fs.put(`${directory}/${segmentName(1)}`, segmentOf(RECORDS, 1).bytes);
  });
  afterEach(() => log.close());

  const open = async () => {
    log = await WalLog.open({ directory, fileSystem: fs, clock, onEvent: (event) => events.push(event) });
  };
  const breakSector = (code = "EIO") => {
    fs.fault = ({ op, path, from = 0, to = 0 }) =>
      op === "read" && path.endsWith(segmentName(1)) && from <= BAD && to > BAD ? code : undefined;
  };
  /** Reads as delivery does, which tries again when it fails. @returns what came, and how often reading failed */
  const readAll = async () => {
    const lines: string[] = [];
    let failures = 0;
    for (;;) {
      try {
        const record = await log.next();
        if (!record) return { lines, failures };
        lines.push(...record.lines);
        log.ack(record.seq);
      } catch {
        assert.ok(++failures < 100, "the log is held up for ever");
      }
    }
  };
  const assertGivenUp = (lines: readonly string[]) => {
    const { corrupt, appended, acked, pending } = log.stats();
    assert.ok(lines.length >= RECORDS - 60, `only ${lines.length} of ${RECORDS} lines came`);
    assert.deepEqual([appended, pending], [acked + corrupt, 0]);
    assert.equal(acked, lines.length);
    const damage = events.filter(({ kind }) => kind === "corrupt");
    assert.equal(damage.length, 1);
    assert.ok(damage[0]?.kind === "corrupt");
    assert.equal(damage[0].file, segmentName(1));
    assert.match(damage[0].reason, /the disk did not give all of it, 12 times in a row/);
    return corrupt;
  };

  it("costs what lies there after a dozen tries, named and counted; all else is delivered", async () => {
    fs.put(`${directory}/${segmentName(RECORDS + 1)}`, segmentOf(5, 1, RECORDS + 1).bytes);
    await open();
    breakSector();
    const { lines, failures } = await readAll();
    assert.equal(failures, 12);
    assert.equal(assertGivenUp(lines), RECORDS + 5 - lines.length);
  });

  it("is given up as well in the newest file, found at the start", async () => {
    breakSector("ENODATA");
    await open();
    await log.append([numberedLine(7)]);
    const { lines } = await readAll();
    assert.equal(lines.at(-1), numberedLine(7));
    assertGivenUp(lines);
  });

  it("does not end a search behind a refused record either", async () => {
    await open();
    breakSector();
    for (let tries = 0; tries < 12; tries++) await assert.rejects(log.peek(200), /EIO/);
    assert.equal((await log.peek(200))?.seq, 200);
  });

  it("costs nothing when it can be read again before that", async () => {
    await open();
    breakSector();
    for (let tries = 0; tries < 11; tries++) await assert.rejects(log.next(), /EIO/);
    fs.fault = undefined;
    assert.equal((await readAll()).lines.length, RECORDS);
    assert.deepEqual(events, []);
  });

  it("is no sector, but a disk that is away, when nothing at all can be read", async () => {
    await open();
    fs.fault = ({ op }) => (op === "read" ? "EIO" : undefined);
    for (let tries = 0; tries < 50; tries++) await assert.rejects(log.next(), /EIO/);
    fs.fault = undefined;
    assert.equal((await readAll()).lines.length, RECORDS);
    assert.deepEqual(events, []);
  });
});
