import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { type ChaosWorld, clockOf, pick, residentMB, TROUBLES } from "../support/chaos";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import { pipelineFlow } from "../support/flows";
import type { TestFlow } from "../support/helper";
import { eventually, NodeRedProcess } from "../support/node-red";
import { randomFrom } from "../support/wal-model";

/** Seconds of trouble; the drain comes on top. */
const { CHAOS_S = "60", CHAOS_SEED = "1" } = process.env;
/** What lies behind a refusal flows within a minute; the last back-off may have begun before. */
const DRAIN_MS = 120_000;
const MAX_MB = 400;
/** Points that are written again and again. */
const REWRITTEN = 20;
const T0 = 1_763_802_060_000_000_000n;

interface Books {
  appended: number;
  acked: number;
  rejected: number;
  dropped: number;
  corrupt: number;
  pending: number;
}

describe(`${CHAOS_S} s of chaos (seed ${CHAOS_SEED})`, function () {
  this.timeout((Number(CHAOS_S) + 300) * 1_000);
  const random = randomFrom(Number(CHAOS_SEED));
  let endpoint: InfluxEndpoint;
  let world: ChaosWorld | undefined;
  let disk: DisposableDisk | undefined;
  let folder: string;
  let logs: string;
  let running = true;
  let looks = 0;
  let maxMB = 0;
  /** Lines that were answered for, and what must become of them. */
  const good = new Set<string>();
  const bad = new Set<string>();
  const values = Array.from({ length: REWRITTEN }, () => 0);
  let sequence = 0;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "chaos-"));
    if (!noDisks()) disk = new DisposableDisk("tmpfs", 64);
    logs = join(disk?.path ?? folder, "log");
    endpoint = await startInfluxEndpoint({ buckets: [{ name: "genesys", retentionS: 10 * 365 * 86_400 }] });
    const flow: TestFlow = [
      ...pipelineFlow("write-ahead", { wal: { directory: logs, ackTimeout: 15, maxSizeMB: 32 } }),
      { id: "control", type: "http in", z: "tab", url: "/control", method: "post", wires: [["order"]] },
      {
        ...{ id: "order", type: "function", z: "tab", outputs: 2, wires: [["wal"], ["answer"]] },
        func: `return [{ topic: "wal/requeue-rejected" }, msg];`,
      },
    ];
    const clockFile = join(folder, "clock");
    writeFileSync(clockFile, "0");
    const { url, org, token } = endpoint;
    const start = (userDir?: string) =>
      NodeRedProcess.start({
        ...{ flows: flow, settings: clockOf(clockFile) },
        env: { INFLUX_URL: url, INFLUX_ORG: org, INFLUX_BUCKET: "genesys", INFLUX_TOKEN: token },
        ...(userDir && { userDir }),
      });
    const nodeRed = await start();
    const restart = () => start(nodeRed.userDir);
    world = { ...{ endpoint, nodeRed, restart, flow, clockFile, random }, disk: disk?.path };
    // The type of a field is known before the first line of another type comes.
    await post([`conflict,t=a f=0.5 ${T0}`]);
  });

  after(async () => {
    await world?.nodeRed.dispose();
    await endpoint?.close();
    disk?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whether the log answered for the lines. */
  const post = async (lines: string[]) => {
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: lines.join("\n") };
    const signal = AbortSignal.timeout(5_000);
    return world!.nodeRed.request("/lines", { ...init, signal }).then(
      ({ status }) => status === 204,
      () => false,
    );
  };

  const feed = async () => {
    while (running) {
      const n = ++sequence;
      const time = T0 + BigInt(n) * 1_000n;
      const lines = Array.from({ length: 1 + pick(random, 20) }, (_, i) => `good,t=${i} f=${n}i ${time}`);
      const rewritten = pick(random, REWRITTEN);
      const refused =
        random() < 0.3
          ? [
              `bad,t=${n} f= ${time}`,
              `conflict,t=a f=${n}i ${time}`,
              `good,t=old f=${n}i ${BigInt(n) * 1_000n}`,
              `long,t=${n} f=x${n} ${time}`,
            ].slice(0, 1 + pick(random, 4))
          : [];
      // Some messages hold nothing that could be taken.
      const sound = refused.length > 0 && random() < 0.3 ? [] : lines;
      const all = [...sound, ...refused];
      if (sound.length > 0) all.push(`rewritten,t=${rewritten} f=${n}i ${T0}`);
      if (await post(all)) {
        sound.forEach((line) => good.add(line));
        refused.forEach((line) => bad.add(line));
        if (sound.length > 0) values[rewritten] = n;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  /** The buffer's books at this moment; `undefined` while it cannot be asked. */
  const books = async (): Promise<Books | undefined> => {
    const answer = await world!.nodeRed
      .request("/health", { signal: AbortSignal.timeout(3_000) })
      .then((response) => response.json() as Promise<{ nodes: (Books & { type: string })[] }>)
      .catch(() => undefined);
    const buffer = answer?.nodes.find(({ type }) => type === "wal-buffer");
    return buffer?.appended === undefined ? undefined : buffer;
  };

  const look = async () => {
    while (running) {
      const now = await books();
      if (now) {
        looks++;
        const { appended, acked, rejected, dropped, corrupt, pending } = now;
        assert.equal(appended, acked + rejected + dropped + corrupt + pending, JSON.stringify(now));
        maxMB = Math.max(maxMB, residentMB(world!.nodeRed.pid));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };

  it("loses no good line, keeps every refused one, ends with no old value, and balances its books at every look", async () => {
    const end = Date.now() + Number(CHAOS_S) * 1_000;
    const names = Object.keys(TROUBLES);
    const counts: Record<string, number> = {};
    const others = Promise.all([feed(), look()]);
    others.catch(() => (running = false));
    while (Date.now() < end && running) {
      const name = names[pick(random, names.length)]!;
      counts[name] = (counts[name] ?? 0) + 1;
      await TROUBLES[name]!(world!);
      await new Promise((resolve) => setTimeout(resolve, 500 + pick(random, 1_500)));
    }
    running = false;
    await others;
    const drainedFrom = Date.now();
    // One more good line, as a flow goes on: it tells a refusal of the last record from one of everything.
    assert.ok(await eventually("a line is kept", () => post([`good,t=last f=0i ${T0}`])));
    const last = await eventually(
      "nothing is pending",
      async () => {
        const now = await books();
        return now?.pending === 0 && now;
      },
      DRAIN_MS,
    );
    const drainS = Math.round((Date.now() - drainedFrom) / 1_000);
    console.log(`    ${JSON.stringify(counts)}`);
    console.log(
      `    ${good.size} good and ${bad.size} refused lines, ${looks} looks, drained in ${drainS} s, ${Math.round(maxMB)} MB, ${JSON.stringify(last)}`,
    );

    const stored = new Set(endpoint.lines());
    const lost = [...good].filter((line) => !stored.has(line));
    assert.deepEqual(lost.slice(0, 5), [], `${lost.length} of ${good.size} good lines are lost`);
    const letters = readdirSync(join(logs, "rejected"))
      .map((name) => readFileSync(join(logs, "rejected", name), "utf8"))
      .join("\n");
    const kept = new Set(letters.split("\n"));
    const gone = [...bad].filter((line) => !kept.has(line));
    assert.deepEqual(gone.slice(0, 5), [], `${gone.length} of ${bad.size} refused lines are no dead letters`);
    const final = new Map(
      endpoint
        .points()
        .filter(({ measurement }) => measurement === "rewritten")
        .map(({ tags, fields }) => [tags[0]?.[1], Number(fields[0]?.[1].value)]),
    );
    for (const [at, value] of values.entries())
      if (value > 0)
        assert.ok(
          (final.get(String(at)) ?? 0) >= value,
          `point ${at} is ${final.get(String(at))}, not ${value}`,
        );
    assert.ok(maxMB < MAX_MB, `${maxMB} MB`);
    assert.ok(looks > 10, `${looks} looks`);
  });
});
