import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { environmentOf } from "../support/environment";
import type { TestFlow } from "../support/helper";
import { eventually, NodeRedProcess, runtimeName } from "../support/node-red";

/** How many redeploys of each way, and kills; ten kills use up the 20 channels. */
const TIMES = Number(process.env["LIVE_RESTARTS"] ?? 3);
/** Two live nodes: one of queues, one of agents. */
const EXAMPLE = join(__dirname, "../../examples/08 - Live by push.json");
const CHANNELS = 2;
/** Of one OAuth client. */
const LIMIT = 20;
const PATIENCE_MS = 120_000;

interface Health {
  readonly nodes: readonly { readonly type: string; readonly push?: string; readonly message: string }[];
}

describe(`channels over ${TIMES} redeploys and ${TIMES} kills, in ${runtimeName()}`, function () {
  this.timeout((4 * TIMES + 4) * PATIENCE_MS);
  const flows = JSON.parse(readFileSync(EXAMPLE, "utf8")) as (TestFlow[number] & { name?: string })[];
  let genesys: GenesysSimulator;
  let influx: InfluxEndpoint;
  let nodeRed: NodeRedProcess;

  before(async () => {
    genesys = await startGenesysSimulator({ queues: 10, agents: 20, rateLimit: 3_000 });
    influx = await startInfluxEndpoint();
    nodeRed = await NodeRedProcess.start({ flows, env: environment() });
    await isLive();
  });
  after(async () => {
    await nodeRed?.dispose();
    await genesys?.close();
    await influx?.close();
  });

  const environment = () => environmentOf(genesys, influx, "live");

  /** Waits until all is pushed, by as many sockets as that takes. */
  async function isLive(): Promise<void> {
    let health: Health | undefined;
    const look = async () => {
      health = await nodeRed.json<Health>("/health").catch(() => undefined);
      const live = health?.nodes.filter(({ type }) => type === "genesys-live") ?? [];
      const pushed = live.length === CHANNELS && live.every(({ push }) => push === "live");
      return pushed && genesys.notifications.connections.length === CHANNELS;
    };
    await eventually("live", look, PATIENCE_MS).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(health)}`);
    });
  }

  /** Changes the live nodes as a user would, so that they are made anew. */
  const changed = (serial: number) =>
    flows.map((node) => (node.type === "genesys-live" ? { ...node, name: `edited ${serial}` } : node));

  for (const type of ["nodes", "flows", "full"] as const) {
    it(`a deploy of ${type} goes on with the channels that there are`, async () => {
      const before = genesys.notifications.channels.made;
      for (let serial = 1; serial <= TIMES; serial++) {
        await nodeRed.deploy(changed(serial), type);
        await isLive();
      }
      const { made, all } = genesys.notifications.channels;
      assert.equal(made - before, 0);
      assert.equal(all.length, CHANNELS);
    });
  }

  it("a disabled tab has no socket and no topic, and takes the same channels when it is back", async () => {
    const { channels, connections } = genesys.notifications;
    assert.equal(connections.length, CHANNELS);
    await nodeRed.deploy(flows.map((node) => (node.type === "tab" ? { ...node, disabled: true } : node)));
    const isQuiet = () =>
      genesys.notifications.connections.length === 0 &&
      channels.all.every(({ subscriptions }) => subscriptions.length === 0);
    await eventually("quiet", isQuiet, PATIENCE_MS);
    await nodeRed.deploy(flows);
    await isLive();
    assert.equal(channels.all.length, CHANNELS);
  });

  it("after kills it is pushed again, within the limit, and its own old channels are not taken for another program's", async () => {
    const { userDir } = nodeRed;
    for (let kills = 1; kills <= TIMES; kills++) {
      await nodeRed.stop("SIGKILL");
      nodeRed = await NodeRedProcess.start({ flows, userDir, env: environment() });
      await isLive();
      const { all } = genesys.notifications.channels;
      assert.equal(all.length, Math.min(LIMIT, CHANNELS * (kills + 1)));
    }
    assert.doesNotMatch(nodeRed.log, /no channel is left/);
  });
});
