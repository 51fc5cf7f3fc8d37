import assert from "node:assert/strict";
import { WalLog } from "../../../lib/wal/log";
import type { WalEvent } from "../../../lib/wal/options";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine } from "../../support/wal";

const LETTERS = 300;
/** Well inside a file of so many letters. */
const BAD = 8_200;
const HOUR_MS = 3_600_000;

describe("dead letters that the disk does not give", () => {
  let clock: FakeClock;
  let fs: MemoryFs;
  let events: WalEvent[];
  let log: WalLog;

  beforeEach(async () => {
    clock = new FakeClock();
    fs = new MemoryFs(clock);
    events = [];
    log = await open("/letters");
    // Files of two hours.
    for (const [from, count] of [
      [1, LETTERS],
      [1_001, 5],
    ] as const) {
      const numbers = Array.from({ length: count }, (_, at) => from + at);
      await Promise.all(numbers.map((n) => keep(n)));
      await clock.advance(HOUR_MS);
    }
  });
  afterEach(() => log.close());

  const open = (directory: string) =>
    WalLog.open({ directory, fileSystem: fs, clock, onEvent: (event) => events.push(event) });
  const keep = (n: number) => log.keepRejected([{ lines: [numberedLine(n)], reason: "refused", code: "" }]);
  const filesIn = (folder: string) =>
    [...fs.contents.keys()].filter((name) => name.includes(`/${folder}/`)).sort();
  /** Breaks a place in the first file, whatever it is called. */
  const breakSector = (code = "EIO") => {
    const [first] = filesIn("rejected");
    fs.fault = ({ op, path, from = 0, to = 0 }) =>
      op === "read" && path.startsWith(first!) && from <= BAD && to > BAD ? code : undefined;
  };
  const sent = async (from = log) => {
    const lines: string[] = [];
    for (let record = await from.next(); record; record = await from.next()) {
      lines.push(...record.lines);
      from.ack(record.seq);
    }
    return lines;
  };
  const kinds = () => events.map(({ kind }) => kind);
  const later = Array.from({ length: 5 }, (_, at) => numberedLine(1_001 + at));

  it("hold up no others, are named, and are tried again: what can be read is sent once, the file goes to quarantine", async () => {
    breakSector();
    await assert.rejects(log.requeueRejected(), /dead letters cannot be sent again: rej-\S+\.requeue: EIO/);
    assert.deepEqual(await sent(), later);
    assert.deepEqual(kinds(), ["requeued", "letters"]);
    await clock.advance(30_000);
    assert.deepEqual(await sent(), []);
    assert.deepEqual(kinds(), ["requeued", "letters"], "said once");
    await clock.advance(60_000);
    const lines = await sent();
    assert.equal(new Set(lines).size, lines.length);
    assert.ok(lines.length >= LETTERS - 60 && lines.length < LETTERS, `${lines.length} came`);
    assert.equal(lines.at(-1), numberedLine(LETTERS));
    assert.deepEqual(kinds().slice(2), ["corrupt", "requeued", "letters"]);
    const [corrupt, , ended] = events.slice(2);
    assert.ok(corrupt?.kind === "corrupt" && ended?.kind === "letters");
    assert.match(corrupt.file, /^rejected\/rej-/);
    assert.match(corrupt.reason, /the disk did not give all of it, 12 times in a row/);
    assert.equal(ended.error, undefined);
    assert.equal(filesIn("quarantine").length, 1);
    assert.deepEqual(filesIn("rejected"), []);
    const { appended, acked, corrupt: lost } = log.stats();
    assert.deepEqual([appended, lost], [acked, 0], "dead letters are settled lines: the books do not change");
    await clock.advance(60_000);
    assert.deepEqual(await sent(), []);
  });

  it("are all sent when the disk gives them before that", async () => {
    breakSector();
    await assert.rejects(log.requeueRejected());
    await clock.advance(20_000);
    fs.fault = undefined;
    await clock.advance(10_000);
    assert.equal((await sent()).length, LETTERS + 5);
    assert.deepEqual(kinds(), ["requeued", "letters", "requeued", "letters"]);
    assert.deepEqual([filesIn("rejected"), filesIn("quarantine")], [[], []]);
  });

  it("stay, when nothing of them can be read or the disk is away, however long it takes", async () => {
    fs.fault = ({ op, path }) => (op === "read" && path.includes("/rejected/") ? "EIO" : undefined);
    await assert.rejects(log.requeueRejected(), /EIO/);
    await clock.advance(10 * 60_000);
    assert.deepEqual(kinds(), ["letters"]);
    fs.fault = undefined;
    await clock.advance(10_000);
    assert.equal((await sent()).length, LETTERS + 5);
  });

  it("are sent once where their file cannot be removed", async () => {
    fs.fault = ({ op, path }) => (op === "remove" && path.includes("/rejected/") ? "EACCES" : undefined);
    await assert.rejects(log.requeueRejected(), /EACCES/);
    await clock.advance(60_000);
    assert.equal((await sent()).length, LETTERS + 5);
    fs.fault = undefined;
    await clock.advance(10_000);
    assert.deepEqual([await sent(), filesIn("rejected")], [[], []]);
  });

  it("are sent once by two orders at once", async () => {
    await Promise.all([log.requeueRejected(), log.requeueRejected()]);
    assert.equal((await sent()).length, LETTERS + 5);
  });

  it("go to quarantine, with a word, when they are damaged; the rest is sent", async () => {
    const { data } = fs.contents.get(filesIn("rejected")[0]!)!;
    data[BAD]! ^= 1;
    await log.requeueRejected();
    assert.equal((await sent()).length, LETTERS + 5 - 1);
    assert.deepEqual(kinds(), ["corrupt", "requeued"]);
    assert.equal(filesIn("quarantine").length, 1);
  });

  it("do not keep the log from listing the others", async () => {
    breakSector();
    const { lines } = await log.rejected(10);
    assert.ok(lines >= LETTERS + 5 - 60 && lines < LETTERS + 5, `${lines} listed`);
  });

  it("that are removed while they are counted are none", async () => {
    const [first] = filesIn("rejected");
    fs.fault = ({ op, path }) => (op === "open" && path === first ? "ENOENT" : undefined);
    const { lines, letters } = await log.rejected();
    assert.equal(lines, 5);
    assert.equal(letters.length, 5);
  });

  it("leave a log that is taken over with nothing but themselves", async () => {
    await log.close();
    breakSector();
    log = await open("/other");
    await assert.rejects(log.adopt("/letters"), /rej-\S+\.requeue: EIO/);
    fs.fault = undefined;
    const { letters } = await log.rejected();
    assert.deepEqual(letters.map(({ payload }) => payload.trim()).sort(), later);
    const { deadLetters } = await log.adopt("/letters");
    assert.equal(deadLetters, LETTERS);
  });
});

describe("a file of dead letters whose end the disk does not give", () => {
  it("is followed by another one: new dead letters are kept", async () => {
    const clock = new FakeClock();
    const fs = new MemoryFs(clock);
    const options = { directory: "/end", fileSystem: fs, clock };
    let log = await WalLog.open(options);
    const keep = (n: number) => log.keepRejected([{ lines: [numberedLine(n)], reason: "refused", code: "" }]);
    await keep(1);
    await log.close();
    log = await WalLog.open(options);
    fs.fault = ({ op, path }) => (op === "read" && /rej-[^/.]*\.lp$/.test(path) ? "EIO" : undefined);
    await keep(2);
    fs.fault = undefined;
    assert.equal((await log.rejected()).lines, 2);
    await log.close();
  });
});
