import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { DirectoryLock, LockedError } from "../../../lib/wal/lock";
import { type ProcessTable, processTable } from "../../../lib/wal/lock-owner";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";

describe("the lock of a log directory", () => {
  let clock: FakeClock;
  let fs: MemoryFs;
  let directory = "";
  let count = 0;

  beforeEach(() => {
    clock = new FakeClock();
    fs = new MemoryFs(clock);
    directory = `/locks/${++count}`;
  });

  const self = { pid: 100, host: "here", boot: "b1", namespace: "n1", started: "5" };
  const table = (running: Record<number, string>, own: Partial<typeof self> = {}): ProcessTable => ({
    self: { ...self, ...own },
    started: (pid) => running[pid],
  });
  const take = (processes: ProcessTable, onLost: (error: Error) => void = () => assert.fail("lost")) =>
    DirectoryLock.acquire(fs, clock, directory, onLost, processes);
  const left = (owner: object) =>
    fs.put(`${directory}/LOCK`, Buffer.from(JSON.stringify({ token: "t", ...self, ...owner })));

  it("is refused to a second log of this process, by name", async () => {
    const lock = await take(table({}));
    await assert.rejects(take(table({})), /another wal-buffer node of this Node-RED/);
    await lock.release();
    await (await take(table({}))).release();
  });

  for (const [who, owner, running] of [
    ["is gone", { pid: 7 }, {}],
    ["ran before this machine was started", { pid: 7, boot: "b0" }, { 7: "5" }],
    ["has left its number to another process", { pid: 7, started: "4" }, { 7: "9" }],
    ["was this very process", { pid: 100 }, { 100: "5" }],
  ] as const) {
    it(`is taken over at once where its owner ${who}`, async () => {
      left(owner);
      await (await take(table(running))).release();
      assert.deepEqual(await fs.list(directory), []);
    });
  }

  for (const [who, owner, running] of [
    ["lives", { pid: 7 }, { 7: "5" }],
    ["is on another machine", { pid: 7, host: "there" }, {}],
    ["is in another container", { pid: 7, namespace: "n2" }, {}],
  ] as const) {
    it(`is respected for as long as it beats where its owner ${who}`, async () => {
      left(owner);
      await assert.rejects(take(table(running)), (error) => {
        return error instanceof LockedError && /in use by process 7 on (t?here)/.test(error.message);
      });
      await clock.advance(19_000);
      await assert.rejects(take(table(running)), LockedError);
      await clock.advance(1_000);
      await (await take(table(running))).release();
    });
  }

  it("is respected for hours while somebody beats, whoever that is", async () => {
    left({ pid: 7, host: "there" });
    for (let n = 0; n < 500; n++) {
      await assert.rejects(take(table({})), LockedError);
      await clock.advance(15_000);
      await fs.touch(`${directory}/LOCK`);
    }
    await assert.rejects(take(table({})), LockedError);
    await clock.advance(20_000);
    await (await take(table({}))).release();
  });

  for (const [what, hours] of [
    ["set back", -1],
    ["set forward", 1],
    ["set back by a day", -24],
  ] as const) {
    it(`is watched for 20 s all the same where the clock was ${what} after its last beat (D9)`, async () => {
      left({ pid: 7, host: "there" });
      clock.step(hours * 3_600_000);
      await assert.rejects(take(table({})), LockedError);
      await clock.advance(10_000);
      clock.step(-hours * 3_600_000);
      await assert.rejects(take(table({})), LockedError);
      clock.step(hours * 3_600_000);
      await clock.advance(9_000);
      await assert.rejects(take(table({})), LockedError);
      await clock.advance(1_000);
      await (await take(table({}))).release();
    });
  }

  it("beats, and notices when it was taken over", async () => {
    let lost: Error | undefined;
    const lock = await take(table({}), (error) => (lost = error));
    await clock.advance(60_000);
    assert.ok(clock.now() - (await fs.info(`${directory}/LOCK`))!.mtimeMs <= 5_000);
    assert.equal(lost, undefined);
    left({ token: "other", pid: 8, host: "there" });
    await clock.advance(5_000);
    assert.match(String(lost), /taken over by process 8 on there/);
    await lock.release();
    assert.ok(await fs.info(`${directory}/LOCK`), "the new owner's lock stays");
  });

  it("tells living processes of this machine from dead ones", async () => {
    assert.notEqual(processTable.started(process.pid), undefined);
    const child = spawn(process.execPath, ["-e", "0"]);
    await once(child, "exit");
    assert.equal(processTable.started(child.pid!), undefined);
  });
});
