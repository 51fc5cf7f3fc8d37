import assert from "node:assert/strict";
import { WalLog } from "../../../lib/wal/log";
import type { WalEvent } from "../../../lib/wal/options";
import { findOrphans } from "../../../lib/wal/orphans";
import { runCommand } from "../../../lib/wal/tool/commands";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine } from "../../support/wal";

describe("a log whose node is gone", () => {
  let clock: FakeClock;
  let fs: MemoryFs;
  let log: WalLog;
  let events: WalEvent[];
  let parent = "";
  let count = 0;

  const open = (name: string) =>
    WalLog.open({
      directory: `${parent}/${name}`,
      fileSystem: fs,
      clock,
      onEvent: (event) => events.push(event),
    });

  beforeEach(async () => {
    clock = new FakeClock();
    fs = new MemoryFs(clock);
    events = [];
    parent = `/orphans/${++count}`;
    const gone = await open("gone");
    for (const n of [1, 2, 3]) await gone.append([numberedLine(n)]);
    await gone.keepRejected([{ lines: [numberedLine(9)], reason: "refused", code: "" }]);
    gone.ack((await gone.next())!.seq);
    await gone.close();
    log = await open("living");
    await log.append([numberedLine(4)]);
    // MemoryFs lists files only.
    fs.list = ((list) => (path: string) =>
      path === parent ? Promise.resolve(["gone", "living", "empty"]) : list(path))(fs.list.bind(fs));
  });

  afterEach(() => log.close());

  const orphans = () => findOrphans(fs, parent, (name) => name === "living");

  it("is found by what waits in it; one in which nothing waits, or that somebody uses, is none", async () => {
    const [orphan, ...others] = await orphans();
    assert.deepEqual(others, []);
    assert.deepEqual([orphan!.directory, orphan!.lines], [`${parent}/gone`, 2]);
    const used = await open("gone");
    assert.deepEqual(await orphans(), []);
    await used.close();
  });

  it("is taken over: what waits there waits here, its dead letters are here, and it is gone", async () => {
    const { lines, deadLetters } = await log.adopt(`${parent}/gone`);
    assert.deepEqual([lines, deadLetters], [2, 1]);
    const found = [await log.next(), await log.next(), await log.next()].map((record) => record!.lines[0]);
    assert.deepEqual(found, [numberedLine(4), numberedLine(2), numberedLine(3)]);
    assert.deepEqual(
      (await log.rejected()).letters.map(({ reason }) => reason),
      ["refused"],
    );
    assert.deepEqual(await orphans(), []);
    assert.deepEqual(
      [...fs.contents.keys()].filter((path) => path.startsWith(`${parent}/gone/`)),
      [],
    );
  });

  it("is taken over by the running node when the tool asks for it", async () => {
    const out: string[] = [];
    const output = {
      write: (text: unknown) => Promise.resolve(void out.push(String(text))),
      complain: assert.fail,
    };
    const request = { since: 0, pending: false, command: "adopt", directory: `${parent}/living` } as const;
    assert.equal(await runCommand(fs, { ...request, from: `${parent}/gone` }, output), 0);
    assert.match(out.join(""), /^2 lines will be taken over/);
    await clock.advance(10_000);
    assert.equal(log.stats().pending, 3);
    assert.deepEqual(
      events.map((event) => event.kind === "adopted" && [event.lines, event.error]),
      [[2, undefined]],
    );
  });
});

describe("dead letters that are sent again", () => {
  it("are left out where this log has written their points since, and the others counted", async () => {
    const clock = new FakeClock();
    const events: WalEvent[] = [];
    const fileSystem = new MemoryFs(clock);
    const options = { directory: "/requeue", fileSystem, clock };
    const onEvent = (event: WalEvent) => events.push(event);
    let log = await WalLog.open({ ...options, onEvent });
    const keep = (...lines: string[]) => log.keepRejected([{ lines, reason: "refused", code: "" }]);
    await keep("m,id=1 v=1i 17", "m,id=2 v=1i 17");
    await clock.advance(1_000);
    log.written(["m,id=1 v=2i 17", "m,id=3 v=2i 17"], new Set());
    await clock.advance(1_000);
    const { lines, superseded, unknown } = await log.requeueRejected();
    assert.deepEqual({ lines, superseded, unknown }, { lines: 1, superseded: 1, unknown: 0 });
    assert.deepEqual((await log.next())?.lines, ["m,id=2 v=1i 17"]);
    await keep("m,id=4 v=1i 17");
    await log.close();
    log = await WalLog.open({ ...options, onEvent });
    assert.deepEqual(await log.requeueRejected(), { lines: 1, superseded: 0, unknown: 1 });
    assert.equal(events.at(-1)?.kind, "requeued");
    await log.close();
  });
});
