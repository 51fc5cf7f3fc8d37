import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { presenceMappings } from "../../../demo/simulators/genesys/mappings";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import type { TruthQuery } from "../../../demo/simulators/genesys/truth";
import { familyFacts, familyLookback } from "../../../lib/genesys/families/table";
import { genesysInfo } from "../../../lib/genesys/index";
import { durationMs } from "../../../lib/terms/durations";
import { FAMILIES, type Family } from "../../../lib/terms/families";
import type { GenesysInfo } from "../../../lib/terms/messages";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import { convertRows } from "../../support/convert-rows";
import { FakeClock } from "../../support/fake-clock";
import { fieldsOf, partsOf } from "../../support/point-store";
import type { SdkModels } from "../../support/sdk-models";
import { readSdkModels, sdkErrors } from "../../support/sdk-schemas";
import { closeAll, pollersOf, simulated } from "./support";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse("2026-11-22T10:10:00.000Z");
/** The SDK's name for a family, where it is not made of the path's. */
const MODELS: Readonly<Partial<Record<Family, string>>> = {
  flowexecutions: "FlowExecution",
  agentutilizations: "AgentUtilization",
  taskmanagement: "TaskManagement",
  agentcopilots: "AgentCopilot",
  summaries: "Summary",
  casemanagement: "CaseManagement",
  ratelimits: "RateLimit",
  knowledge: "Knowledge",
};
const modelOf = (family: Family) =>
  `${MODELS[family] ?? family[0]!.toUpperCase() + family.slice(1, -1)}AggregationQuery` as keyof SdkModels;
const iso = (time: number) => new Date(time).toISOString();

type Points = Map<string, Map<string, string>>;

describe("every family, from the request to the stored point", function () {
  let directory: string;
  before(readSdkModels);
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "family-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  for (const family of FAMILIES) {
    it(`${family}: equals the truth after late values, outages and kills in the middle of a load of history`, async () => {
      const clock = new FakeClock(START);
      const { simulator, client } = await simulated({
        clock,
        queues: 2,
        agents: 4,
        rateLimit: 100_000,
        reprocessing: false,
      });
      const start = () => pollersOf(client, directory).analytics(family);
      const points: Points = new Map();
      let presences: GenesysInfo["presences"] = {};
      const requests: GenesysSimulator["requests"] = [];
      const { granularity } = familyFacts(family);
      const bucketMs = durationMs(granularity)!;
      const historyDays = bucketMs === DAY ? 6 : 1;
      // Up to where the polls begin.
      const until = Math.floor(START / bucketMs) * bucketMs - familyLookback(family, bucketMs) * bucketMs;
      const write = async (answer: PollAnswer) => {
        const info = genesysInfo(answer, { environment: "demo", region: "custom" });
        presences = { ...presences, ...info.presences };
        store(points, await linesOf(answer.rows, info));
      };
      /** One life: polls, and loads history until it is killed. */
      const live = async (poller: Poller, pieces: number) => {
        const closing = new AbortController();
        const answers: PollAnswer[] = [];
        const options = { signal: closing.signal, deadline: clock.monotonic() };
        await poller.poll(options, (answer) => answers.push(answer)).catch(() => undefined);
        await poller
          .work(options, (answer) => {
            answers.push(answer);
            // What left before is on the disk of the buffer behind.
            void clock.advance(6_000);
            if (--pieces <= 0) closing.abort(new Error("killed"));
          })
          .catch(() => undefined);
        for (const answer of answers) await write(answer);
        requests.push(...simulator.requests.splice(0));
      };

      const first = start();
      await first.load({ from: iso(until - historyDays * DAY), to: iso(until) });
      await live(first, 1);
      for (let kill = 0; kill < 3; kill++) await live(start(), 2);
      // The API is away for two hours, then an answer is cut short.
      simulator.faults.add({ kind: "503", match: /aggregates/ });
      for (let half = 0; half < 4; half++) {
        await live(start(), Infinity);
        await clock.advance(HOUR / 2);
      }
      simulator.faults.clear();
      simulator.faults.add({ kind: "truncated", match: /aggregates/, times: 1 });
      const last = start();
      for (let half = 0; half < 6; half++) {
        await live(last, Infinity);
        await clock.advance(HOUR / 2);
      }
      // What comes days late, for those that have such.
      const late = bucketMs === DAY ? familyLookback(family, bucketMs) + 1 : 0;
      for (let day = 0; day < late; day++) {
        await clock.advance(DAY);
        await live(last, Infinity);
      }
      await live(last, Infinity);
      assert.equal(last.progress.history, undefined, "the history is loaded");

      const asked = requests.filter(
        ({ path, status }) => status === 200 && path.endsWith("/aggregates/query"),
      );
      assert.ok(asked.length >= 4);
      for (const { body } of asked) assert.deepEqual(sdkErrors(modelOf(family), body), []);
      for (const { body } of asked) {
        const { metrics, filter } = body as { metrics: string[]; filter?: object };
        assert.ok(
          metrics.length <= 20 && (JSON.stringify(filter ?? "").match(/"operator"/g) ?? []).length <= 100,
        );
      }

      const expected: Points = new Map();
      const { groupBy, metrics, filter } = asked.at(-1)!.body as {
        groupBy: string[];
        metrics: string[];
        filter?: object;
      };
      // Days whose look-back is over are final; of half hours those that ended an hour ago.
      const end =
        Math.floor(clock.now() / bucketMs) * bucketMs - (bucketMs === DAY ? late - 1 : 2) * bucketMs;
      const from = Math.floor((until - historyDays * DAY) / bucketMs) * bucketMs;
      const question = {
        groupBy,
        metrics,
        granularity,
        interval: `${iso(from)}/${iso(end)}`,
        ...(filter && { filter }),
      };
      const truth = simulator.truth(`${family}/aggregates` as TruthQuery, question);
      const info = {
        kind: "analytics-aggregates",
        family,
        ...question,
        timeZone: "UTC",
        polledAt: iso(clock.now()),
      };
      const mappings = presenceMappings(simulator.organisation);
      store(
        expected,
        await linesOf(truth, { ...info, environment: "demo", mappings, presences } as unknown as GenesysInfo),
      );
      assert.ok(expected.size > 0 || family === "ratelimits", "the simulator has something to tell");
      for (const [key, fields] of expected) {
        const found = points.get(key);
        for (const [name, value] of fields) {
          if (!isNameOrOpen(name)) assert.equal(found?.get(name), value, `${key} ${name}`);
        }
      }
      for (const [key, fields] of points) {
        const time = Number(key.slice(key.lastIndexOf(" ") + 1)) / 1e6;
        if (time < from || time >= end || expected.has(key)) continue;
        for (const [name, value] of fields)
          if (!isNameOrOpen(name)) assert.match(value, /^0i?$/, `${key} ${name}`);
      }
    });
  }
});

const isNameOrOpen = (name: string) => /Name$|^open$/.test(name);

async function linesOf(rows: readonly unknown[], info: GenesysInfo): Promise<readonly string[]> {
  const { lines, reasons } = await convertRows(rows, info, { queueName: "off" });
  assert.deepEqual(reasons, []);
  return lines;
}

/** Later values of a field are the ones that hold. */
function store(points: Points, lines: readonly string[]): void {
  for (const line of lines) {
    const { key, fields } = partsOf(line);
    const known = points.get(key) ?? new Map<string, string>();
    for (const [name, value] of fieldsOf(fields)) known.set(name, value);
    points.set(key, known);
  }
}
