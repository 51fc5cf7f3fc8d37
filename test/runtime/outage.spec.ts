import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { pipelineFlow, type Wiring } from "../support/flows";
import { eventually, NodeRedProcess, runtimeName } from "../support/node-red";

/** How long InfluxDB is away: seconds. `.ci/run` takes a whole minute. */
const OUTAGE_S = Number(process.env["OUTAGE_S"] ?? 6);
const LINES_PER_POST = 50;

describe(`InfluxDB away for ${OUTAGE_S} s under load, in ${runtimeName()}`, function () {
  this.timeout(240_000 + OUTAGE_S * 3_000);
  let influx: InfluxEndpoint;
  let nodeRed: NodeRedProcess;
  let posted: string[];
  let next = 0;

  const environment = () => ({
    INFLUX_URL: influx.url,
    INFLUX_ORG: influx.org,
    INFLUX_BUCKET: "genesys",
    INFLUX_TOKEN: influx.token,
  });
  const pending = async () => (await nodeRed.json<{ wal_pending: number }>("/health")).wal_pending;
  /** Posts lines for so many seconds; each is counted only once the flow has answered for it. */
  const load = async (seconds: number) => {
    const end = Date.now() + seconds * 1_000;
    while (Date.now() < end) {
      const lines = Array.from(
        { length: LINES_PER_POST },
        () => `genesys_queue,queueId=q-${next % 7} offered=${next}i ${1_763_802_000_000 + next++}000000`,
      );
      const response = await nodeRed.request("/lines", {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: lines.join("\n"),
      });
      assert.equal(response.status, 204);
      posted.push(...lines);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const allArrived = async () => {
    const missing = () => {
      const arrived = new Set(influx.lines());
      return posted.filter((line) => !arrived.has(line));
    };
    await eventually("every line in the store", () => missing().length === 0, 120_000);
    await eventually("nothing pending", async () => (await pending()) === 0);
  };

  beforeEach(async () => {
    posted = [];
    next = 0;
    influx = await startInfluxEndpoint();
  });
  afterEach(async () => {
    await nodeRed.dispose();
    await influx.close();
  });

  for (const wiring of ["write-ahead", "fallback"] as Wiring[]) {
    it(`${wiring}: every line arrives, and pending lines go up and back to 0`, async () => {
      nodeRed = await NodeRedProcess.start({ flows: pipelineFlow(wiring), env: environment() });
      await load(2);
      await influx.stop();
      await load(OUTAGE_S);
      await eventually("pending lines", async () => (await pending()) > 0);
      await nodeRed.logged(/no answer from InfluxDB at \S+: .*ECONN/);
      await influx.start();
      await load(2);
      await allArrived();
      await nodeRed.logged(/InfluxDB takes lines again after \d+ s/);
    });
  }

  it("write-ahead: SIGKILL during the outage loses nothing that was accepted", async () => {
    nodeRed = await NodeRedProcess.start({ flows: pipelineFlow("write-ahead"), env: environment() });
    await load(1);
    await influx.stop();
    await load(2);
    const { userDir } = nodeRed;
    await nodeRed.stop("SIGKILL");
    await influx.start();
    nodeRed = await NodeRedProcess.start({ flows: pipelineFlow("write-ahead"), env: environment(), userDir });
    await allArrived();
  });
});
