import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import { FakeClock } from "../../support/fake-clock";
import { askAll, closeAll, pollersOf, simulated } from "./support";

const MINUTE = 60_000;

interface Row {
  readonly group: Record<string, string>;
  readonly data: { readonly interval: string; readonly metrics: unknown[] }[];
}

describe("over simulated hours with late bookings", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "truth-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  /** What a store would hold: the last value of each bucket of each group, as points overwrite each other. */
  const noteIn = (store: Map<string, string>, rows: readonly unknown[], until = Infinity) => {
    for (const { group, data } of rows as Row[]) {
      for (const { interval, metrics } of data) {
        if (Date.parse(interval.split("/")[1]!) > until) continue;
        const { queueId = "", mediaType = "", userId = "" } = group;
        store.set([queueId, mediaType, userId, interval].join(" "), JSON.stringify(metrics));
      }
    }
  };

  const run = async (kind: "queues" | "agents") => {
    const { client, simulator, clock } = await simulated({ queues: 5, agents: 12, reprocessing: false });
    const start = clock.now();
    const metrics = ["nOffered", "tAnswered", "tAbandon", "tHandle"];
    const fresh = (): Poller => {
      const pollers = pollersOf(client, directory);
      return kind === "queues"
        ? pollers.queues({ granularity: "PT15M", metrics })
        : pollers.agents({ query: "aggregates", granularity: "PT15M" });
    };
    const store = new Map<string, string>();
    let poller: Poller | undefined = fresh();
    let last: PollAnswer | undefined;
    for (let minute = 0; minute <= 10 * 60; minute += 5) {
      // The API is away for 80 minutes; a while later our process is killed, and comes back after two hours.
      if (minute === 60) simulator.faults.add({ kind: "503", match: /analytics/ });
      if (minute === 140) simulator.faults.clear();
      if (minute === 240) poller = undefined;
      if (minute === 360) poller = fresh();
      // One poll fails in the middle of the backfill.
      if (minute === 140) simulator.faults.add({ kind: "503", match: /analytics/, times: 1 });
      const answers = poller
        ? await askAll(poller, { deadline: clock.monotonic() + 100 }).catch(() => [])
        : [];
      for (const answer of answers) noteIn(store, answer.rows);
      last = answers[0] ?? last;
      await clock.advance(5 * MINUTE);
    }
    // Two look-back buckets of 15 minutes, and the one that is open, may still change.
    const settled = clock.now() - 45 * MINUTE;
    const truth = new Map<string, string>();
    const interval = `${new Date(start - 30 * MINUTE).toISOString()}/${new Date(clock.now()).toISOString()}`;
    const query = { interval, granularity: "PT15M" };
    const rows =
      kind === "queues"
        ? simulator.truth("conversations/aggregates", {
            ...query,
            metrics,
            groupBy: ["queueId", "mediaType"],
          })
        : simulator.truth("users/aggregates", {
            ...query,
            metrics: ["tAgentRoutingStatus", "tOrganizationPresence", "tSystemPresence"],
            groupBy: ["userId"],
          });
    noteIn(truth, rows, settled);
    assert.ok(truth.size > 100, `${truth.size} buckets`);
    for (const [bucket, values] of truth) assert.equal(store.get(bucket), values, bucket);
    assert.equal(last!.complete, true);
  };

  it("days of a zone, over a change of its clocks, with one that is missed", async () => {
    const clock = new FakeClock("2026-10-21T07:00:00.000Z");
    const { client, simulator } = await simulated({ clock, queues: 3, agents: 3, reprocessing: false });
    const days = { granularity: "P1D", timeZone: "Europe/Berlin" };
    const metrics = ["nOffered", "tAnswered", "tAbandon", "tHandle"];
    const store = new Map<string, string>();
    const warnings: string[] = [];
    const start = () => {
      const kept = pollersOf(client, directory);
      return { ...kept, poller: kept.queues({ ...days, metrics }) };
    };
    let at = start();
    for (let hour = 0; hour < 8 * 24; hour++) {
      await clock.advance(60 * MINUTE);
      // From the evening before the clocks change to the morning after the next night.
      if (hour > 84 && hour < 120) continue;
      if (hour === 120) {
        await at.poller.close();
        at = start();
      }
      for (const answer of await askAll(at.poller)) noteIn(store, answer.rows);
      warnings.push(...at.warnings.splice(0));
    }
    const truth = new Map<string, string>();
    const interval = "2026-10-18T22:00:00.000Z/2026-10-26T23:00:00.000Z";
    const query = { interval, ...days, metrics, groupBy: ["queueId", "mediaType"] };
    noteIn(truth, simulator.truth("conversations/aggregates", query));
    assert.ok(truth.size >= 8 * 3, `${truth.size} days`);
    for (const [day, values] of truth) assert.equal(store.get(day), values, day);
    assert.deepEqual(warnings, []);
  });

  it("queues: every closed bucket ends up with the final values, after outages of the API and of our process", () =>
    run("queues"));

  it("agents: the same", () => run("agents"));
});
