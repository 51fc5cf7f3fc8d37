import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Directory } from "../../../lib/genesys/names/directory";
import type { JsonObject } from "../../../lib/genesys/json";
import { pushSource } from "../../../lib/genesys/push/push-source";
import { LIVE_CHOICE } from "../../support/live";
import { ask, clientOf, closeAll, keptNotices, pollersOf, simulated } from "./support";

describe("live state over restarts", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "live-memory-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  const setup = async () => {
    const { simulator, clock } = await simulated({ queues: 4, agents: 6 });
    const { clientId, clientSecret } = simulator;
    const start = () => clientOf(simulator.url, clock, { clientId, clientSecret });
    const [leaver, other] = [simulator.organisation.agent(0), simulator.organisation.agent(1)];
    return { simulator, clock, start, leaver, other };
  };
  const statuses = (rows: readonly JsonObject[]) =>
    new Map(
      rows.map(({ group, entities }) => [
        (group as { userId: string }).userId,
        (entities as { systemPresence: string }[])[0]?.systemPresence,
      ]),
    );

  for (const way of ["polled", "pushed"] as const) {
    it(`of an agent who left meanwhile ends in a last point, once: ${way}`, async () => {
      const { simulator, clock, start, leaver } = await setup();
      const life = async () => {
        const client = start();
        const { notices } = keptNotices();
        const parts = { client, directory: new Directory(client), notices, keptIn: directory };
        const pushed = pushSource({ ...LIVE_CHOICE, source: "agents" }, parts);
        const poller = pollersOf(client, directory).agents();
        const { rows } = way === "polled" ? await ask(poller) : await pushed.ask(undefined, {});
        await (way === "polled" ? poller : pushed).close();
        await client.close();
        return statuses(rows);
      };
      assert.ok((await life()).has(leaver.id));
      assert.equal(statSync(join(directory, "live.json")).mode & 0o777, 0o600);
      simulator.organisation.remove(leaver.id, clock.now());
      assert.equal((await life()).get(leaver.id), "OFFLINE");
      assert.equal((await life()).has(leaver.id), false);
    });
  }

  it("of agents whom an edit leaves out says nothing, nor does a file that is damaged", async () => {
    const { start, leaver, other } = await setup();
    const polled = async (agents: string[]) => {
      const { agents: pollerOf, warnings } = pollersOf(start(), directory);
      const poller = pollerOf({ agents });
      const rows = statuses((await ask(poller)).rows);
      await poller.close();
      assert.deepEqual(warnings, []);
      return [...rows.keys()];
    };
    assert.equal((await polled([])).length, 6);
    assert.deepEqual(await polled([other.id]), [other.id]);
    writeFileSync(join(directory, "live.json"), "{");
    assert.deepEqual(await polled([leaver.id]), [leaver.id]);
  });

  it("of a group of a queue that is not answered any more becomes 0", async () => {
    const { simulator, start } = await setup();
    const mediaTypeOf = ({ group }: JsonObject) => (group as { mediaType?: string }).mediaType;
    const withoutVoice = (answer: unknown) => {
      const { results, ...rest } = answer as { results: JsonObject[] };
      return { ...rest, results: results.filter((row) => mediaTypeOf(row) !== "voice") };
    };
    for (const life of [1, 2]) {
      const poller = pollersOf(start(), directory).queues({ query: "observations" });
      const voice = (await ask(poller)).rows.filter((row) => mediaTypeOf(row) === "voice");
      await poller.close();
      assert.equal(voice.length, 4, `life ${life}`);
      const counts = voice.flatMap(({ data }) =>
        (data as { stats: { count: number } }[]).map(({ stats }) => stats.count),
      );
      if (life === 2) assert.ok(counts.length > 0 && counts.every((count) => count === 0));
      simulator.faults.add({ kind: "changed", match: /observations/, change: withoutVoice });
    }
  });
});
