import assert from "node:assert/strict";
import { FakeClock } from "../../support/fake-clock";
import { estimateCalls } from "../../../lib/genesys/tools/estimate";
import { closeAll, pollSetup } from "./support";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe("requests as the service counts them", () => {
  afterEach(closeAll);

  it("200 queues and 500 agents at 30 s stay at 10.6 a cycle on average, lists included", async function () {
    this.timeout(120_000);
    // At night there is little to simulate; the number of requests is the same.
    const clock = new FakeClock("2026-11-22T01:00:00.000Z");
    const { queues, agents, simulator } = await pollSetup({ clock, queues: 200, agents: 500, load: 0.05 });
    const metrics = ["nOffered"];
    const pollers = [
      queues({ metrics }),
      queues({ query: "observations", metrics: ["oWaiting"] }),
      agents(),
      agents({ query: "aggregates" }),
    ];
    // The look for hidden queues comes once an hour, whole lists every ten minutes.
    const cycles = 120;
    for (let cycle = 0; cycle < cycles; cycle++) {
      await Promise.all(pollers.map((poller) => poller.poll({}, () => undefined)));
      await Promise.all(pollers.map((poller) => poller.work({}, () => undefined)));
      await clock.advance(30 * SECOND);
    }
    const asked = simulator.requests.filter(({ path }) => path !== "/oauth/token");
    assert.ok(asked.every(({ status }) => status === 200));
    assert.ok(asked.length / cycles <= 10.6, `${asked.length / cycles} requests a cycle`);
  });

  it("the daily re-sync costs what the estimate says", async function () {
    this.timeout(60_000);
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
