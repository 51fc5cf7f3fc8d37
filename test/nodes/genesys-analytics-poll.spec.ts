import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { healthRegistry } from "../../lib/health/registry";
import genesysAgentPoll from "../../nodes/genesys-agent-poll/genesys-agent-poll";
import genesysAnalyticsPoll from "../../nodes/genesys-analytics-poll/genesys-analytics-poll";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import genesysToLineprotocol from "../../nodes/genesys-to-lineprotocol/genesys-to-lineprotocol";
import { helper, load, nextMessage, receive } from "../support/helper";

describe("genesys-analytics-poll", function () {
  let simulator: GenesysSimulator;

  beforeEach(async () => (simulator = await startGenesysSimulator({ queues: 6, agents: 20 })));
  afterEach(async () => {
    await helper.unload();
    await simulator.close();
  });

  const start = (type: string, poll: object) =>
    load(
      [genesysConfig, genesysAnalyticsPoll, genesysAgentPoll, genesysToLineprotocol],
      [
        { id: "tab", type: "tab" },
        { id: "cfg", type: "genesys-config", region: "custom", baseUrl: simulator.url, environment: "demo" },
        { id: "poll", z: "tab", type, genesys: "cfg", ...poll, wires: [["out", "encode"]] },
        { id: "encode", z: "tab", type: "genesys-to-lineprotocol", wires: [["lines"]] },
        { id: "out", z: "tab", type: "helper" },
        { id: "lines", z: "tab", type: "helper" },
        { id: "c1", z: "tab", type: "catch", scope: null, wires: [["caught"]] },
        { id: "caught", z: "tab", type: "helper" },
      ],
      { cfg: { clientId: simulator.clientId, clientSecret: simulator.clientSecret } },
    );
  const poll = async () => {
    const [answer, lines] = [nextMessage("out"), nextMessage("lines")];
    receive("poll", { payload: 1 });
    return { genesys: (await answer)["genesys"], lines: (await lines).payload as string[] };
  };

  it("asks a family with its own settings where none are given, down to the lines", async () => {
    await start("genesys-analytics-poll", { family: "flows", views: ["short=tFlow:-20000"] });
    const { genesys, lines } = await poll();
    const { kind, family, groupBy, granularity } = genesys as Record<string, unknown>;
    assert.deepEqual(
      [kind, family, granularity, groupBy],
      ["analytics-aggregates", "flows", "PT30M", ["flowId", "mediaType"]],
    );
    assert.ok(lines.length > 0);
    for (const line of lines) {
      assert.match(line, /^genesys_flows,env=demo,flowId=[0-9a-f-]{36},granularity=PT30M,mediaType=\w+ /);
      assert.match(line, /[ ,]flowName="[A-Z]/);
    }
    assert.ok(lines.some((line) => /[ ,]nFlow_count=\d+i/.test(line) && /[ ,]short_count=\d+i/.test(line)));
    assert.equal(healthRegistry.reports("tab").find(({ id }) => id === "poll")!.state, "running");
  });

  it("another grouping and a filter write to a measurement of their own", async () => {
    await start("genesys-analytics-poll", {
      family: "flows",
      groupBy: ["exitReason"],
      filter: ["mediaType=voice"],
    });
    const { lines } = await poll();
    assert.ok(lines.length > 0);
    for (const line of lines) {
      assert.match(
        line,
        /^genesys_flows_by_exitReason_mediaType,env=demo,exitReason=\w+,granularity=PT30M,mediaType=voice /,
      );
    }
  });

  it("families that come late look back further, in days", async () => {
    await start("genesys-analytics-poll", { family: "surveys" });
    const { genesys } = await poll();
    const { granularity, interval } = genesys as {
      granularity: string;
      interval: { start: string; end: string };
    };
    assert.equal(granularity, "P1D");
    assert.equal(Date.parse(interval.end) - Date.parse(interval.start), 15 * 86_400_000);
  });

  it("says which setting is wrong, and polls nothing", async () => {
    await start("genesys-analytics-poll", { family: "flows", metrics: ["nOffered"] });
    const caught = nextMessage("caught");
    receive("poll", { payload: 1 });
    assert.match(
      ((await caught)["error"] as { message: string }).message,
      /metrics nOffered are not of flows/,
    );
    assert.equal(simulator.requests.length, 0);
  });

  it("agent performance: the work of agents by queue and media type", async () => {
    await start("genesys-agent-poll", { query: "performance" });
    const { genesys, lines } = await poll();
    assert.equal((genesys as { kind: string }).kind, "agent-performance");
    assert.ok(lines.length > 0);
    for (const line of lines) {
      assert.match(
        line,
        /^genesys_agent_queue,env=demo,granularity=PT30M,mediaType=\w+,queueId=[0-9a-f-]+,userId=[0-9a-f-]+ /,
      );
    }
    assert.ok(lines.some((line) => /[ ,]tHandle_sum=/.test(line) && /[ ,]userName="/.test(line)));
  });
});
