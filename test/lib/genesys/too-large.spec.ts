import assert from "node:assert/strict";
import type { TooLarge } from "../../../demo/simulators/genesys/errors";
import { ask, closeAll, pollSetup } from "./support";

const AGGREGATES = /conversations\/aggregates/;
const METRICS = ["nOffered", "tAnswered", "tAbandon", "tWait", "tHandle", "tAcw", "oServiceTarget"];

describe("answers that the service refuses as too large", () => {
  afterEach(closeAll);

  for (const refusal of ["413", "result limit", "predicates", "groups", "unexplained"] as TooLarge[]) {
    it(`${refusal}: queues are asked in smaller parts, and all of them are answered`, async () => {
      const { queues, simulator, calls, warnings } = await pollSetup({ queues: 40 });
      const whole = await ask(queues({ metrics: METRICS }));
      Object.assign(simulator.limits, { cells: 60, refusal });
      const poller = queues({ metrics: METRICS });
      const before = calls(AGGREGATES).length;
      const answer = await ask(poller);
      assert.equal(answer.complete, true);
      const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
      assert.deepEqual(sorted(answer.rows), sorted(whole.rows));
      assert.deepEqual(warnings, []);
      const first = calls(AGGREGATES).length - before;
      assert.ok(first < 20, `${first} requests`);
      await ask(poller);
      const second = calls(AGGREGATES).length - before - first;
      assert.ok(second <= 8 && second < first, `${second} requests from then on`);
    });
  }

  it("further dimensions make an answer larger: it is split as well", async () => {
    const { queues, simulator } = await pollSetup({ queues: 12 });
    const wanted = { metrics: ["tHandle"], groupBy: ["userId"] };
    const whole = await ask(queues(wanted));
    Object.assign(simulator.limits, { cells: Math.ceil(whole.rows.length / 2), refusal: "groups" });
    const answer = await ask(queues(wanted));
    assert.deepEqual([answer.complete, answer.rows.length], [true, whole.rows.length]);
  });

  it("a metric that is refused is still found where answers are bounded, too", async () => {
    const { queues, simulator, warnings } = await pollSetup({ queues: 40 });
    Object.assign(simulator.limits, { cells: 60, refusal: "unexplained" });
    const answer = await ask(queues({ metrics: [...METRICS, "nConversations"] }));
    assert.equal(answer.complete, true);
    assert.deepEqual(warnings, [
      "Genesys Cloud refuses the metric nConversations; it is left out until the next deploy",
    ]);
  });

  it("more metrics than one request may hold are asked in parts, and merged", async () => {
    const { queues, simulator, calls, warnings } = await pollSetup({ queues: 5 });
    const metrics = [...METRICS, "tTalk", "tHeld", "tAlert", "nConnected", "nOverSla"];
    const whole = await ask(queues({ metrics }));
    simulator.limits.metrics = 8;
    const poller = queues({ metrics });
    const figures = (rows: readonly unknown[]) =>
      (rows as { group: object; data: { interval: string; metrics: { metric: string }[] }[] }[])
        .flatMap(({ group, data }) =>
          data.flatMap(({ interval, metrics: all }) =>
            all.map((entry) => JSON.stringify([group, interval, entry])),
          ),
        )
        .sort();
    const answer = await ask(poller);
    assert.deepEqual(figures(answer.rows), figures(whole.rows));
    const keys = answer.rows.map(({ group }) => JSON.stringify(group));
    assert.equal(new Set(keys).size, keys.length, "one row for each group");
    assert.deepEqual(warnings, [
      "Genesys Cloud refuses 12 metrics in one request; they are asked in parts of 6",
    ]);
    const before = calls(AGGREGATES).length;
    await ask(poller);
    assert.equal(calls(AGGREGATES).length - before, 2);
  });
});
