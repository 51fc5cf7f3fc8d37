// How long a change takes from the organisation to a stored point, through the nodes: push, encode, write every second. The
// simulator looks for changes once a second, as the service sends at most one event a second: that time is in it.
// `npx tsx bench/live.ts [seconds] [changes a second]`
import { startGenesysSimulator } from "../demo/simulators/genesys/server";
import { startInfluxEndpoint } from "../demo/simulators/influx/server";
import genesysConfig from "../nodes/genesys-config/genesys-config";
import genesysLive from "../nodes/genesys-live/genesys-live";
import toLineProtocol from "../nodes/genesys-to-lineprotocol/genesys-to-lineprotocol";
import influxWrite from "../nodes/influx-batch-write/influx-batch-write";
import influxConfig from "../nodes/influx-config/influx-config";
import { helper, load } from "../test/support/helper";

const [seconds = 30, perSecond = 100] = process.argv.slice(2).map(Number);
const QUEUES = 200;

async function main(): Promise<void> {
  const genesys = await startGenesysSimulator({
    queues: QUEUES,
    agents: 500,
    notifications: { totals: false },
  });
  const influx = await startInfluxEndpoint({ token: "token", org: "bench", buckets: ["bench"] });
  await load(
    [genesysConfig, genesysLive, toLineProtocol, influxConfig, influxWrite],
    [
      { id: "tab", type: "tab" },
      { id: "cfg", type: "genesys-config", baseUrl: genesys.url, environment: "bench" },
      { id: "db", type: "influx-config", url: influx.url, org: "bench", bucket: "bench" },
      { id: "live", z: "tab", type: "genesys-live", genesys: "cfg", wires: [["lp"]] },
      { id: "lp", z: "tab", type: "genesys-to-lineprotocol", wires: [["write"]] },
      {
        id: "write",
        z: "tab",
        type: "influx-batch-write",
        influx: "db",
        flushInterval: 1,
        wires: [[], [], []],
      },
    ],
    {
      cfg: { clientId: genesys.clientId, clientSecret: genesys.clientSecret },
      db: { token: "token" },
    },
  );
  await until(() => genesys.notifications.reached.size === 2 * QUEUES);
  await pause(5_000);
  const waits: number[] = [];
  /** By queue: how many wait that were not there before, and when the last came. */
  const expected = new Map<string, { count: number; at: number; base: number }>();
  const newest = () => {
    const found = new Map<string, number>();
    for (const { measurement, tags, fields } of influx
      .points("bench")
      .slice(-20_000) as unknown as Stored[]) {
      const tag = new Map(tags);
      const waiting = new Map(fields).get("oWaiting");
      if (measurement === "genesys_queue_live" && tag.get("mediaType") === "voice" && waiting !== undefined)
        found.set(tag.get("queueId")!, Number(waiting.value ?? waiting));
    }
    return found;
  };
  const base = newest();
  const looking = setInterval(() => {
    const stored = newest();
    for (const [id, { at, base: before }] of expected) {
      if ((stored.get(id) ?? 0) <= before) continue;
      waits.push(Date.now() - at);
      expected.delete(id);
      base.set(id, stored.get(id)!);
    }
  }, 100);
  let serial = 9_000_000;
  for (let second = 0; second < seconds; second++) {
    for (let i = 0; i < perSecond; i++) {
      const queue = genesys.organisation.queue(serial % QUEUES);
      const at = Date.now();
      genesys.history.addConversation({
        ...{ queue, media: "voice", offeredAt: at, waitEndsAt: at + 3_600_000, patienceMs: 3_600_000 },
        ...{ alertMs: 0, talkMs: 0, heldMs: 0, acwMs: 0, outcome: "abandoned", missed: [], serial: serial++ },
      });
      const known = expected.get(queue.id) ?? { count: 0, at, base: base.get(queue.id) ?? 0 };
      if (known.count === 0) expected.set(queue.id, { ...known, count: 1 });
      await pause(1_000 / perSecond);
    }
  }
  clearInterval(looking);
  waits.sort((a, b) => a - b);
  const share = (part: number) => waits[Math.floor(waits.length * part)];
  console.log(
    `${waits.length} changes, looked at every 100 ms: median ${share(0.5)} ms, p95 ${share(0.95)} ms`,
  );
  await helper.unload();
  await genesys.close();
  await influx.close();
  process.exit(0);
}

interface Stored {
  readonly measurement: string;
  readonly tags: readonly (readonly [string, string])[];
  readonly fields: readonly (readonly [string, { readonly value?: unknown }])[];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(50);
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
