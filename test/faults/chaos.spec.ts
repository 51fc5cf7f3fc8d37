import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import {
  CALM,
  chaosFlow,
  type ChaosWorld,
  clockOf,
  dealTroubles,
  order,
  pick,
  residentMB,
  TROUBLES,
} from "../support/chaos";
import { ChaosLines, type Fed, POISON } from "../support/chaos-lines";
import { DisposableDisk, noDisks } from "../support/disposable-disk";
import type { TestFlow } from "../support/helper";
import { eventually, NodeRedProcess } from "../support/node-red";
import { randomFrom } from "../support/wal-model";

/** Seconds of trouble; the drain comes on top. With `CHAOS_POISON=1` also a line that breaks the server, for 35 minutes. */
const { CHAOS_S = "60", CHAOS_SEED = "1", CHAOS_POISON = "0" } = process.env;
const SECONDS = Number(CHAOS_S);
const WITH_POISON = CHAOS_POISON !== "0";
const POISON_WAIT_MS = 35 * 60_000;
/** Back-offs are up to 5 minutes long; the last may have begun in the last trouble. */
const RETURN_MS = 330_000;
const DRAIN_MS = 120_000;
/** A server that refuses one line of twelve, each for another reason, takes a while for what waits. */
const BACKLOG_MS = 300_000;
const MAX_MB = 400;
/** The endpoint remembers 200,000 points: a longer run feeds more slowly. */
const FEED_MS = Math.max(40, SECONDS / 15);
/** All of it waits meanwhile. */
const POISONED_FEED_MS = 2_000;
/** Health shows the books a moment late: asked right behind an append, it does not know it yet. */
const BOOKS_LAG_MS = 1_000;
/** Nothing is answered for so long where the machine is very busy. */
const PATIENCE_MS = 15_000;

interface Books {
  state: string;
  appended: number;
  acked: number;
  rejected: number;
  dropped: number;
  corrupt: number;
  pending: number;
}

/** What the buffer tells on its second output. */
interface Told {
  topic: string;
  payload: { lines: number; unknown?: number; kept?: boolean; folder?: string; reason: string };
}

describe(`${CHAOS_S} s of chaos (seed ${CHAOS_SEED})`, function () {
  this.timeout((SECONDS + 1_200) * 1_000 + (WITH_POISON ? POISON_WAIT_MS : 0));
  const random = randomFrom(Number(CHAOS_SEED));
  let endpoint: InfluxEndpoint;
  let world: ChaosWorld | undefined;
  let disk: DisposableDisk | undefined;
  let folder: string;
  let logs: string;
  let fed: ChaosLines;
  /** Every Node-RED that there was. */
  const lives: NodeRedProcess[] = [];
  let running = true;
  let answeredAt = -Infinity;
  let feedMs = FEED_MS;
  let looks = 0;
  let maxMB = 0;
  let healthySince = Infinity;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "chaos-"));
    if (!noDisks()) disk = new DisposableDisk("tmpfs", 64);
    logs = join(disk?.path ?? folder, "log");
    endpoint = await startInfluxEndpoint({ buckets: [{ name: "genesys", retentionS: 10 * 365 * 86_400 }] });
    fed = new ChaosLines(random, endpoint);
    const flow = chaosFlow(logs);
    const clockFile = join(folder, "clock");
    writeFileSync(clockFile, "0");
    const { url, org, token } = endpoint;
    const start = async (flows: TestFlow, userDir?: string) => {
      const nodeRed = await NodeRedProcess.start({
        ...{ flows, settings: clockOf(clockFile) },
        env: { INFLUX_URL: url, INFLUX_ORG: org, INFLUX_BUCKET: "genesys", INFLUX_TOKEN: token },
        ...(userDir && { userDir }),
      });
      lives.push(nodeRed);
      return nodeRed;
    };
    const nodeRed = await start(flow);
    const restart = () => start(world!.flow, nodeRed.userDir);
    world = { ...{ endpoint, nodeRed, restart, flow, clockFile, random }, disk: disk?.path };
    await eventually("the first line is kept", () =>
      post({ lines: [ChaosLines.first], answeredFor: () => undefined }),
    );
  });

  after(async () => {
    // Also after a failure: what goes on feeding keeps the test's process alive.
    running = false;
    await world?.nodeRed.dispose();
    await endpoint?.close();
    disk?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whether the log answered for the lines. */
  const post = async ({ lines, answeredFor }: Fed): Promise<boolean> => {
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: lines.join("\n") };
    const answer = await world!.nodeRed
      .request("/lines", { ...init, signal: AbortSignal.timeout(PATIENCE_MS) })
      .catch(() => undefined);
    if (answer?.status !== 204) return false;
    answeredAt = performance.now();
    answeredFor();
    return true;
  };

  const feed = async () => {
    while (running) {
      await post(fed.next());
      await delay(feedMs);
    }
  };

  /** The buffer's books at this moment; `undefined` while it cannot be asked. */
  const books = async (): Promise<Books | undefined> => {
    const answer = await world!.nodeRed
      .request("/health", { signal: AbortSignal.timeout(PATIENCE_MS) })
      .then((response) => response.json() as Promise<{ nodes: (Books & { type: string })[] }>)
      .catch(() => undefined);
    const buffer = answer?.nodes.find(({ type }) => type === "wal-buffer");
    return buffer?.appended === undefined ? undefined : buffer;
  };

  const look = async () => {
    while (running) {
      fed.look();
      fed.assertNoneIsHeldUp(healthySince);
      const now = await books();
      // A wait after failures may be longer than a minute.
      if (now?.state === "backing-off") healthySince = Math.max(healthySince, performance.now());
      if (now) {
        looks++;
        const { appended, acked, rejected, dropped, corrupt, pending } = now;
        assert.equal(appended, acked + rejected + dropped + corrupt + pending, JSON.stringify(now));
        maxMB = Math.max(maxMB, residentMB(world!.nodeRed.pid));
      }
      await delay(300);
    }
  };

  /** Nothing goes wrong, though lines are refused as before: what was answered for until now is stored, without a stop. */
  const calm = async () => {
    fed.look();
    await eventually("the server is tried again", () => !running || fed.look() > 0, RETURN_MS);
    const since = (healthySince = performance.now());
    await eventually(
      "nothing from before waits",
      () => !running || fed.waitingSince(since) === 0,
      BACKLOG_MS,
    );
    healthySince = Infinity;
  };

  /** A line for which the server answers 500 for ever. */
  const poison = async () => {
    const release = endpoint.script({ status: 500, times: Infinity, when: (body) => body.includes(POISON) });
    feedMs = POISONED_FEED_MS;
    const from = performance.now();
    assert.ok(await eventually("it is kept", () => post({ lines: [POISON], answeredFor: () => undefined })));
    const behind = fed.last();
    assert.ok(await eventually("what follows is kept", () => post(behind)));
    const stored = () => endpoint.lines().includes(behind.lines[0]!);
    await eventually(
      "what lies behind a poisonous line is stored",
      () => !running || stored(),
      POISON_WAIT_MS,
    );
    console.log(`    behind a poisonous line: ${Math.round((performance.now() - from) / 60_000)} min`);
    feedMs = FEED_MS;
    release();
  };

  const toldEvents = (topic: string) =>
    lives
      .flatMap(({ log }) =>
        [...log.matchAll(/TOLD (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!) as Told),
      )
      .filter((event) => event.topic === topic);
  const told = (topic: string, which: (payload: Told["payload"]) => boolean = () => true) =>
    toldEvents(topic)
      .filter(({ payload }) => which(payload))
      .reduce((sum, { payload }) => sum + payload.lines, 0);

  /** Fails with what the buffer and Node-RED's log say at this moment. */
  const withState = (when: string) => async (error: unknown) => {
    const state = JSON.stringify(await books());
    const said = world!.nodeRed.log.split("\n").slice(-60).join("\n");
    throw new Error(`${when}: ${state}\n${said}`, { cause: error });
  };

  /**
   * Waits until nothing is pending, with a good line now and then, as a flow goes on: what is refused waits for one. Not
   * before the last one is stored and had time to be settled, or nothing would ever be pending on a slow machine.
   */
  const drained = async () => {
    /** The last good line, until it is stored. */
    let last: string | undefined;
    let since = answeredAt;
    await eventually(
      "nothing is pending",
      async () => {
        if (performance.now() - answeredAt > BOOKS_LAG_MS && (await books())?.pending === 0) return true;
        if (last !== undefined && fed.isStored(last)) [last, since] = [undefined, performance.now()];
        if (performance.now() - since < (last === undefined ? 5_000 : 60_000)) return false;
        const next = fed.last();
        if (await post(next)) [last, since] = [next.lines[0], performance.now()];
        return false;
      },
      DRAIN_MS + RETURN_MS,
    ).catch(withState("while it drained"));
  };

  it("loses no good line, keeps every refused one, ends with no old value, and balances its books at every look", async () => {
    const end = Date.now() + SECONDS * 1_000;
    const counts: Record<string, number> = {};
    const dealt: string[] = [];
    const others = Promise.all([feed(), look()]);
    others.catch(() => (running = false));
    let poisoned = !WITH_POISON;
    for (const name of dealTroubles(random)) {
      if ((Date.now() >= end && poisoned) || !running) break;
      counts[name] = (counts[name] ?? 0) + 1;
      dealt.push(`${name} (${new Date().toISOString().slice(11, 19)})`);
      if (name !== CALM) await TROUBLES[name]!(world!);
      else await calm();
      if (name === CALM && !poisoned) {
        await poison();
        poisoned = true;
      }
      await delay(500 + pick(random, 1_500));
    }
    running = false;
    await others.catch(withState(`after ${JSON.stringify(dealt.slice(-12))}`));
    const drainedFrom = Date.now();
    // One more good line, as a flow goes on: it tells a refusal of the last record from one of everything.
    assert.ok(await eventually("a line is kept", () => post(fed.last())));
    await drained();
    const drainS = Math.round((Date.now() - drainedFrom) / 1_000);
    const last = await books();
    const [dropped, trimmed] = [told("dropped"), told("trimmed", ({ folder }) => folder === "rejected")];
    console.log(`    ${JSON.stringify(counts)}`);
    console.log(
      `    ${JSON.stringify(fed.counts)}, ${looks} looks, drained in ${drainS} s, ${Math.round(maxMB)} MB, ` +
        `told: ${dropped} dropped, ${trimmed} trimmed; ${JSON.stringify(last)}`,
    );
    assert.equal(
      told("rejected", ({ kept }) => kept === false),
      0,
      "dead letters were given up",
    );
    fed.assertAccountedFor(logs, dropped, trimmed);
    // All that is still refused is a dead letter again.
    const requeued = () => told("rejected", ({ reason }) => reason.includes("sent again"));
    const before = requeued();
    // After a restart it cannot be told any more whether a point was written since: that is said, and they are sent.
    const unknown = () =>
      toldEvents("rejected").reduce((sum, { payload }) => sum + (payload.unknown ?? 0), 0);
    await order(world!, "requeueRejected");
    await eventually("dead letters were sent again", () => requeued() > before, DRAIN_MS);
    assert.ok(await eventually("a line is kept", () => post(fed.last())));
    await drained();
    fed.assertAccountedFor(logs, dropped, trimmed, unknown());
    assert.ok(maxMB < MAX_MB, `${maxMB} MB`);
    assert.ok(looks > 10, `${looks} looks`);
  });
});

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
