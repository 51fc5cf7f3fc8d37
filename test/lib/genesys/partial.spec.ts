import assert from "node:assert/strict";
import { GenesysError } from "../../../lib/genesys/errors";
import { ask, askAll, closeAll, pollSetup, until } from "./support";

const AGGREGATES = /conversations\/aggregates/;

describe("partial failure", () => {
  afterEach(closeAll);

  describe("a metric that the organisation refuses", () => {
    const metrics = ["nOffered", "tAnswered", "nConversations", "tWait", "tSnippetRecord"];

    it("is found, reported once and left out, and the rest goes on", async () => {
      const { queues, calls, warnings } = await pollSetup();
      const poller = queues({ metrics });
      const answer = await ask(poller);
      assert.equal(answer.complete, true);
      assert.ok(answer.rows.length > 0);
      const before = calls(AGGREGATES).length;
      await ask(poller);
      const after = calls(AGGREGATES).slice(before) as { body: { metrics: string[] } }[];
      assert.deepEqual(
        after.map(({ body }) => body.metrics),
        [["nOffered", "tAnswered", "tWait"]],
      );
      assert.deepEqual(warnings, [
        "Genesys Cloud refuses the metrics nConversations, tSnippetRecord; they are left out until the next deploy",
      ]);
    });

    it("is searched for once, however many parts it spoils", async () => {
      const { queues, calls, warnings } = await pollSetup({ queues: 800, agents: 5 });
      const answer = await ask(
        queues({ metrics: ["nOffered", "nConversations"], mediaTypes: ["voice"], lookback: 0 }),
      );
      assert.equal(answer.complete, true);
      assert.equal(warnings.length, 1);
      // Four parts refused, a look at one queue, two searches for one metric each, four parts again.
      assert.equal(calls(AGGREGATES).length, 11);
    });

    it("is found in queries of live state, too", async () => {
      const { queues, simulator, warnings } = await pollSetup();
      simulator.faults.add({ kind: "refuse-metric", metric: "oAlerting" });
      assert.ok((await ask(queues({ query: "observations" }))).rows.length > 0);
      assert.match(warnings[0]!, /refuses the metric oAlerting;/);
    });

    it("is told from one that does not exist, and from a refusal of something else", async () => {
      const { queues, calls, warnings } = await pollSetup({ smallestGranularityMs: 1_800_000 });
      await ask(queues({ metrics: ["nOffered", "nOfferd"] }));
      assert.match(warnings[0]!, /refuses the metric nOfferd;/);
      const before = calls(AGGREGATES).length;
      const poller = queues({ granularity: "PT5M" });
      await assert.rejects(
        ask(poller),
        /Genesys Cloud refused the request \(400\).*[Gg]ranularity.*contextId/,
      );
      assert.equal(calls(AGGREGATES).length - before, 1);
    });

    it("stays the error that it is when it is the only one", async () => {
      const { queues } = await pollSetup();
      await assert.rejects(ask(queues({ metrics: ["nConversations"] })), /refused the request \(400\)/);
    });
  });

  it("a failing part does not lose the others; the buckets stay open until they are whole", async () => {
    const { queues, simulator, clock, warnings, infos } = await pollSetup({ queues: 400, agents: 5 });
    const poller = queues({ metrics: ["nOffered"] });
    const whole = await ask(poller);
    await clock.advance(1_800_000);
    simulator.faults.add({ kind: "503", match: AGGREGATES, times: 1, retryAfter: null });
    const deadline = clock.monotonic();
    const partial = await ask(poller, { deadline });
    assert.equal(partial.complete, false);
    assert.ok(partial.rows.length > 0 && partial.rows.length < whole.rows.length);
    assert.match(warnings[0]!, /the answer is incomplete, 1 part failed: .*503/);
    await clock.advance(1_800_000);
    const next = await ask(poller);
    assert.equal(next.complete, true);
    assert.equal(next.interval!.start, partial.interval!.start);
    assert.deepEqual(infos, ["the answers are complete again"]);
    assert.equal((await ask(poller)).interval!.start, partial.interval!.start + 2 * 1_800_000);
  });

  it("a refused permission ends the poll after few requests, not one per part", async () => {
    const { queues, calls, simulator } = await pollSetup({ queues: 2_000, agents: 5 });
    simulator.missing.add("analytics:queueObservation:view");
    await assert.rejects(
      ask(queues({ query: "observations" })),
      /permission analytics:queueObservation:view/,
    );
    assert.ok(calls(/observations/).length <= 4);
  });

  it("a rate limit in the middle keeps what came before it, and asks no further", async () => {
    const { queues, calls, simulator, client, clock } = await pollSetup(
      { queues: 1_000, agents: 5 },
      { concurrency: 1 },
    );
    const poller = queues({ query: "observations" });
    assert.equal((await ask(poller)).complete, true);
    const before = calls(/observations/).length;
    const asked = ask(poller, { deadline: clock.monotonic() + 27_000 });
    await until(() => calls(/observations/).length - before >= 1);
    simulator.faults.add({ kind: "429", match: /observations/, times: 1, retryAfter: 60 });
    const answer = await asked;
    assert.equal(answer.complete, false);
    assert.ok(answer.rows.length > 0);
    const statuses = calls(/observations/)
      .slice(before)
      .map(({ status }) => status);
    assert.deepEqual([statuses.at(-1), statuses.filter((status) => status !== 200).length], [429, 1]);
    assert.equal(client.budget.pausedUntil, clock.now() + 60_000);
  });

  describe("faults one by one", () => {
    for (const kind of ["500", "500html", "503", "truncated", "reset"] as const) {
      it(`${kind}: is repeated, and the answer is whole`, async () => {
        const { queues, simulator, clock } = await pollSetup();
        simulator.faults.add({ kind, match: AGGREGATES, times: 1, retryAfter: null });
        const answer = ask(queues());
        await until(() => clock.nextInMs === 550);
        await clock.advance(550);
        assert.equal((await answer).complete, true);
      });
    }

    it("slow: times out and is repeated", async () => {
      const { queues, simulator, clock, calls } = await pollSetup({}, { timeoutMs: 20_000 });
      simulator.faults.add({ kind: "slow", match: AGGREGATES, times: 1, delayMs: 60_000 });
      const answer = ask(queues());
      await until(() => calls(AGGREGATES).length === 1);
      await clock.advance(20_000);
      await until(() => clock.nextInMs === 550);
      await clock.advance(550);
      assert.equal((await answer).complete, true);
    });

    it("401: the token is renewed, and the answer is whole", async () => {
      const { queues, simulator, calls } = await pollSetup();
      simulator.faults.add({ kind: "401", match: AGGREGATES, times: 1 });
      assert.equal((await ask(queues())).complete, true);
      assert.equal(calls(/oauth/).length, 2);
    });

    it("429: waits as told, and the answer is whole", async () => {
      const { queues, simulator, clock } = await pollSetup();
      simulator.faults.add({ kind: "429", match: AGGREGATES, times: 1, retryAfter: 7 });
      const answer = ask(queues());
      await until(() => clock.nextInMs === 7_000);
      await clock.advance(7_000);
      assert.equal((await answer).complete, true);
    });

    it("an answer that is no JSON: says so, and the next poll works", async () => {
      const { queues, simulator } = await pollSetup();
      simulator.faults.add({ kind: "notjson", match: AGGREGATES, times: 1 });
      const poller = queues();
      await assert.rejects(ask(poller), (error) => error instanceof GenesysError && error.kind === "answer");
      assert.equal((await ask(poller)).complete, true);
    });
  });

  it("after an outage, fetches the missing buckets beside the live ones, oldest first, without a gap", async () => {
    const { queues, simulator, clock, calls } = await pollSetup();
    const poller = queues({ metrics: ["nOffered"] });
    await ask(poller);
    simulator.faults.add({ kind: "503", match: AGGREGATES });
    for (let hour = 0; hour < 20; hour++) {
      await clock.advance(3_600_000);
      await assert.rejects(ask(poller, { deadline: clock.monotonic() }), /503/);
    }
    simulator.faults.clear();
    const before = calls(AGGREGATES).length;
    const answers = await askAll(poller);
    const asked = answers.map(({ interval, reason }) => [
      new Date(interval!.start).toISOString().slice(8, 16),
      new Date(interval!.end).toISOString().slice(8, 16),
      reason,
    ]);
    assert.deepEqual(asked, [
      ["23T05:00", "23T06:30", "poll"],
      ["22T09:00", "22T15:00", "backfill"],
      ["22T15:00", "22T21:00", "backfill"],
      ["22T21:00", "23T03:00", "backfill"],
      ["23T03:00", "23T05:00", "backfill"],
    ]);
    assert.equal(calls(AGGREGATES).length - before, 5);
    assert.equal((await askAll(poller)).length, 1);
  });
});
