import assert from "node:assert/strict";
import { Directory } from "../../../lib/genesys/names/directory";
import { FakeClock, settle } from "../../support/fake-clock";
import { estimateCalls } from "../../../lib/genesys/tools/estimate";
import { closeAll, pollSetup } from "./support";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** A whole hour takes a minute: `.ci/run` asks for it. */
const WHOLE = process.env["SIMULATED_WEEK"] === "whole";

describe("requests as the service counts them", () => {
  afterEach(closeAll);

  it("200 queues and 500 agents at 30 s stay at 10.6 a cycle on average, lists included", async function () {
    this.timeout(120_000);
    // At night there is little to simulate; the number of requests is the same.
    const clock = new FakeClock("2026-11-22T01:00:00.000Z");
    const { queues, agents, simulator, client } = await pollSetup({
      clock,
      queues: 200,
      agents: 500,
      load: 0.05,
    });
    const metrics = ["nOffered"];
    const pollers = [
      queues({ metrics }),
      queues({ query: "observations", metrics: ["oWaiting"] }),
      agents(),
      agents({ query: "aggregates" }),
    ];
    const cycle = async () => {
      await Promise.all(pollers.map((poller) => poller.poll({}, () => undefined)));
      await Promise.all(pollers.map((poller) => poller.work({}, () => undefined)));
      await clock.advance(30 * SECOND);
    };
    const asked = () => simulator.requests.filter(({ path }) => path !== "/oauth/token").length;
    await cycle();
    const first = asked();
    const cycles = WHOLE ? 119 : 1;
    for (let count = 0; count < cycles; count++) await cycle();
    const perCycle = (asked() - first) / cycles;
    // The long form has the lists in it; here the same ones are read for ten minutes without the polls.
    const before = asked();
    const lists = new Directory(client);
    for (let count = 0; count < 20 && !WHOLE; count++) {
      await Promise.all([lists.queues.get(), lists.users.get()]);
      await settle(20);
      await clock.advance(30 * SECOND);
    }
    const perTenMinutes = asked() - before;
    assert.ok(simulator.requests.every(({ status }) => status === 200));
    // Once an hour: the look for hidden queues, and the presences.
    const average = perCycle + (perTenMinutes * 6 + 2) / 120;
    assert.ok(average >= 10 && average <= 10.6, `${average} requests a cycle`);
    assert.equal(WHOLE || perCycle, WHOLE || 10);
  });

  it("the daily re-sync costs what the estimate says", async function () {
    const clock = new FakeClock("2026-11-22T01:10:00.000Z");
    const all = await pollSetup({ clock, queues: 250, agents: 20, load: 0.02 });
    const settings = { metrics: ["nOffered"], resyncDays: 1, lookback: 1, maxBackfill: 48 };
    const poller = all.queues(settings);
    const answers: string[] = [];
    const once = async () => {
      await poller.poll({}, () => undefined);
      await poller.work({}, ({ reason }) => answers.push(reason));
    };
    // A day is handed on, then its re-sync is due.
    await once();
    await clock.advance(24 * HOUR);
    await once();
    await clock.advance(2.5 * HOUR);
    all.simulator.requests.length = 0;
    await once();
    const estimate = estimateCalls({
      kind: "queue-aggregates",
      queues: 250,
      everySeconds: 30,
      granularityMs: HOUR / 2,
      resyncDays: 1,
      lookback: 1,
    });
    const spanOf = (body: unknown) => {
      const [from = "", to = ""] = (body as { interval: string }).interval.split("/");
      return { from: Date.parse(from), ms: Date.parse(to) - Date.parse(from) };
    };
    const older = all.calls(/aggregates/).filter(({ body }) => spanOf(body).from < clock.now() - 2 * HOUR);
    // What has passed of the day that it begins in is asked as well.
    const rest = older.filter(({ body }) => spanOf(body).from >= Date.parse("2026-11-23T00:00:00Z"));
    assert.equal(older.length - rest.length, estimate.resync!.requests);
    assert.ok(rest.length <= estimate.resync!.requests / 4, `${rest.length} more`);
  });
});
