import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askAll, closeAll, pollersOf, pollSetup } from "./support";
import { settle } from "../../support/fake-clock";
import { clientAt } from "../../support/genesys-client";

const HOUR = 3_600_000;

describe("queues that are listed and never answered", () => {
  afterEach(closeAll);

  const setup = async (query: "aggregates" | "observations", missing: string[] = []) => {
    const all = await pollSetup({ missingPermissions: missing, unansweredDivisions: ["Sales"] });
    const queues = all.simulator.organisation.queues();
    const poller = all.queues({ query, lookback: 0 });
    const poll = async () => {
      const answers = await askAll(poller);
      // The look for hidden queues goes on behind the poll.
      await settle(30);
      return answers[0]!;
    };
    const names = (sales: boolean) =>
      queues.filter(({ division }) => (division.name === "Sales") === sales).map(({ name }) => name);
    return { ...all, poll, hidden: names(true), answered: names(false) };
  };

  for (const query of ["aggregates", "observations"] as const) {
    it(`${query}: are named at the start, and when they are answered again that is told too`, async () => {
      const { poll, hidden, answered, warnings, infos, simulator, clock } = await setup(query);
      await poll();
      await poll();
      const said = warnings.filter((words) => words.includes("never answered"));
      assert.equal(said.length, 1);
      for (const name of hidden) assert.ok(said[0]!.includes(name), name);
      for (const name of answered) assert.ok(!said[0]!.includes(name), name);
      simulator.unanswered.clear();
      await clock.advance(HOUR);
      await poll();
      await poll();
      assert.ok(infos.includes("all queues are answered"), infos.join());
    });
  }

  it("cost one request for 200 queues, at the start and then once an hour", async () => {
    const { poll, calls, clock } = await setup("aggregates");
    for (let minute = 0; minute < 120; minute += 10) {
      await poll();
      await clock.advance(10 * 60_000);
    }
    assert.equal(calls(/observations/).length, 2);
  });

  it("a closed centre is no hidden one: nothing happens, and nothing is told", async () => {
    const { poll, simulator, warnings } = await setup("aggregates");
    simulator.unanswered.clear();
    simulator.faults.add({ kind: "changed", match: /aggregates/, change: () => ({}) });
    await poll();
    await poll();
    assert.deepEqual(
      warnings.filter((words) => words.includes("never answered")),
      [],
    );
  });

  it("are counted on over restarts without that permission; a day on which nobody asked says nothing", async () => {
    const directory = mkdtempSync(join(tmpdir(), "hidden-"));
    try {
      const { simulator, clock } = await pollSetup({
        missingPermissions: ["analytics:queueObservation:view"],
        unansweredDivisions: ["Sales"],
      });
      const [hidden] = simulator.organisation.queues().filter(({ division }) => division.name === "Sales");
      /** A process of its own, in which it polls twice. */
      const life = async () => {
        const client = clientAt(simulator, { clock });
        const { queues, warnings } = pollersOf(client, directory);
        const poller = queues({ lookback: 0, maxBackfill: 0 });
        const said: boolean[] = [];
        for (let polls = 0; polls < 2; polls++) {
          await askAll(poller);
          await settle(30);
          said.push(
            warnings.some((words) => words.includes("never answered") && words.includes(hidden!.name)),
          );
        }
        await poller.close();
        await client.close();
        return said;
      };
      // Three days, a week in which it does not run, and two days more.
      for (const days of [1, 1, 7, 1, 1]) {
        assert.deepEqual(await life(), [false, false]);
        await clock.advance(days * 24 * HOUR);
      }
      assert.deepEqual(await life(), [true, true]);
      // With the permission it is known better, and nothing of the count is left.
      simulator.missing.clear();
      simulator.unanswered.clear();
      await clock.advance(2 * HOUR);
      await life();
      simulator.missing.add("analytics:queueObservation:view");
      assert.deepEqual(await life(), [false, false]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("without the permission for live queries, those without a row on five days are named", async () => {
    const { poll, hidden, warnings, clock } = await setup("aggregates", ["analytics:queueObservation:view"]);
    const said = () => warnings.filter((words) => words.includes("never answered"));
    for (let day = 0; day < 5; day++) {
      await poll();
      assert.deepEqual(said(), [], `day ${day}`);
      await clock.advance(24 * HOUR);
    }
    await poll();
    await poll();
    for (const name of hidden) assert.ok(said()[0]!.includes(name), name);
  });
});
