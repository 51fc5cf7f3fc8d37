// How long a change, and its event, takes to a confirmed write: the example "Live by push" in a Node-RED of its own,
// 200 queues and 500 agents, the simulators in processes of their own. The service sends at most one event a second
// and topic. `npm run build && npx tsx bench/live.ts [seconds] [changes a second]`
// INFLUXD=<binary> writes to a real InfluxDB.
import { startInfluxEndpoint } from "../demo/simulators/influx/server";
import { findServer } from "../test/influxdb/server";
import { LiveFlow } from "../test/support/live-flow";

const [seconds = 60, perSecond = 100] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const real = process.env["INFLUXD"] ? await findServer() : undefined;
  const simulated = real ? undefined : await startInfluxEndpoint();
  const store = real ?? { ...simulated!, bucket: "genesys" };
  const flow = await LiveFlow.start(
    { queues: 200, agents: 500, perSecond, dropEveryS: 0, activeS: 100_000, seed: 1 },
    store,
  );
  await pause(15_000);
  flow.waits.change.length = flow.waits.event.length = 0;
  await pause(seconds * 1_000);
  for (const [of, waits] of Object.entries(flow.waits)) {
    waits.sort((a, b) => a - b);
    const at = (part: number) => `${waits[Math.floor(waits.length * part)] ?? "-"} ms`;
    console.log(
      `${waits.length} ${of}s to the store: median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, longest ${at(0.9999)}`,
    );
  }
  console.log(`${flow.points} points in ${real?.name ?? "the simulated InfluxDB"}`);
  await flow.close();
  await simulated?.close();
  await real?.dispose();
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
