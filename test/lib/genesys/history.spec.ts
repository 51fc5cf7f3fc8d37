import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import type { QueuePollSettings } from "../../../lib/genesys/poll/queue-poller";
import { FakeClock } from "../../support/fake-clock";
import { askAll, closeAll, pollersOf, simulated } from "./support";

const HOUR = 3_600_000;
const START = "2026-11-22T10:10:00.000Z";
const iso = (time: number) => new Date(time).toISOString().slice(0, 16);

describe("history", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "history-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  let clock: FakeClock;
  const setup = async (settings: Partial<QueuePollSettings> = {}, rest?: () => string | undefined) => {
    clock = new FakeClock(START);
    const all = await simulated({ clock, queues: 3, agents: 3 });
    const start = (edited: Partial<QueuePollSettings> = {}) => {
      const kept = pollersOf(all.client, directory, { rest });
      return { poller: kept.queues({ metrics: ["nOffered"], ...settings, ...edited }), ...kept };
    };
    return { ...all, start };
  };
  /** What is older than the polls, at most so many pieces; each is kept by the buffer behind when the next one comes. */
  const work = async (poller: Poller, pieces = Infinity) => {
    const answers: PollAnswer[] = [];
    const closing = new AbortController();
    const outcome = await poller.work({ signal: closing.signal }, (answer) => {
      answers.push(answer);
      void clock.advance(6_000);
      if (answers.length >= pieces) closing.abort(new Error("killed"));
    });
    return { answers, outcome };
  };
  const ranges = (answers: readonly PollAnswer[]) =>
    answers.map(({ interval, reason }) => `${reason} ${iso(interval!.start)} ${iso(interval!.end)}`);

  it("is loaded oldest first in bounded pieces, and equals a fresh poll of the same range", async () => {
    const { start, simulator } = await setup();
    const { poller, infos } = start();
    assert.equal((await askAll(poller)).length, 1);
    await poller.load({ from: "2026-11-20", to: "2026-11-21T00:00:00Z" });
    const { answers } = await work(poller);
    assert.deepEqual(ranges(answers), [
      "load 2026-11-20T00:00 2026-11-20T06:00",
      "load 2026-11-20T06:00 2026-11-20T12:00",
      "load 2026-11-20T12:00 2026-11-20T18:00",
      "load 2026-11-20T18:00 2026-11-21T00:00",
    ]);
    const question = {
      metrics: ["nOffered"],
      groupBy: ["queueId", "mediaType"],
      interval: "2026-11-20T00:00:00.000Z/2026-11-21T00:00:00.000Z",
      granularity: "PT30M",
    };
    const sum = (rows: readonly unknown[]) =>
      (rows as { data: { metrics: { stats: { count: number } }[] }[] }[])
        .flatMap(({ data }) => data.flatMap(({ metrics }) => metrics.map(({ stats }) => stats.count)))
        .reduce((total, count) => total + count, 0);
    const loaded = sum(answers.flatMap(({ rows }) => rows));
    assert.ok(loaded > 0);
    assert.equal(loaded, sum(simulator.truth("conversations/aggregates", question, Date.parse(START))));
    assert.match(infos.join(), /history 2026-11-20T00:00:00.000Z\/2026-11-21T00:00:00.000Z is loaded/);
    assert.equal(poller.progress.history, undefined);
  });

  it("keeps its place however often the process is killed, and tells how far it is", async () => {
    const { start } = await setup();
    const seen = new Set<string>();
    let { poller } = start();
    await poller.load({ from: "2026-11-18", to: "2026-11-21" });
    for (let kill = 0; kill < 5; kill++) {
      for (const range of ranges((await work(poller, 2)).answers)) seen.add(range);
      // Killed: nothing is closed. The last piece is asked again, as nobody knows whether it arrived.
      poller = start().poller;
    }
    await poller.poll({}, () => undefined);
    assert.ok(
      poller.progress.history! > 0.3 && poller.progress.history! < 0.6,
      String(poller.progress.history),
    );
    for (const range of ranges((await work(poller)).answers)) seen.add(range);
    assert.equal(seen.size, 12);
  });

  it("asks again after a crash or a restart for what may not have reached the disk of the buffer behind", async () => {
    const { start } = await setup();
    const { poller } = start();
    await poller.load({ from: "2026-11-20", to: "2026-11-21" });
    const answers: PollAnswer[] = [];
    await poller.work({}, (answer) => answers.push(answer));
    assert.equal(answers.length, 4);
    await poller.close();
    // All four left in the same moment.
    const { poller: second } = start();
    assert.equal((await work(second)).answers.length, 4);
    await clock.advance(6_000);
    await second.close();
    assert.deepEqual((await work(start().poller)).answers, []);
  });

  it("is noted on disk, for the owner alone, before the load is answered", async () => {
    const { start } = await setup();
    await start().poller.load({ from: "2026-11-20", to: "2026-11-21" });
    const file = join(directory, "checkpoint.json");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { answers } = await work(start().poller);
    assert.equal(answers.length, 4);
  });

  it("goes on from the first poll back to historyFrom, once, whatever is restarted", async () => {
    const { start } = await setup({ historyFrom: "P1D" });
    const first = start().poller;
    const answers = await askAll(first);
    assert.deepEqual(ranges(answers).slice(0, 2), [
      "poll 2026-11-22T09:00 2026-11-22T10:30",
      "load 2026-11-21T10:00 2026-11-21T16:00",
    ]);
    assert.equal(ranges(answers).at(-1), "load 2026-11-22T04:00 2026-11-22T09:00");
    await clock.advance(6_000);
    await first.close();
    await clock.advance(HOUR / 2);
    assert.deepEqual(ranges(await askAll(start().poller)), ["poll 2026-11-22T09:00 2026-11-22T11:00"]);
  });

  it("is loaded where historyFrom is moved back later, and only what lies before", async () => {
    const { start } = await setup();
    const first = start().poller;
    await askAll(first);
    await first.close();
    const { poller } = start({ historyFrom: "2026-11-22T05:00:00Z" });
    assert.deepEqual(ranges(await askAll(poller)), [
      "poll 2026-11-22T09:00 2026-11-22T10:30",
      "load 2026-11-22T05:00 2026-11-22T09:00",
    ]);
  });

  it("waits while the buffer behind has enough to do, and goes on afterwards", async () => {
    let busy: string | undefined = "the buffer is paused";
    const { start } = await setup({}, () => busy);
    const { poller } = start();
    await poller.load({ from: "2026-11-21", to: "2026-11-22" });
    assert.deepEqual(await work(poller), { answers: [], outcome: "later" });
    assert.equal(poller.progress.resting, "the buffer is paused");
    busy = undefined;
    assert.equal((await work(poller)).answers.length, 4);
    assert.equal(poller.progress.resting, undefined);
  });

  it("ends when told to stop", async () => {
    const { start } = await setup();
    const { poller, infos } = start();
    await poller.load({ from: "2026-11-18", to: "2026-11-21" });
    await poller.load({ from: "2026-11-01", to: "2026-11-02" });
    assert.equal((await work(poller, 1)).answers.length, 1);
    await poller.load("stop");
    assert.deepEqual(await work(poller), { answers: [], outcome: "done" });
    assert.match(infos.at(-1)!, /2 loads of history stopped/);
    assert.deepEqual(await work(start().poller), { answers: [], outcome: "done" });
  });

  for (const [what, load, words] of [
    ["nonsense", 5, /msg.load must be \{ "from"/],
    ["a wrong word", "halt", /msg.load must be/],
    ["a blank time", { from: "", to: "2026-11-21" }, /msg.load.from must be a time in ISO 8601/],
    ["no end", { from: "2026-11-20" }, /msg.load.to must be a time/],
    ["a time of its own kind", { from: "yesterday", to: "2026-11-21" }, /msg.load.from must be a time/],
    ["an end before its start", { from: "2026-11-21", to: "2026-11-20" }, /msg.load.to must be later/],
    ["a range in the future", { from: "2026-12-01", to: "2026-12-02" }, /msg.load.from lies in the future/],
    ["an end in the future", { from: "2026-11-01", to: "2027-01-01" }, /msg.load.to lies in the future/],
    [
      "ten years",
      { from: "2016-11-20", to: "2026-11-20" },
      /3652 days; more than 400 need msg.load.confirm: true/,
    ],
  ] as const) {
    it(`refuses ${what} in words, and loads nothing`, async () => {
      const { start } = await setup();
      const { poller } = start();
      await assert.rejects(poller.load(load), words);
      assert.deepEqual((await work(poller)).answers, []);
    });
  }

  it("takes more than 400 days where they are confirmed, and at most 20 loads at a time", async () => {
    const { start } = await setup();
    const { poller } = start();
    await poller.load({ from: "2025-01-01", to: "2026-11-01", confirm: true });
    for (let n = 1; n < 20; n++) await poller.load({ from: "2026-11-01", to: "2026-11-02" });
    await assert.rejects(
      poller.load({ from: "2026-11-01", to: "2026-11-02" }),
      /20 loads are waiting already/,
    );
  });

  it("is in the poll's time zone where a time names none", async () => {
    const { start } = await setup({ timeZone: "Europe/Berlin", granularity: "P1D" });
    const { poller } = start();
    await poller.load({ from: "2026-10-24", to: "2026-10-27" });
    const { answers } = await work(poller);
    assert.deepEqual(ranges(answers), ["load 2026-10-23T22:00 2026-10-26T23:00"]);
    assert.deepEqual(
      (answers[0]!.rows[0] as { data: { interval: string }[] }).data.map(({ interval }) =>
        interval.slice(0, 16),
      ),
      ["2026-10-23T22:00", "2026-10-24T22:00", "2026-10-25T23:00"],
    );
  });

  it("is asked in smaller pieces where Genesys refuses, and names what is refused even alone", async () => {
    const { start, simulator } = await setup();
    const { poller, warnings } = start();
    await poller.load({ from: "2026-11-20T00:00:00Z", to: "2026-11-20T06:00:00Z" });
    simulator.faults.add({
      kind: "refuse-metric",
      metric: "nOffered",
      match: /conversations\/aggregates/,
      times: 2,
    });
    const { answers } = await work(poller);
    assert.deepEqual(ranges(answers), [
      "load 2026-11-20T00:00 2026-11-20T03:00",
      "load 2026-11-20T03:00 2026-11-20T06:00",
    ]);
    assert.deepEqual(warnings, []);
    await poller.load({ from: "2026-11-19T00:00:00Z", to: "2026-11-19T03:00:00Z" });
    simulator.faults.add({ kind: "refuse-metric", metric: "nOffered", match: /conversations\/aggregates/ });
    assert.deepEqual((await work(poller)).answers, []);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /gap: 2026-11-19T00:00:00.000Z\/2026-11-19T03:00:00.000Z is refused and stays empty/,
    );
  });

  it("names what Genesys no longer has", async () => {
    const { start } = await setup();
    const { poller, infos } = start();
    // The simulated organisation opened 40 days ago.
    await poller.load({ from: "2026-10-01", to: "2026-10-16" });
    await work(poller);
    assert.match(
      infos.at(-1)!,
      /nothing for 2026-10-01T00:00:00.000Z\/2026-10-1\dT\d\d:00:00.000Z, or nothing any more/,
    );
  });

  it("waits out an outage, however long, and loses nothing", async () => {
    const { start, simulator } = await setup();
    const { poller, warnings } = start();
    await poller.load({ from: "2026-11-21", to: "2026-11-22" });
    simulator.faults.add({ kind: "403", match: /analytics/ });
    for (let attempt = 0; attempt < 10; attempt++) assert.equal((await work(poller)).outcome, "later");
    simulator.faults.clear();
    assert.equal((await work(poller)).answers.length, 4);
    assert.equal(warnings.filter((text) => text.startsWith("older buckets:")).length, 1);
  });
});
