import assert from "node:assert/strict";
import { healthRegistry } from "../../lib/health/registry";
import collectorHealth from "../../nodes/collector-health/collector-health";
import { helper, load, nextMessage, receive } from "../support/helper";

type Answer = Record<string, unknown> & {
  payload: unknown;
  statusCode: number;
  headers: Record<string, string>;
};

/** A tab of its own: the reports of what other tests left, as a redeploy leaves them, are of other tabs. */
const TAB = "health-tab";

describe("collector-health", () => {
  const flow = (settings = {}) => [
    { id: TAB, type: "tab" },
    { id: "h", z: TAB, type: "collector-health", wires: [["out"]], ...settings },
    { id: "out", z: TAB, type: "helper" },
  ];
  /** Sends a request message through the node and waits for its answer. */
  const ask = async (req: unknown = {}) => {
    const answer = nextMessage("out");
    receive("h", { req, topic: "kept" });
    return (await answer) as Answer;
  };
  let remove = () => {};
  const report = (flowId: string) => {
    const reporter = healthRegistry.register(
      { id: `poll-${flowId}`, type: "genesys-queue-poll", flow: flowId },
      { counts: ["polls"] },
    );
    remove = () => reporter.remove();
    return reporter;
  };

  afterEach(async () => {
    remove();
    await helper.unload();
  });

  it("answers 200 with JSON for its own tab, and passes the message on", async () => {
    const reporter = report(TAB);
    reporter.set({ lastPollTime: Date.now() });
    reporter.state("running", "1 queue");
    await load([collectorHealth], flow());
    const answer = await ask();
    assert.equal(answer.statusCode, 200);
    assert.equal((answer.payload as { status: string }).status, "running");
    assert.equal(answer["topic"], "kept");
    assert.match(answer.headers["content-type"]!, /json/);
  });

  it("answers 503 when a node failed, and ignores other tabs unless asked for all", async () => {
    report("other").state("failed", "no genesys");
    await load([collectorHealth], flow());
    assert.equal((await ask()).statusCode, 200);
    await helper.unload();
    await load([collectorHealth], flow({ scope: "all" }));
    assert.equal((await ask()).statusCode, 503);
  });

  it("answers Prometheus text when asked, whichever way", async () => {
    await load([collectorHealth], flow());
    for (const req of [
      { query: { format: "prometheus" } },
      { headers: { accept: "text/plain;version=0.0.4" } },
      {
        headers: {
          accept: "application/openmetrics-text; version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        },
      },
      { headers: { accept: "text/plain" } },
    ]) {
      const answer = await ask(req);
      assert.match(String(answer.payload), /^genesys_influx_status\{status="running"\} 1$/m);
      assert.match(answer.headers["content-type"]!, /text\/plain/);
    }
    for (const req of [
      { headers: { accept: "application/json, text/plain, */*" } },
      { query: { format: "json" } },
    ])
      assert.equal(typeof (await ask(req)).payload, "object");
  });

  it("answers a scrape with 200 also when all has failed, since a scrape that fails is no metric", async () => {
    report(TAB).state("failed", "no genesys");
    await load([collectorHealth], flow());
    const scrape = await ask({ query: { format: "prometheus" } });
    assert.equal(scrape.statusCode, 200);
    assert.match(String(scrape.payload), /^genesys_influx_status\{status="failed"\} 1$/m);
    const named = await ask({ headers: { accept: "text/plain;version=0.0.4" } });
    assert.equal(named.statusCode, 200);
    const person = await ask({ headers: { accept: "text/plain" } });
    assert.equal(person.statusCode, 503, "plain text has the status code of the JSON");
  });

  it("answers a probe of life with 200, whatever Genesys and InfluxDB do", async () => {
    report(TAB).state("failed", "no genesys");
    await load([collectorHealth], flow());
    assert.equal((await ask({ query: { probe: "live" } })).statusCode, 200);
    assert.equal((await ask({ query: {} })).statusCode, 503);
  });

  it("names the flow by its label", async () => {
    const reporter = report(TAB);
    reporter.state("running", "");
    await load([collectorHealth], [{ id: TAB, type: "tab", label: "Contact centre" }, ...flow().slice(1)]);
    const { nodes } = (await ask()).payload as { nodes: { flow?: string }[] };
    assert.equal(nodes[0]?.flow, "Contact centre");
    const text = String((await ask({ query: { format: "prometheus" } })).payload);
    assert.match(text, /genesys_influx_polls_total\{.*,flow="Contact centre"\} 0/);
  });
});
