import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apart } from "../../demo/examples/apart";
import type { FlowNode } from "../../demo/examples/flow";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { eventually, freePort, NodeRedProcess } from "../support/node-red";

/** Folder of mosquitto and nats-server (`.ci/brokers` prints one). */
const brokers = process.env["BROKERS"];
/** Lines, points that are rewritten, and kills of each part; `BROKER_LINES` and `BROKER_KILLS` for longer runs. */
const LINES = Number(process.env["BROKER_LINES"] ?? 20_000);
const KILLS = Number(process.env["BROKER_KILLS"] ?? 2);
const REWRITTEN = Math.round(LINES * 0.06);
const BATCH = 100;

/** How each broker is started on a port; both are killed and started again without any file of theirs. */
const BROKERS: Readonly<Record<string, (port: number, folder: string) => readonly string[]>> = {
  mosquitto: (port, folder) => {
    const config = join(folder, "mosquitto.conf");
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
    return ["-c", config];
  },
  "nats-server": (port, folder) => {
    const config = join(folder, "nats.conf");
    writeFileSync(
      config,
      `server_name: test\nlisten: "127.0.0.1:${port + 1}"\njetstream { store_dir: "${join(folder, "nats")}" }\nmqtt { host: "127.0.0.1", port: ${port} }\n`,
    );
    return ["-c", config];
  },
};

/** The nodes of one tab of the example, and the connections, with what suits a test. */
function side(tab: "collector" | "writer", change: (node: FlowNode) => object, more: readonly object[] = []) {
  const all = apart();
  const tabs = all.filter(({ type }) => type === "tab").map(({ id }) => id);
  const id = tabs[tab === "collector" ? 0 : 1]!;
  const nodes = all.filter((node) => node.id === id || node["z"] === id || node["z"] === undefined);
  return [
    ...nodes
      .filter((node) => node.type !== "tab" || node.id === id)
      // Lines are fed by the test, not by a poll.
      .filter(({ type }) => !/^genesys-|^inject$/.test(type))
      .map((node) => ({ ...node, ...change(node) })),
    ...more,
  ] as never;
}

for (const [name, start] of Object.entries(BROKERS))
  describe(`collector and writer apart, through ${name}`, function () {
    this.timeout(600_000);
    let folder: string;
    let influx: InfluxEndpoint;
    let broker: ChildProcess | undefined;
    let port: number;
    const sides: { collector?: NodeRedProcess; writer?: NodeRedProcess } = {};

    before(async function () {
      if (!brokers) return this.skip();
      folder = mkdtempSync(join(tmpdir(), "brokers-"));
      port = await freePort();
      influx = await startInfluxEndpoint();
      await startBroker();
      await startSide("collector");
      await startSide("writer");
    });
    after(async () => {
      for (const nodeRed of Object.values(sides)) await nodeRed.dispose();
      broker?.kill("SIGKILL");
      await influx?.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const startBroker = async () => {
      broker = spawn(join(brokers ?? "", name), start(port, folder), { stdio: "ignore" });
      await eventually("the broker listens", () => listens(port), 20_000);
    };
    const startSide = async (tab: "collector" | "writer") => {
      const before = sides[tab];
      sides[tab] = await NodeRedProcess.start({
        flows: side(
          tab,
          ({ type }) => ({
            ...(type === "mqtt-broker" && { broker: "127.0.0.1", port: String(port) }),
            ...(type === "influx-config" && { url: influx.url, org: influx.org, bucket: "genesys" }),
            ...(type === "influx-batch-write" && { flushInterval: 1 }),
          }),
          tab === "collector" ? FEED : [],
        ),
        credentials: { c0a0000000000002: { token: influx.token } },
        ...(before && { userDir: before.userDir }),
      });
    };

    it(`loses no line and keeps no old value over ${KILLS} kills of collector, writer and broker each`, async () => {
      let round = 0;
      let next = 0;
      const feed = async () => {
        const lines: string[] = [];
        for (let i = 0; i < BATCH && next < LINES; i++) lines.push(`line,n=${next} v=${next}i ${next++ + 1}`);
        // The same points again and again, each time with a newer value.
        round++;
        for (let i = 0; i < BATCH / 4; i++)
          lines.push(`point,n=${(round * 7 + i) % REWRITTEN} round=${round}i 1000`);
        // Not taken: the collector is being started again, and whoever feeds it tries again.
        await eventually("the collector takes lines", async () => {
          const answer = await sides
            .collector!.request("/feed", {
              method: "POST",
              body: lines.join("\n"),
              headers: { "content-type": "text/plain" },
            })
            .catch(() => undefined);
          return answer?.status === 200;
        });
        for (let i = 0; i < BATCH / 4; i++) newest.set((round * 7 + i) % REWRITTEN, round);
      };
      const newest = new Map<number, number>();
      const kills = Array.from({ length: KILLS }, () => ["collector", "writer", "broker"] as const).flat();
      const every = Math.ceil(LINES / BATCH / (kills.length + 1));
      for (let batch = 1; next < LINES; batch++) {
        await feed();
        if (batch % every !== 0) continue;
        const what = kills.shift();
        if (what === "broker") {
          const ended = once(broker!, "exit");
          broker!.kill("SIGKILL");
          await ended;
          await startBroker();
        } else if (what) {
          await sides[what]!.stop("SIGKILL");
          await startSide(what);
        }
      }
      await eventually(
        "every line is stored",
        () => influx.points().filter(({ measurement }) => measurement === "line").length === LINES,
        300_000,
      );
      await eventually(
        "every point has its newest value",
        () =>
          influx
            .points()
            .filter(({ measurement }) => measurement === "point")
            .every(({ tags, fields }) => {
              const n = Number(Object.fromEntries(tags)["n"]);
              return Number(Object.fromEntries(fields)["round"]?.value) === newest.get(n);
            }),
        120_000,
      );
      const health = () => sides.collector!.json<{ wal_pending: number; lines_dropped: number }>("/health");
      await eventually("the last outcome is back", async () => (await health()).wal_pending === 0, 120_000);
      assert.equal((await health()).lines_dropped, 0);
    });
  });

/** Takes lines for the buffer, and answers 200 when they are on disk. */
const FEED = [
  { id: "feed", z: "a8c0000000000001", type: "http in", url: "/feed", method: "post", wires: [[bufferId()]] },
  {
    id: "feed-kept",
    z: "a8c0000000000001",
    type: "complete",
    scope: [bufferId()],
    uncaught: false,
    wires: [["feed-asked"]],
  },
  // Outcomes complete too, and nobody waits for an answer to them.
  {
    ...{ id: "feed-asked", z: "a8c0000000000001", type: "function", func: "return msg.res ? msg : null;" },
    ...{ outputs: 1, wires: [["feed-answer"]] },
  },
  { id: "feed-answer", z: "a8c0000000000001", type: "http response", statusCode: "200", wires: [] },
];

function bufferId(): string {
  return apart().find(({ type }) => type === "wal-buffer")!.id;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve((socket.destroy(), true)));
    socket.once("error", () => resolve(false));
  });
}
