import assert from "node:assert/strict";
import { segmentName } from "../../../lib/wal/format";
import { LockedError } from "../../../lib/wal/lock";
import { WalLog } from "../../../lib/wal/log";
import type { WalEvent, WalOptions } from "../../../lib/wal/options";
import { FakeClock, settle } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine, segmentOf } from "../../support/wal";

describe("a log in trouble", () => {
  let clock: FakeClock;
  let fs: MemoryFs;
  let events: WalEvent[];
  let directory = "";
  let count = 0;
  const logs: WalLog[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    fs = new MemoryFs(clock);
    events = [];
    directory = `/trouble/${++count}`;
  });

  afterEach(async () => {
    fs.fault = undefined;
    for (const log of logs.splice(0)) await log.close();
  });

  async function open(more: Partial<WalOptions> = {}): Promise<WalLog> {
    const log = await WalLog.open({
      ...{ directory, fileSystem: fs, clock, onEvent: (event) => events.push(event) },
      ...more,
    });
    logs.push(log);
    return log;
  }
  const kinds = () => events.map(({ kind }) => kind);
  const isSegment = (path: string) => path.endsWith(".lp") && !path.includes("/rejected/");
  const append = async (log: WalLog, lines: number) => {
    for (let n = 0; n < lines; n++) await log.append([numberedLine(n)]);
  };

  it("gives no line up when segments cannot be opened for an hour: neither while it runs nor when it starts", async () => {
    const before = await open();
    await append(before, 5);
    await before.close();
    fs.fault = ({ op, path }) => (op === "open" && isSegment(path) ? "EMFILE" : undefined);
    const log = await open();
    for (let i = 0; i < 20; i++) {
      await assert.rejects(log.next(), /wal-0+1\.lp: EMFILE/);
      await clock.advance(180_000);
    }
    fs.fault = undefined;
    for (let n = 0; n < 5; n++) assert.deepEqual((await log.next())?.lines, [numberedLine(n)]);
    assert.deepEqual(kinds(), [], "nothing was lost, so nothing is told");
    assert.deepEqual([log.stats().corrupt, log.stats().pending], [0, 5]);
  });

  it("takes a directory that is gone as a whole for a lost mount, a single missing file for a loss", async () => {
    const log = await open();
    await append(log, 2);
    fs.fault = ({ path }) => (path.startsWith(directory) ? "ENOENT" : undefined);
    await assert.rejects(log.next(), /ENOENT/);
    fs.fault = undefined;
    assert.deepEqual((await log.next())?.lines, [numberedLine(0)]);
    log.rewind();
    const segment = [...fs.contents.keys()].find(isSegment)!;
    await fs.remove(segment);
    assert.equal(await log.next(), undefined);
    assert.deepEqual(kinds(), ["corrupt"]);
    assert.equal(log.stats().corrupt, 2);
  });

  it("tells of what it trims from the quarantine, with a count", async () => {
    fs.put(`${directory}/quarantine/wal-1.0-9`, Buffer.from(`${numberedLine(1)}\n`.repeat(400)));
    await open({ maxBytes: 64 * 1024 });
    await clock.advance(1_000);
    assert.deepEqual(events, [{ kind: "trimmed", folder: "quarantine", files: 1, lines: 400 }]);
  });

  it("keeps dead letters within their bound, the oldest trimmed first, and never refuses a good line for them", async () => {
    const log = await open({ maxBytes: 256 * 1024, whenFull: "reject" });
    for (let n = 0; n < 40; n++) {
      const lines = Array.from({ length: 50 }, (_, i) => numberedLine(n * 50 + i));
      const code = n % 2 === 0 ? "too-old" : "unprocessable";
      await log.keepRejected([{ lines, reason: `reason ${n}`, code }]);
      await log.append(lines);
      const record = await log.next();
      log.ack(record!.seq);
      await clock.advance(1_000);
    }
    assert.ok(log.stats().deadLetterBytes <= 32 * 1024, `${log.stats().deadLetterBytes}`);
    assert.ok(kinds().length > 0 && kinds().every((kind) => kind === "trimmed"));
    const { letters } = await log.rejected();
    assert.equal(letters[0]!.reason, "reason 39", "the newest stay");
    assert.ok(
      letters.every(({ file, reason }) => file.startsWith("rej-") === (Number(reason.slice(7)) % 2 === 1)),
    );
    assert.ok(
      letters.filter(({ file }) => file.startsWith("old-")).length <= 8,
      "the too old ones went first",
    );
  });

  it("settles dead letters in groups: a thousand of them in a few syncs", async () => {
    const log = await open();
    let syncs = 0;
    fs.fault = ({ op, path }) => void (op === "sync" && path.includes("/rejected/") && syncs++);
    const letters = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ lines: [numberedLine(n)], reason: `reason ${n}`, code: "" },
    }));
    await Promise.all(letters.map((letter) => log.keepRejected([letter])));
    assert.ok(syncs <= 3, `${syncs} syncs`);
    assert.equal((await log.rejected(0)).lines, 1_000);
  });

  it("appends good lines while a dead letter hangs on its disk, and gives the letter up in the end", async () => {
    const log = await open();
    fs.fault = ({ path }) => (path.includes("/rejected") ? "EIO" : undefined);
    const letter = log.keepRejected([{ lines: [numberedLine(1)], reason: "no", code: "" }]);
    const kept = assert.rejects(letter, /EIO/);
    await settle();
    await log.append([numberedLine(2)]);
    await clock.advance(60_000);
    await kept;
  });

  it("says that the disk does not answer, holds a bounded amount, and goes on when it does", async () => {
    const log = await open();
    const sync = MemoryFs.prototype.syncDirectory.bind(fs);
    let answer = () => {};
    const hangs = new Promise<void>((resolve) => (answer = resolve));
    fs.syncDirectory = (path) => hangs.then(() => sync(path));
    const megabyte = Array.from({ length: 16 }, (_, n) => `m,n=${n} s="${"x".repeat(64 * 1024)}" 1`);
    const kept = log.append([numberedLine(0)]);
    await clock.advance(10_000);
    assert.match(log.stats().problem?.message ?? "", /has not answered for 10 s/);
    const more = Array.from({ length: 30 }, () => log.append(megabyte));
    const settled = Promise.allSettled(more);
    await settle();
    answer();
    await clock.advance(5_000);
    await kept;
    const outcomes = (await settled).map(({ status }) => status);
    assert.equal(outcomes.filter((status) => status === "fulfilled").length, 15, "16 MB, no more");
    assert.equal(log.stats().problem, undefined);
  });

  it("lets no other log wait for a disk that hangs", async () => {
    const slow = new MemoryFs(clock);
    slow.syncDirectory = () => new Promise(() => undefined);
    const hanging = await WalLog.open({ directory: `${directory}/slow`, fileSystem: slow, clock });
    void hanging.append([numberedLine(1)]).catch(() => undefined);
    await settle();
    const log = await open();
    await log.append([numberedLine(2)]);
    assert.equal(log.stats().pending, 1);
  });

  it("skips nothing when it is rewound while the next segment is being opened", async () => {
    let log = await open();
    await append(log, 2);
    await log.close();
    log = await open();
    await log.append([numberedLine(7)]);
    await log.next();
    await log.next();
    const opening = fs.open.bind(fs);
    fs.open = async (path, mode) => {
      const file = await opening(path, mode);
      fs.open = opening;
      log.rewind();
      return file;
    };
    assert.deepEqual((await log.next())?.lines, [numberedLine(0)]);
    log.rewind();
    for (const n of [0, 1, 7]) assert.deepEqual((await log.next())?.lines, [numberedLine(n)]);
  });

  it("takes at most two of Node's threads for files, whatever hangs", async () => {
    const slow = new MemoryFs(clock);
    let running = 0;
    const never = () => new Promise<never>(() => void running++);
    const log = await WalLog.open({ directory, fileSystem: slow, clock });
    Object.assign(slow, { open: never, info: never, list: never, touch: never });
    void log.append([numberedLine(1)]).catch(() => undefined);
    void log.keepRejected([{ lines: [numberedLine(2)], reason: "no", code: "" }]).catch(() => undefined);
    void log.rejected().catch(() => undefined);
    await clock.advance(30_000);
    assert.equal(running, 2);
  });

  it("shows that a disk does not sync, also where it syncs late", async () => {
    const log = await open({ sync: "interval" });
    fs.fault = ({ op, path }) => (op === "sync" && isSegment(path) ? "EIO" : undefined);
    await log.append([numberedLine(1)]);
    await clock.advance(3_000);
    assert.match(log.stats().problem?.message ?? "", /EIO/);
    fs.fault = undefined;
    await clock.advance(3_000);
    assert.equal(log.stats().problem, undefined);
  });

  it("drops nothing young when the clock is set forward by hours", async () => {
    const log = await open({ maxAgeMs: 3_600_000 });
    await log.append([numberedLine(1)]);
    clock.step(2 * 3_600_000);
    await clock.advance(5_000);
    assert.deepEqual([kinds(), log.stats().pending], [[], 1]);
    await clock.advance(3_600_000);
    assert.deepEqual(kinds(), ["dropped"]);
  });

  it("confirms nothing, and touches nothing, when another process took its directory while it stood still", async () => {
    const log = await open();
    await log.append([numberedLine(1)]);
    // The process stands still: time passes, and no timer of it runs.
    clock.step(60_000);
    await fs.remove(`${directory}/LOCK`);
    fs.put(`${directory}/LOCK`, Buffer.from('{"token":"other","pid":7,"host":"there"}'));
    const before = new Map([...fs.contents].map(([path, { data }]) => [path, data.toString("latin1")]));
    await assert.rejects(log.append([numberedLine(2)]), LockedError);
    await clock.advance(10_000);
    const after = new Map([...fs.contents].map(([path, { data }]) => [path, data.toString("latin1")]));
    assert.deepEqual(after, before);
    assert.deepEqual(
      kinds().filter((kind) => kind === "lost"),
      ["lost"],
    );
  });

  it("skips numbers that a silent owner may still use, and that is no loss", async () => {
    const first = await open();
    await append(first, 3);
    await first.close();
    fs.put(`${directory}/LOCK`, Buffer.from('{"token":"other","pid":7,"host":"there"}'));
    await assert.rejects(open(), LockedError);
    await clock.advance(20_000);
    const second = await open();
    await second.append([numberedLine(4)]);
    for (let n = 0; n < 3; n++) second.ack((await second.next())!.seq);
    const seq = (await second.next())!.seq;
    assert.ok(seq > 1_000_000, `${seq}`);
    await second.close();
    await fs.remove(`${directory}/cursor`);
    const third = await open();
    assert.deepEqual(kinds(), []);
    assert.equal(third.stats().pending, 4);
  });

  it("passes over nothing when a cursor that could not be read once comes back in a crash", async () => {
    const before = await open();
    await append(before, 3);
    for (let record = await before.next(); record; record = await before.next()) before.ack(record.seq);
    await before.close();
    const cursor = `${directory}/cursor`;
    const position = fs.contents.get(cursor)!.data;
    fs = new MemoryFs(clock);
    fs.put(cursor, position);
    fs.fault = ({ op, path }) => (op === "read" && path === cursor ? "EIO" : undefined);
    const log = await open();
    fs.fault = undefined;
    await log.append([numberedLine(7)]);
    fs = fs.crash(() => 0.99);
    await log.close();
    assert.deepEqual((await (await open()).next())?.lines, [numberedLine(7)]);
  });

  it("counts a large backlog of small records with few reads, so that it opens fast", async () => {
    fs.put(`${directory}/${segmentName(1)}`, segmentOf(4_000, 1).bytes);
    let reads = 0;
    fs.fault = ({ op, path }) => void (op === "read" && isSegment(path) && reads++);
    // The newest segment is read whole, so there has to be another one.
    fs.put(`${directory}/${segmentName(9_999_999)}`, Buffer.alloc(0));
    const again = await open();
    assert.equal(again.stats().pending, 4_000);
    assert.ok(reads < 40, `${reads} reads`);
  });
});
