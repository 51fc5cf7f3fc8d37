import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { healthRegistry } from "../../lib/health/registry";
import genesysAgentPoll from "../../nodes/genesys-agent-poll/genesys-agent-poll";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import { helper, load, nextMessage, receive } from "../support/helper";

describe("genesys-agent-poll", () => {
  let simulator: GenesysSimulator;
  let userDir: string;
  before(async () => (simulator = await startGenesysSimulator()));
  after(() => simulator.close());
  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), "node-red-"));
    helper.settings({ userDir });
  });
  afterEach(async () => {
    await helper.unload();
    helper.settings({});
    simulator.missing.clear();
    rmSync(userDir, { recursive: true });
  });

  const start = (poll: object = {}, config: object = {}) =>
    load(
      [genesysConfig, genesysAgentPoll],
      [
        { id: "tab", type: "tab" },
        { id: "cfg", type: "genesys-config", baseUrl: simulator.url, environment: "prod", ...config },
        { id: "agents", z: "tab", type: "genesys-agent-poll", genesys: "cfg", wires: [["out"]], ...poll },
        { id: "out", z: "tab", type: "helper" },
        { id: "c1", z: "tab", type: "catch", scope: null, wires: [["caught"]] },
        { id: "caught", z: "tab", type: "helper" },
      ],
      { cfg: { clientId: simulator.clientId, clientSecret: simulator.clientSecret } },
    );
  const poll = async () => {
    const answer = nextMessage("out");
    receive("agents", { topic: "tick" });
    return (await answer) as { payload: unknown[]; genesys: Record<string, unknown>; topic: string };
  };
  const failure = async () => {
    const caught = nextMessage("caught");
    receive("agents", { topic: "tick" });
    return ((await caught)["error"] as { message: string }).message;
  };

  it("brings the live status of all agents by default", async () => {
    await start();
    const { payload, genesys, topic } = await poll();
    assert.equal(payload.length, 40);
    assert.equal(topic, "tick");
    assert.deepEqual(
      [genesys["kind"], genesys["interval"], genesys["complete"]],
      ["agent-activity", undefined, true],
    );
  });

  it("brings the time per status by interval, and keeps a checkpoint in the user directory", async () => {
    await start({ query: "aggregates", granularity: "PT15M" });
    const { genesys } = await poll();
    assert.deepEqual([genesys["kind"], genesys["granularity"]], ["agent-aggregates", "PT15M"]);
    assert.ok((genesys["mappings"] as Record<string, string[]>)["ON_QUEUE"]);
    await helper.unload();
    const file = join(userDir, "genesys-influx", "polls", "agents", "checkpoint.json");
    assert.match(readFileSync(file, "utf8"), /"until":"20/);
  });

  it("names the missing permission", async () => {
    await start();
    simulator.missing.add("analytics:userObservation:view");
    assert.match(await failure(), /lack the permission analytics:userObservation:view/);
    const report = healthRegistry.reports("tab").find(({ id }) => id === "agents")!;
    assert.equal(report.state, "failed");
    assert.match(String(report.details["problem"]), /analytics:userObservation:view/);
  });

  it("names what is wrong with its settings", async () => {
    await start({ query: "details", lookback: "two" });
    const message = await failure();
    assert.match(message, /query is "details": use activity, aggregates/);
    assert.match(message, /lookback is "two", not a number/);
  });

  it("asks nothing of Genesys Cloud while the client is refused", async () => {
    await start({}, { baseUrl: simulator.url });
    simulator.faults.add({ kind: "401", match: /oauth/ });
    const before = simulator.requests.length;
    for (let i = 0; i < 3; i++) assert.match(await failure(), /refused the OAuth client/);
    assert.equal(simulator.requests.length - before, 1);
    simulator.faults.clear();
  });
});
