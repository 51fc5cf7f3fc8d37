import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { healthRegistry } from "../../lib/health/registry";
import { WalLog } from "../../lib/wal/log";
import influxBatchWrite from "../../nodes/influx-batch-write/influx-batch-write";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { helper, load, nextMessage, receive, type TestFlow } from "../support/helper";
import { eventually } from "../support/node-red";

type Msg = Record<string, unknown>;
interface Wal {
  buffer: string;
  record: number;
}

describe("wal-buffer", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "wal-buffer-"));
  });

  afterEach(async () => {
    await helper.unload();
    rmSync(directory, { recursive: true, force: true });
  });

  // Without a place on the canvas, a node that names another one counts as a config node.
  const onCanvas = (nodes: TestFlow) => nodes.map((node) => ({ x: 1, y: 1, ...node }));
  const flow = (more: Msg = {}): TestFlow =>
    onCanvas([
      { id: "tab", type: "tab" },
      { id: "wal", type: "wal-buffer", z: "tab", directory, wires: [["out"], ["events"]], ...more },
      { id: "out", type: "helper", z: "tab" },
      { id: "events", type: "helper", z: "tab" },
      { id: "done", type: "complete", z: "tab", scope: ["wal"], wires: [["completed"]] },
      { id: "completed", type: "helper", z: "tab" },
      { id: "catch", type: "catch", z: "tab", scope: ["wal"], wires: [["caught"]] },
      { id: "caught", type: "helper", z: "tab" },
    ]);
  const line = (n: number) => `m,t=a v=${n}i 173206000000000000${n}`;
  const answer = (msg: Msg, status: string, more: Msg = {}) =>
    receive("wal", { payload: msg["payload"], wal: msg["wal"], influx: { status, lines: 1, ...more } });
  const kept = () =>
    readdirSync(directory)
      .filter((name) => name.endsWith(".lp"))
      .map((name) => readFileSync(join(directory, name), "utf8"))
      .join("");

  const reportOf = (id: string) => healthRegistry.reports().find((report) => report.id === id)!;

  /** Waits until health tells of something that is wrong. */
  const problem = (words: RegExp) =>
    eventually(String(words), () => reportOf("wal").problems.some(({ message }) => words.test(message)));

  /** Everything that a helper node gets from now on, one by one. */
  function inbox(id: string): () => Promise<Msg> {
    const waiting: Msg[] = [];
    let wake: (() => void) | undefined;
    helper.getNode(id).on("input", (msg: unknown) => {
      waiting.push(msg as Msg);
      wake?.();
    });
    return async () => {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return waiting.shift()!;
    };
  }

  it("keeps lines on disk before it is done, sends them in order, and again after a failure", async () => {
    await load([walBuffer], flow());
    const [out, completed] = [inbox("out"), inbox("completed")];
    receive("wal", { payload: [line(1), line(2)] });
    await completed();
    assert.match(kept(), /# wal1 seq=1 t=\d+ lines=2 bytes=\d+ crc32=[0-9a-f]{8}\nm,t=a v=1i /);
    receive("wal", { payload: line(3) });
    const [first, second] = [await out(), await out()];
    assert.deepEqual(first["payload"], [line(1), line(2)]);
    assert.deepEqual(
      [first, second].map(({ wal }) => [(wal as Wal).buffer, (wal as Wal).record]),
      [
        ["wal", 1],
        ["wal", 2],
      ],
    );
    answer(first, "failed", { retryAfterMs: 5 });
    answer(second, "failed", { retryAfterMs: 5 });
    const again = await out();
    assert.deepEqual(again["payload"], first["payload"]);
    answer(again, "written");
    const next = await out();
    assert.deepEqual(next["payload"], [line(3)]);
    answer(next, "written");
  });

  it("sends again after a restart what nobody confirmed, and ignores answers to the earlier start", async () => {
    await load([walBuffer], flow());
    let out = inbox("out");
    receive("wal", { payload: line(1) });
    const before = await out();
    await helper.unload();
    await load([walBuffer], flow());
    out = inbox("out");
    const again = await out();
    assert.deepEqual(again["payload"], [line(1)]);
    answer(before, "failed");
    receive("wal", { payload: line(2) });
    const next = await out();
    assert.deepEqual(next["payload"], [line(2)], "a stale failure does not send record 1 again");
  });

  it("keeps what a writer could not write, and waits as long as the server asks", async () => {
    await load([walBuffer], flow());
    const out = inbox("out");
    receive("wal", { payload: [line(1)], influx: { status: "failed", lines: 1, retryAfterMs: 5 } });
    const sent = await out();
    assert.deepEqual(sent["payload"], [line(1)]);
    answer(sent, "written");
    receive("wal", { payload: [line(2)], influx: { status: "written", lines: 1 } });
    assert.doesNotMatch(kept(), /v=2i/);
  });

  it("keeps rejected lines with the server's reason, tells of them, and sends them again when asked", async () => {
    await load([walBuffer], flow());
    const [out, events] = [inbox("out"), inbox("events")];
    receive("wal", {
      payload: [line(4)],
      influx: { status: "rejected", lines: 1 },
      error: { message: 'field type conflict: "v" is float', code: "unprocessable" },
    });
    const event = await events();
    assert.equal(event["topic"], "rejected");
    const reason = 'field type conflict: "v" is float';
    assert.deepEqual(event["payload"], { lines: 1, kept: true, reason, code: "unprocessable" });
    const [file] = readdirSync(join(directory, "rejected"));
    const text = readFileSync(join(directory, "rejected", file!), "utf8");
    assert.match(text, /reason=field type conflict: _v_ is float crc32=[0-9a-f]{8}\nm,t=a v=4i/);
    receive("wal", { topic: "wal/requeue-rejected" });
    assert.deepEqual((await out())["payload"], [line(4)]);
  });

  it("keeps the good lines of a message and names the bad ones", async () => {
    await load([walBuffer], flow());
    const [out, caught] = [inbox("out"), inbox("caught")];
    receive("wal", { payload: [line(1), "# a comment", 'm,t=a size=5" 17', "m v=1\r2 17", line(2)] });
    assert.deepEqual((await out())["payload"], [line(1), line(2)]);
    const { message } = (await caught())["error"] as { message: string };
    assert.match(message, /2 of 4 lines were not kept: line 2: a string in it has no closing quote/);
    for (const [payload, words] of [
      [{ a: 1 }, /msg.payload is of type object/],
      [[line(1), 7], /msg.payload\[1\] is of type number/],
      [undefined, /msg.payload is missing/],
    ] as const) {
      receive("wal", { payload });
      assert.match(((await caught())["error"] as { message: string }).message, words);
    }
  });

  it("does not send more than its window, but always one record", async () => {
    await load([walBuffer], flow({ window: 2 }));
    const [out, completed] = [inbox("out"), inbox("completed")];
    receive("wal", { payload: [line(1), line(2), line(3)] });
    receive("wal", { payload: line(4) });
    receive("wal", { payload: line(5) });
    receive("wal", { payload: line(6) });
    for (let i = 0; i < 4; i++) await completed();
    const first = await out();
    assert.equal((first["payload"] as string[]).length, 3);
    const second = out();
    answer(first, "written");
    assert.deepEqual((await second)["payload"], [line(4)]);
    assert.deepEqual((await out())["payload"], [line(5)]);
    const fourth = out();
    answer(await Promise.race([fourth, second]), "written");
    assert.deepEqual((await fourth)["payload"], [line(6)]);
  });

  it("sends no more messages than Node-RED lets a node hold", async () => {
    helper.settings({ nodeMessageBufferMaxLength: 2 });
    await load([walBuffer], flow());
    const completed = inbox("completed");
    let count = 0;
    helper.getNode("out").on("input", () => void count++);
    for (let n = 1; n < 6; n++) receive("wal", { payload: line(n) });
    for (let n = 1; n < 6; n++) await completed();
    receive("wal", { topic: "wal/resume" });
    await completed();
    helper.settings({});
    assert.equal(count, 2);
  });

  it("pauses, resumes and sends again when told", async () => {
    await load([walBuffer], flow());
    const [out, completed] = [inbox("out"), inbox("completed")];
    receive("wal", { topic: "wal/pause" });
    await completed();
    receive("wal", { payload: line(1) });
    await completed();
    receive("wal", { topic: "wal/resume" });
    assert.deepEqual((await out())["payload"], [line(1)]);
    receive("wal", { topic: "wal/replay" });
    assert.deepEqual((await out())["payload"], [line(1)]);
  });

  it("refuses a directory that another node has, and says so", async () => {
    const second = { id: "wal2", type: "wal-buffer", z: "tab", directory, wires: [[], []] };
    const twice = [...flow(), ...onCanvas([second])];
    await load([walBuffer], twice);
    // Whichever of the two comes second.
    const refused = () =>
      helper
        .log()
        .args.map(([event]) => event as { msg: unknown; id: string })
        .find(({ msg }) => /in use by another wal-buffer node of this Node-RED/.test(String(msg)));
    const { id } = await eventually("one of the buffers is refused", refused);
    assert.match(id, /^wal2?$/);
  });

  it("says what is wrong with its settings, once, and does nothing else", async () => {
    await load([walBuffer], flow({ maxSizeMB: "much", sync: "now" }));
    const caught = nextMessage("caught");
    receive("wal", { payload: line(1) });
    const { message } = (await caught)["error"] as { message: string };
    assert.match(message, /maxSizeMB is "much", not a number; sync is "now": use always, interval, off/);
    assert.deepEqual(readdirSync(directory), []);
  });

  it("holds lines in memory while another process has the directory, and keeps them when that is gone", async () => {
    // This very process holds it, as another Node-RED would.
    const other = await WalLog.open({ directory });
    await load([walBuffer], flow());
    const [out, completed] = [inbox("out"), inbox("completed")];
    receive("wal", { payload: [line(1)] });
    receive("wal", { payload: [line(2)] });
    await eventually("it waits for the lock", () => /locked|in use/.test(reportOf("wal").message));
    assert.equal(reportOf("wal").state, "opening");
    await other.close();
    assert.deepEqual((await out())["payload"], [line(1)]);
    await completed();
    await completed();
  });

  it("keeps as dead letters what the outcome names, once, though it comes on output 3 as well", async () => {
    await load([walBuffer], flow());
    const [out, events] = [inbox("out"), inbox("events")];
    receive("wal", { payload: [line(1), line(2)] });
    const sent = await out();
    const error = { message: "field type conflict", code: "unprocessable" };
    const influx = { status: "rejected", lines: 1, record: sent["wal"] };
    receive("wal", { payload: [line(2)], influx, error });
    answer(sent, "written", { lines: 2, rejected: 1, rejections: [{ at: [1], ...error }] });
    const { payload } = await events();
    assert.deepEqual(payload, { lines: 1, kept: true, reason: error.message, code: error.code });
    const [file, ...others] = readdirSync(join(directory, "rejected"));
    assert.deepEqual(others, []);
    const text = readFileSync(join(directory, "rejected", file!), "utf8");
    assert.equal(text.split(line(2)).length, 2, "once");
  });

  it("leaves out lines that say nothing new, and counts them", async () => {
    await load([walBuffer], flow({ onlyChanges: true }));
    const [out, completed] = [inbox("out"), inbox("completed")];
    receive("wal", { payload: [line(1), line(2)] });
    await completed();
    answer(await out(), "written", { lines: 2 });
    await completed();
    receive("wal", { payload: [line(1), line(2), line(3)] });
    await completed();
    assert.deepEqual((await out())["payload"], [line(3)]);
    assert.equal(reportOf("wal").figures.linesUnchanged, 2);
    receive("wal", { topic: "wal/resume" });
    await eventually("health has it", () => reportOf("wal").details["unchanged"] === 2);
  });

  it("says that one buffer feeds two writers, or gets the outcomes of two databases", async () => {
    const nodes = flow();
    const writers = ["w1", "w2"].map((id) => ({ id, type: "influx-batch-write", z: "tab", x: 1, y: 1 }));
    nodes[1]!["wires"] = [["w1", "w2", "out"], ["events"]];
    await load([walBuffer, influxBatchWrite], [...nodes, ...writers]);
    await problem(/leads to 2 writers/);
    const out = inbox("out");
    receive("wal", { payload: line(1) });
    answer(await out(), "written", { target: "a" });
    receive("wal", { payload: line(2) });
    answer(await out(), "written", { target: "b" });
    await problem(/two databases/);
  });

  it("says that outcomes of another buffer arrive", async () => {
    await load([walBuffer], flow());
    receive("wal", {
      payload: line(1),
      wal: { buffer: "x", record: 1 },
      influx: { status: "written", lines: 1 },
    });
    await problem(/another buffer/);
  });
});
