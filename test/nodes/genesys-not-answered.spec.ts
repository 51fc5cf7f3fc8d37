import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { healthRegistry } from "../../lib/health/registry";
import collectorHealth from "../../nodes/collector-health/collector-health";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import genesysQueuePoll from "../../nodes/genesys-queue-poll/genesys-queue-poll";
import genesysToLineProtocol from "../../nodes/genesys-to-lineprotocol/genesys-to-lineprotocol";
import { helper, load, nextMessage, receive, type TestFlow } from "../support/helper";
import { FakeClock } from "../support/fake-clock";

const NOW = new Date();
/** Figures are known from the busiest hours of the day. */
const NOON = Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth(), NOW.getUTCDate(), 12, 10);

describe("what Genesys Cloud leaves unanswered, in a flow", () => {
  let simulator: GenesysSimulator;
  /** The store behind the flow: fields by series and time. */
  const store = new Map<string, Map<string, string>>();

  const flow: TestFlow = [
    { id: "unanswered", type: "tab" },
    { id: "cfg", type: "genesys-config" },
    {
      id: "poll",
      z: "unanswered",
      type: "genesys-queue-poll",
      genesys: "cfg",
      query: "aggregates",
      lookback: 8,
      resyncDays: 0,
      wires: [["lines"]],
    },
    { id: "lines", z: "unanswered", type: "genesys-to-lineprotocol", queueName: "off", wires: [["out"]] },
    { id: "out", z: "unanswered", type: "helper" },
    { id: "health", z: "unanswered", type: "collector-health", scope: "flow", wires: [["answer"]] },
    { id: "answer", z: "unanswered", type: "helper" },
  ];

  beforeEach(async () => {
    store.clear();
    // The service's clock stands still in the middle of a day; ours differs, and is told so.
    simulator = await startGenesysSimulator({ clock: new FakeClock(NOON), rateLimit: 10_000 });
    const { url, clientId, clientSecret } = simulator;
    Object.assign(process.env, {
      GENESYS_BASE_URL: url,
      GENESYS_CLIENT_ID: clientId,
      GENESYS_CLIENT_SECRET: clientSecret,
    });
    await load([genesysConfig, genesysQueuePoll, genesysToLineProtocol, collectorHealth], flow);
  });
  afterEach(async () => {
    await helper.unload();
    await simulator.close();
    for (const name of ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET"]) delete process.env[`GENESYS_${name}`];
  });

  const poll = async () => {
    const answer = nextMessage("out");
    receive("poll", { payload: 1 });
    for (const line of (await answer)["payload"] as string[]) {
      const [head, fields, time] = line.split(" ") as [string, string, string];
      const point = store.get(`${head} ${time}`) ?? new Map<string, string>();
      store.set(`${head} ${time}`, point);
      for (const field of fields.split(",")) point.set(...(field.split("=") as [string, string]));
    }
  };
  const stored = () => [...store].map(([point, fields]) => `${point} ${JSON.stringify([...fields])}`).sort();
  const health = async () => {
    const answer = nextMessage("answer");
    receive("health", { payload: 1 });
    const { payload, statusCode } = await answer;
    const { status, nodes } = payload as { status: string; nodes: { id: string; message: string }[] };
    return { status, statusCode, message: nodes.find(({ id }) => id === "poll")!.message };
  };
  const report = () => healthRegistry.reports("unanswered").find(({ id }) => id === "poll")!;
  const warnings = () =>
    helper
      .log()
      .args.map(([entry]) => entry as { level: number; msg: unknown; id?: string })
      .filter(({ id, level }) => id === "poll" && level === 30)
      .map(({ msg }) => String(msg))
      .join("\n");
  /** Polls until something shows that takes another request behind the poll. */
  const pollUntil = async (condition: () => boolean) => {
    for (let polls = 0; polls < 50 && !condition(); polls++) {
      await poll();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(condition());
  };

  it("a role that loses half of its divisions: no stored figure changes, and status, log and health name it", async () => {
    await poll();
    await poll();
    assert.equal((await health()).status, "running");
    const before = stored();
    assert.ok(before.length > 20);
    const lost = ["Sales", "Service"];
    for (const division of lost) simulator.unanswered.add(division);
    await pollUntil(() => report().state === "degraded");
    assert.deepEqual(stored(), before);
    assert.match(warnings(), /hidden by a division, or gone: what was written stays/);
    const { status, statusCode, message } = await health();
    // The test runtime has no catalogues: the key is what would be said.
    assert.deepEqual(
      [status, statusCode, message],
      ["degraded", 200, "genesys-queue-poll.status.notAnswered"],
    );
    assert.match(String(report().details.problem), /hidden by a division, or gone: what was written stays/);
    simulator.unanswered.clear();
    await pollUntil(() => report().state === "running");
    assert.deepEqual(stored(), before);
    assert.equal((await health()).status, "running");
  });

  it("answers without anything: no stored figure changes, and status, log and health name it", async () => {
    await poll();
    await poll();
    const before = stored();
    simulator.faults.add({ kind: "changed", match: /aggregates/, change: () => ({}) });
    await pollUntil(() => report().state === "degraded");
    assert.deepEqual(stored(), before);
    assert.match(warnings(), /nothing that was known is answered any more/);
    assert.equal((await health()).status, "degraded");
    assert.match(String(report().details.problem), /nothing that was known is answered any more/);
    simulator.faults.clear();
    await pollUntil(() => report().state === "running");
    assert.deepEqual(stored(), before);
  });
});
