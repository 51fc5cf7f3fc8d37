import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { residentMB } from "../support/chaos";
import { LiveFlow } from "../support/live-flow";
import { eventually, runtimeName } from "../support/node-red";

/** How long things happen, in minutes. `.ci/run` takes one, the whole form an hour. */
const MINUTES = Number(process.env["LIVE_MINUTES"] ?? 1);
/** What comes for certain may take long on a busy machine. */
const PATIENCE_MS = 600_000;
/** Between two looks at what is stored. */
const ACTIVE_S = MINUTES > 5 ? 105 : 25;

describe(`live state for ${MINUTES} min of disorder, in ${runtimeName()}`, function () {
  this.timeout((2 * MINUTES + 30) * 60_000);
  let influx: InfluxEndpoint;
  let flow: LiveFlow;

  before(async () => {
    influx = await startInfluxEndpoint();
    const size = { queues: 200, agents: 500, perSecond: 100, dropEveryS: 20, seed: 7 };
    const store = { url: influx.url, org: influx.org, bucket: "genesys", token: influx.token };
    flow = await LiveFlow.start({ ...size, activeS: ACTIVE_S }, store);
  });
  after(async () => {
    await flow?.close();
    await influx.close();
  });

  it("stores what the service shows, by events alone and after every snapshot, and leaves no ended status behind", async () => {
    const end = Date.now() + MINUTES * 60_000;
    const memory: number[] = [];
    for (let rests = 0; Date.now() < end || rests < 2; rests++) {
      await flow.rest();
      memory.push(Math.round(residentMB(flow.nodeRed.pid)));
      await assertSame("by events");
      await flow.snapshot();
      await assertSame("after a snapshot");
      flow.goOn();
    }
    report(memory);
    const { dropped, events } = flow.figures;
    assert.ok(dropped > 0, "sockets were dropped");
    assert.ok(events > 1_000, `${events} events`);
  });

  /** Nothing happens meanwhile, so that whatever is on its way arrives. */
  async function assertSame(when: string): Promise<void> {
    let differences: string[] = [];
    const look = async () => {
      const started = Date.now();
      differences = await flow.differences();
      if (differences.length === 0) return true;
      // The store is in this process as well: a busy machine must not spend its time on looking.
      await new Promise((resolve) => setTimeout(resolve, 4 * (Date.now() - started)));
      return false;
    };
    await eventually("equal", look, PATIENCE_MS)
      // What differs says more than that it does.
      .catch(() => undefined);
    if (differences.length === 0) return;
    const health = JSON.stringify(await flow.nodeRed.json("/health"));
    assert.fail(
      `${when}: ${differences.length} figures differ: ${differences.slice(0, 10).join("; ")}; ${health}`,
    );
  }

  function report(memory: readonly number[]): void {
    const { dropped, events } = flow.figures;
    const waits = [...flow.waits.event].sort((a, b) => a - b);
    const at = (part: number) => waits[Math.floor(waits.length * part)];
    console.log(
      `        ${events} events, ${flow.points} points, ${dropped} sockets dropped; event to confirmed write: median ${at(0.5)} ms, p95 ${at(0.95)} ms; memory ${memory.join(", ")} MB`,
    );
  }
});
