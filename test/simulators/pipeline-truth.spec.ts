import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { presenceMappings } from "../../demo/simulators/genesys/mappings";
import { startGenesysSimulator } from "../../demo/simulators/genesys/server";
import type { GenesysSimulator } from "../../demo/simulators/genesys/server";
import type { TruthQuery } from "../../demo/simulators/genesys/truth";
import { startInfluxEndpoint } from "../../demo/simulators/influx/server";
import type { InfluxEndpoint } from "../../demo/simulators/influx/server";
import { agentPoller, type Client, Directory, Notices, queuePoller } from "../../lib/genesys/index";
import type { PollAnswer, Poller } from "../../lib/genesys/index";
import { readAnswer } from "../../lib/line-protocol/answer";
import { Converter } from "../../lib/line-protocol/converter";
import { checkSettings } from "../../lib/line-protocol/settings";
import { FakeClock } from "../support/fake-clock";
import { clientAt } from "../support/genesys-client";

const MINUTE = 60_000;
const TICK = 5 * MINUTE;
const START = Date.parse("2026-11-22T06:07:00.000Z");
const iso = (ms: number) => new Date(ms).toISOString();
const buckets = { granularity: "PT15M", lookback: 2, maxBackfill: 24 };
const METRICS = [
  "nOffered",
  "tAnswered",
  "tAbandon",
  "tWait",
  "tTalk",
  "tHandle",
  "oServiceLevel",
  "oServiceTarget",
];
const settings = checkSettings({ queueName: "off" });

/** What is polled, and the question to the simulator whose final answer the store must hold. */
interface Subject {
  readonly name: string;
  readonly truth: TruthQuery;
  readonly question: object;
  poller(setup: Parameters<typeof queuePoller>[1]): Poller;
}

const SUBJECTS: readonly Subject[] = [
  {
    name: "queues",
    truth: "conversations/aggregates",
    question: { groupBy: ["queueId", "mediaType"], metrics: METRICS },
    poller: (setup) => {
      const settings = { ...buckets, query: "aggregates" as const, metrics: METRICS };
      return queuePoller({ ...settings, queues: [], mediaTypes: [], groupBy: [] }, setup);
    },
  },
  {
    name: "agents",
    truth: "users/aggregates",
    question: {
      groupBy: ["userId"],
      metrics: ["tAgentRoutingStatus", "tSystemPresence", "tOrganizationPresence"],
    },
    poller: (setup) => agentPoller({ ...buckets, query: "aggregates", agents: [], queues: [] }, setup),
  },
];

describe("from the simulator to the store over simulated hours", function () {
  this.timeout(120_000);
  let clock: FakeClock;
  let simulator: GenesysSimulator;
  let store: InfluxEndpoint;
  let expected: InfluxEndpoint;
  let folder: string;
  let client: Client | undefined;
  let poller: Poller;

  beforeEach(async () => {
    clock = new FakeClock(START);
    simulator = await startGenesysSimulator({ clock, queues: 12, agents: 30, reprocessing: false });
    store = await startInfluxEndpoint({ clock });
    expected = await startInfluxEndpoint({ clock });
    folder = mkdtempSync(join(tmpdir(), "truth-"));
  });
  afterEach(async () => {
    await client?.close();
    await Promise.all([simulator.close(), store.close(), expected.close()]);
    rmSync(folder, { recursive: true });
  });

  /** Our process starts, with what its last life left on disk. */
  const startProcess = async (subject: Subject) => {
    await client?.close();
    client = clientAt(simulator, { clock });
    poller = subject.poller({
      config: { client, directory: new Directory(client) },
      notices: new Notices(
        () => undefined,
        () => undefined,
      ),
      directory: folder,
    });
  };

  const write = async (endpoint: InfluxEndpoint, rows: readonly unknown[], info: object) => {
    const { lines, skipped } = await new Converter(settings).convert(
      rows,
      readAnswer(info, clock.now(), "demo"),
    );
    assert.deepEqual(skipped, []);
    if (lines.length === 0) return;
    const { status } = await fetch(
      `${endpoint.url}/api/v2/write?org=${endpoint.org}&bucket=genesys&precision=ns`,
      {
        method: "POST",
        headers: { authorization: `Token ${endpoint.token}`, "content-type": "text/plain; charset=utf-8" },
        body: lines.join("\n"),
      },
    );
    assert.equal(status, 204);
  };

  /** One tick: polls, and writes what comes. Waits of the client pass on the simulated clock. */
  const tick = async () => {
    const answers: PollAnswer[] = [];
    let over = false;
    const options = { deadline: clock.monotonic() + TICK / 2 };
    const emit = (answer: PollAnswer) => void answers.push(answer);
    const polling = poller
      .poll(options, emit)
      .then(() => poller.work(options, emit))
      .catch((error: unknown) => error)
      .finally(() => (over = true));
    for (let idle = 0; !over;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      idle = simulator.requests.some(({ status }) => status === 0) ? 0 : idle + 1;
      if (!over && idle > 10) await clock.advance(clock.nextInMs ?? 0);
    }
    const failure = await polling;
    for (const { kind, rows, mappings, polledAt, complete } of answers) {
      await write(store, rows, { kind, mappings, polledAt: iso(polledAt), complete, environment: "demo" });
    }
    return { answers, failure };
  };

  const runUntil = async (time: number) => {
    while (clock.now() < time) {
      await tick();
      simulator.requests.length = 0;
      await clock.advance(TICK - (clock.now() % TICK));
    }
  };

  for (const subject of SUBJECTS) {
    it(`${subject.name}: every closed bucket is the final truth, after outages of the API and of our process`, async () => {
      await startProcess(subject);
      await runUntil(START + 60 * MINUTE);
      // The API is away for longer than the lookback, in several ways.
      simulator.faults.add({ kind: "503", match: /aggregates/, retryAfter: 60 });
      await runUntil(START + 100 * MINUTE);
      assert.ok((await tick()).failure instanceof Error, "polls fail while the API is away");
      simulator.faults.clear();
      simulator.faults.add({ kind: "truncated", match: /aggregates/, times: 2 });
      simulator.faults.add({ kind: "500html", match: /aggregates/, times: 2 });
      await runUntil(START + 130 * MINUTE);
      // Our process ends without a word, and is away for two hours and a half.
      await clock.advance(150 * MINUTE);
      await startProcess(subject);
      simulator.tokens.revoke();
      await runUntil(START + 300 * MINUTE);
      // A restart in good order, and time for the last late bookings.
      await poller.close();
      await startProcess(subject);
      const end = Math.floor(clock.now() / (15 * MINUTE)) * 15 * MINUTE;
      await runUntil(end + 45 * MINUTE);

      const first = Math.floor(START / (15 * MINUTE)) * 15 * MINUTE - 30 * MINUTE;
      const interval = `${iso(first)}/${iso(end)}`;
      const truth = simulator.truth(subject.truth, { ...subject.question, interval, granularity: "PT15M" });
      await write(expected, truth, {
        kind: subject.name === "queues" ? "queue-aggregates" : "agent-aggregates",
        mappings: presenceMappings(simulator.organisation),
        environment: "demo",
      });
      const points = (endpoint: InfluxEndpoint) =>
        endpoint
          .points()
          .filter(({ timestampNs }) => timestampNs < BigInt(end) * 1_000_000n)
          .map(({ tags, timestampNs, fields }) => {
            const shown = [...fields].map(([name, { value }]) => `${name}=${String(value)}`).sort();
            return `${JSON.stringify(tags)} ${iso(Number(timestampNs / 1_000_000n))} ${shown.join(" ")}`;
          })
          .sort();
      const found = points(store);
      assert.ok(found.length > 200, `${found.length} points`);
      assert.deepEqual(found, points(expected));
    });
  }
});
