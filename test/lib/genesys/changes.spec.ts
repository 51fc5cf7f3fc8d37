import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import type { PollAnswer } from "../../../lib/genesys/poll/poller";
import type { QueuePollSettings } from "../../../lib/genesys/poll/queue-poller";
import { FakeClock } from "../../support/fake-clock";
import { ask, askAll, closeAll, pollersOf, simulated } from "./support";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AGGREGATES = /conversations\/aggregates/;

describe("polls by interval", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "changes-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  const setup = async (queues = 3) => {
    const clock = new FakeClock("2026-11-22T10:02:00.000Z");
    const all = await simulated({ clock, queues, agents: 3 });
    const start = (settings: Partial<QueuePollSettings> = {}) => {
      const kept = pollersOf(all.client, directory);
      return { poller: kept.queues({ metrics: ["nOffered"], ...settings }), ...kept };
    };
    return { ...all, start };
  };
  /** The start of each bucket that a queue was asked for. */
  const askedFor = (
    requests: readonly { readonly path: string; readonly body: unknown }[],
    queueId: string,
  ) =>
    requests
      .filter(({ path, body }) => AGGREGATES.test(path) && JSON.stringify(body).includes(queueId))
      .map(({ body }) =>
        (body as { interval: string }).interval.split("/").map((time) => time.slice(11, 16)),
      );

  /** Answers for a queue, and for those in the same part, with a sign-in page. @returns a function that ends it */
  const spoil = ({ faults }: GenesysSimulator, queueId: string) => {
    let broken = true;
    faults.add({
      kind: "changed",
      match: AGGREGATES,
      change: (answer) => (broken && JSON.stringify(answer).includes(queueId) ? "a sign-in page" : answer),
    });
    return () => void (broken = false);
  };

  it("ask a new queue from before it was listed, whatever the look-back (N7)", async () => {
    const { start, simulator, clock } = await setup();
    const { poller } = start({ granularity: "PT15M", lookback: 0 });
    await askAll(poller);
    // It is noticed when its first bucket, and the look-back, are over.
    await clock.advance(12 * MINUTE);
    const { id } = simulator.organisation.addQueue("New", clock.now());
    for (let minute = 14; minute < 50; minute += 2) {
      await clock.advance(2 * MINUTE);
      await askAll(poller);
    }
    const starts = askedFor(simulator.requests, id).map(([from]) => from!);
    assert.ok(
      starts.some((from) => from <= "10:00"),
      starts.join(" "),
    );
  });

  it("ask a queue that is gone until its late values are in, and then no longer (N7)", async () => {
    const { start, simulator, clock } = await setup();
    const { poller } = start();
    await askAll(poller);
    const { id } = simulator.organisation.queue(1);
    simulator.organisation.remove(id, clock.now());
    const last: string[][] = [];
    for (let minute = 0; minute < 4 * 60; minute += 10) {
      await clock.advance(10 * MINUTE);
      simulator.requests.length = 0;
      await askAll(poller);
      last.push(...askedFor(simulator.requests, id));
    }
    // Its last bucket ends at 10:30; two half hours later it is asked for the last time.
    assert.deepEqual(last.at(-1)![0], "10:00");
    assert.ok(last.length < 12, `${last.length} times`);
  });

  it("go on where they stopped after an edit, with what is asked now (N8)", async () => {
    const { start, simulator, clock } = await setup();
    const before = start().poller;
    await askAll(before);
    simulator.faults.add({ kind: "503", match: AGGREGATES });
    await clock.advance(10 * HOUR);
    await assert.rejects(ask(before, { deadline: clock.monotonic() }));
    await before.close();
    simulator.faults.clear();
    const { poller, warnings } = start({ metrics: ["nOffered", "tAcw"], queues: ["*"] });
    const asked = (await askAll(poller)).map(({ interval }) => interval!.start).sort((a, b) => a - b);
    assert.equal(new Date(asked[0]!).toISOString(), "2026-11-22T09:00:00.000Z");
    assert.ok(asked.length > 2);
    assert.deepEqual(warnings, []);
  });

  it("name what an edit leaves behind when it is too old to be fetched (N8)", async () => {
    const { start, clock } = await setup();
    const before = start().poller;
    await askAll(before);
    await before.close();
    await clock.advance(30 * HOUR);
    const { poller, warnings } = start({ metrics: ["nOffered", "tAcw"] });
    await askAll(poller);
    assert.match(
      warnings.join("\n"),
      /gap: 2026-11-22T09:00:00.000Z\/2026-11-22T16:30:00.000Z was not fetched/,
    );
  });

  it("settle the rest of an answer that always holds an odd row, and report no stored bucket as a gap (N10)", async () => {
    const { start, simulator, clock } = await setup();
    const { poller, warnings } = start();
    const odd = (answer: unknown) => {
      const { results = [] } = answer as { results?: unknown[] };
      return { results: [...results, { group: { queueId: null }, data: null }] };
    };
    simulator.faults.add({ kind: "changed", match: AGGREGATES, change: odd });
    for (let half = 0; half < 60; half++) {
      const answers = await askAll(poller);
      assert.equal(answers.length, 1);
      assert.equal(answers[0]!.complete, false);
      await clock.advance(HOUR / 2);
    }
    assert.deepEqual(
      warnings.filter((text) => !/not of the promised shape/.test(text)),
      [],
    );
  });

  it("hold back only the queues of a part that goes on failing, and catch up with them (N10)", async () => {
    const { start, simulator, clock } = await setup(400);
    const { poller, warnings } = start();
    const [first] = await askAll(poller);
    const failing = (first!.rows[0]!["group"] as { queueId: string }).queueId;
    assert.ok(simulator.requests.filter(({ path }) => AGGREGATES.test(path)).length > 1, "several parts");
    const mend = spoil(simulator, failing);
    const answers: PollAnswer[] = [];
    for (let half = 0; half < 12; half++) {
      await clock.advance(HOUR / 2);
      answers.push(...(await askAll(poller)));
    }
    const longest = Math.max(...answers.map(({ interval }) => interval!.end - interval!.start));
    assert.ok(longest <= 6 * HOUR);
    mend();
    simulator.requests.length = 0;
    await askAll(poller);
    const asked = askedFor(simulator.requests, failing).map(([from]) => from!);
    assert.ok(
      asked.some((from) => from <= "10:00"),
      asked.join(" "),
    );
    assert.deepEqual(
      warnings.filter((text) => text.startsWith("gap:")),
      [],
    );
  });

  it("do not give up the queues of a failing part where the look-back reaches further than backfill", async () => {
    const { start, simulator, clock } = await setup(400);
    const { poller, warnings } = start({ granularity: "P1D", lookback: 14, maxBackfill: 96 });
    const [first] = await askAll(poller);
    const failing = (first!.rows[0]!["group"] as { queueId: string }).queueId;
    const mend = spoil(simulator, failing);
    for (let day = 0; day < 3; day++) {
      await clock.advance(DAY);
      await askAll(poller);
    }
    mend();
    simulator.requests.length = 0;
    await askAll(poller);
    const starts = simulator.requests
      .filter(({ path, body }) => AGGREGATES.test(path) && JSON.stringify(body).includes(failing))
      .map(({ body }) => (body as { interval: string }).interval.slice(0, 10));
    assert.ok(starts.includes("2026-11-08"), starts.join(" "));
    assert.deepEqual(
      warnings.filter((text) => text.startsWith("gap:")),
      [],
    );
  });

  for (const showsDate of [true, false]) {
    const who = showsDate ? "the API's tells the time" : "nobody tells the time";
    it(`settle nothing that has not happened when our clock is a month ahead for one poll, and ${who} (N17)`, async () => {
      const { start, simulator, clock } = await setup();
      simulator.time.showsDate = showsDate;
      const before = start().poller;
      await askAll(before);
      await before.close();
      clock.step(31 * DAY);
      // What the simulator tells is the time as it was before; it only shares our clock.
      if (showsDate) simulator.time.skewMs = -31 * DAY;
      const { poller } = start();
      await askAll(poller);
      await poller.close();
      clock.step(-31 * DAY);
      simulator.time.skewMs = 0;
      await clock.advance(5 * HOUR);
      const starts = (await askAll(start().poller)).map(({ interval }) => interval!.start);
      assert.equal(new Date(Math.min(...starts)).toISOString(), "2026-11-22T09:00:00.000Z");
    });
  }

  it("take back the field of a presence that was renamed, in the buckets that are asked again (N15)", async () => {
    const clock = new FakeClock("2026-11-23T14:02:00.000Z");
    const { client, simulator } = await simulated({ clock, queues: 3, agents: 12 });
    const poller = pollersOf(client, directory).agents({ query: "aggregates", lookback: 12 });
    const first = await ask(poller);
    const id = simulator.organisation.presenceIds("BREAK")[1]!;
    const before = first.presences?.[id];
    assert.ok(before);
    simulator.organisation.rename(id, "Tea break");
    let last = first;
    for (let half = 0; half < 4; half++) {
      await clock.advance(HOUR / 2);
      last = await ask(poller);
    }
    assert.equal(last.presences?.[id], "Tea break");
    const entries = last.rows.flatMap(
      (row) => row["data"] as { metrics: { metric: string; qualifier: string }[] }[],
    );
    const zeros = entries.flatMap(({ metrics }) =>
      metrics.filter(
        ({ metric, qualifier }) => metric === "tOrganizationPresence" && !/^[0-9a-f-]{36}$/.test(qualifier),
      ),
    );
    assert.ok(zeros.length > 0);
    for (const zero of zeros) {
      assert.deepEqual(zero, {
        metric: "tOrganizationPresence",
        qualifier: zero.qualifier,
        stats: { sum: 0 },
      });
      assert.equal(last.presences?.[zero.qualifier], zero.qualifier);
    }
  });
});
