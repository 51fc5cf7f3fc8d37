import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowNode, GENESYS_ID, INFLUX_ID } from "../../demo/examples/flow";
import { REDIS_CLIENT, twoPollers } from "../../demo/examples/two-pollers";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { eventually, freePort, NodeRedProcess } from "../support/node-red";
import { brokers } from "./halves";

const TICKS = Number(process.env["POLLER_TICKS"] ?? 100);
const TICK_S = 1;
const HOUR = 3_600_000;
const BUCKET = HOUR / 2;

describe(`two pollers that claim each of ${TICKS} ticks in Redis`, function () {
  this.timeout(600_000);
  let folder: string;
  let redis: ChildProcess;
  let redisUrl: string;
  let genesys: GenesysSimulator;
  let influx: InfluxEndpoint;
  const pollers: NodeRedProcess[] = [];

  before(async function () {
    if (!brokers) return this.skip();
    folder = mkdtempSync(join(tmpdir(), "pollers-"));
    const port = await freePort();
    redisUrl = `redis://127.0.0.1:${port}`;
    redis = spawn(
      join(brokers, "redis-server"),
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
      { stdio: "ignore" },
    );
    genesys = await startGenesysSimulator({ queues: 3, agents: 3 });
    influx = await startInfluxEndpoint();
  });
  after(async () => {
    for (const poller of pollers) await poller.dispose();
    redis?.kill("SIGKILL");
    await genesys?.close();
    await influx?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** The example on another machine, with a short tick for the queues and none for the agents. It logs its ticks and claims. */
  const startPoller = async () => {
    const example = twoPollers();
    const logger = (id: string): FlowNode => ({
      ...{ id, type: "function", z: example[0]!.id, wires: [], outputs: 0 },
      func: `node.log("${id} " + Date.now());`,
    });
    const alsoTo = (node: FlowNode, id: string) => {
      const [first = [], ...others] = node["wires"] as string[][];
      return { wires: [[...first, id], ...others] };
    };
    // So that something waits in the buffer at every tick.
    const { id: buffer } = example.find(({ type }) => type === "wal-buffer")!;
    const others: FlowNode = {
      ...{ id: "others", type: "inject", z: example[0]!.id, repeat: "0.1", once: true, wires: [[buffer]] },
      props: [{ p: "payload", v: "other value=1i", vt: "str" }],
    };
    const flows = [...example, logger("tick"), logger("claim")]
      .filter((node) => node.type !== "inject" || node["topic"] === "queues")
      .map((node) => ({
        ...node,
        ...(node.type === "inject" && {
          ...alsoTo(node, "tick"),
          ...{ repeat: String(TICK_S), onceDelay: 0.1 },
          props: [
            { p: "topic", vt: "str" },
            { p: "every", v: String(TICK_S), vt: "num" },
          ],
        }),
        ...(node["name"] === "claim this tick" && alsoTo(node, "claim")),
        ...(node.type === "genesys-config" && { region: "custom", baseUrl: genesys.url }),
        ...(node.type === "influx-config" && { url: influx.url, org: influx.org, bucket: "genesys" }),
        ...(node.type === "influx-batch-write" && { flushInterval: TICK_S }),
      }))
      .concat(others);
    const { clientId, clientSecret } = genesys;
    const poller = await NodeRedProcess.start({
      flows: flows,
      credentials: { [GENESYS_ID]: { clientId, clientSecret }, [INFLUX_ID]: { token: influx.token } },
      env: { REDIS_URL: redisUrl },
      modules: [REDIS_CLIENT],
    });
    pollers.push(poller);
    return poller;
  };
  /** When a poller saw a tick, or claimed one: milliseconds since the epoch. */
  const logged = (poller: NodeRedProcess, what: "tick" | "claim") =>
    [...poller.log.matchAll(new RegExp(`\\] ${what} (\\d+)`, "g"))].map(([, at]) => Number(at));
  /** Requests of the time before both were there. */
  let counted = 0;
  /** The questions for buckets since then: when, and which. */
  const asked = () =>
    genesys.requests
      .slice(counted)
      .filter(({ path }) => path === "/api/v2/analytics/conversations/aggregates/query")
      .map(({ at, body }) => {
        const [start = "", end = ""] = (body as { interval: string }).interval.split("/");
        return { at, start: Date.parse(start), end: Date.parse(end) };
      });
  /** Ticks that have passed since the first poll. */
  const ticks = () => {
    const polls = asked();
    return polls.length === 0 ? 0 : Math.round((Date.now() - polls[0]!.at) / (TICK_S * 1_000)) + 1;
  };
  const passed = (count: number) =>
    eventually(`${count} ticks`, () => ticks() >= count, count * TICK_S * 1_000 + 120_000);

  it("ask as often as one, miss no two ticks when one is killed, and leave no gap after hours in which both were gone", async () => {
    const first = await startPoller();
    await eventually("the first poll", () => asked().length > 0);
    const start = genesys.requests.filter(({ path }) => path.startsWith("/api/"));
    // Lists of names, before the first question; the one that takes over needs them too.
    const beside = start.findIndex(({ path }) => path.includes("aggregates"));
    const second = await startPoller();
    counted = genesys.requests.length;
    await passed(TICKS / 2);
    await first.stop("SIGKILL");
    await passed(TICKS);

    const calls = genesys.requests.slice(counted).filter(({ path }) => path.startsWith("/api/"));
    // One poller: one question a tick.
    assert.ok(
      calls.length <= 1.05 * ticks() + beside,
      `${calls.length} calls for ${ticks()} ticks and ${beside} lists of names`,
    );
    // By what a living poller saw, not by the time that passed: on a busy machine timers are late.
    const claims = [...logged(first, "claim"), ...logged(second, "claim")].sort((a, b) => a - b);
    const unclaimed = [first, second].flatMap((poller) => {
      const seen = logged(poller, "tick");
      return claims.slice(1).map((to, i) => seen.filter((at) => claims[i]! < at && at < to).length);
    });
    assert.ok(claims.length > TICKS / 2, `${claims.length} claims`);
    // One that came right after the other's claim, one that the killed one took with it, and the one that was claimed.
    assert.ok(
      Math.max(...unclaimed) <= 3,
      `${Math.max(...unclaimed)} ticks of one poller between two claims`,
    );

    // Both are gone for hours; a third one, which has never polled, takes over, at first without Redis.
    await second.stop("SIGKILL");
    // Some minutes into a bucket, so that none begins meanwhile.
    genesys.time.skewMs = 4 * HOUR - (Date.now() % BUCKET) + BUCKET / 6;
    const before = asked();
    const settled = before.at(-1)!.start;
    redis.kill("SIGSTOP");
    await startPoller();
    const taken = () => asked().slice(before.length);
    await eventually("a poll without Redis", () => taken().length > 0);
    redis.kill("SIGCONT");
    const live = () => taken().at(-1);
    const missing = () => {
      const buckets: number[] = [];
      for (let at = settled; at < (live()?.start ?? 0); at += BUCKET) buckets.push(at);
      return buckets;
    };
    const coveredBy = (at: number) => taken().filter(({ start, end }) => start <= at && at < end).length;
    await eventually("what was missed is asked", () => {
      const buckets = missing();
      return buckets.length >= 4 && buckets.every((at) => coveredBy(at) > 0);
    });
    const now = taken().length;
    await eventually("some more ticks", () => taken().length > now + 3);
    assert.deepEqual(missing().map(coveredBy), Array<number>(missing().length).fill(1), "asked once each");
    assert.ok(
      Math.min(...taken().map(({ start }) => start)) >= settled - 2 * BUCKET,
      "nothing that was settled is asked again, but for one look-back",
    );
    await eventually("all of it is stored", () => {
      const stored = new Set(
        influx
          .points()
          .filter(({ measurement }) => measurement === "genesys_queue")
          .map(({ timestampNs }) => Number(timestampNs / 1_000_000n)),
      );
      return missing().every((at) => stored.has(at));
    });
  });
});
